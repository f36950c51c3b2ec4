"""``/seed fix --commit``: the fix as a commit on the head branch, or a sentence that says why not."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from reviewbot.commands.request import Answer, Request
from reviewbot.domain.event import PullRequest
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Suggestion
from reviewbot.publish.visible import visible_line
from reviewbot.source.commits import HeadMovedOn, Identity, PushRefused, Target, commit_edit, push
from reviewbot.source.git import run_git

_BOT = "reviewbot"
_TRAILER = "Reviewbot-Command"
_LOGIN = re.compile(r"[A-Za-z0-9_.\-\[\]]{1,255}")


def commit(request: Request, suggestion: Suggestion, file: SourceFile) -> Answer:
    """Push ``suggestion`` as a commit by the bot, with the person who asked as co-author.

    Only where the head is still the one that was seen, and never to a protected branch. A command that was begun before
    by a worker that died is known by the commit's trailer, and is not committed twice (see ``done_before``).

    Raises:
        ForgeError, SourceError: what it takes failed; nothing was pushed, as far as it can be told.
    """
    scene, using, words = request.scene, request.with_.visit, request.words
    obstacle = _obstacle(request, using.forge.pull_request(request.ref))
    if obstacle is not None:
        return Answer(obstacle, done=False)
    data = file.replace(suggestion.lines, suggestion.replacement).encode()
    host = urlsplit(scene.pull.clone_url).hostname or "localhost"
    made = commit_edit(
        scene.repository,
        scene.change.head,
        suggestion.path,
        data,
        message=message(suggestion, request, host),
        author=Identity(_BOT, f"{_BOT}@users.noreply.{host}"),
    )
    request.still_wanted("pushing")
    target = Target(scene.pull.head_clone_url or "", scene.pull.head_branch, scene.change.head)
    try:
        push(scene.repository, made, target, using.forge.push_environment(scene.pull))
    except HeadMovedOn:
        return Answer(words.head_moved(), done=False)
    except PushRefused:
        return Answer(words.push_refused(), done=False)
    return Answer(words.committed(made))


def _obstacle(request: Request, now: PullRequest) -> str | None:
    """Why nothing may be pushed; None where it may."""
    words = request.words
    if now.state != "open":
        return words.not_open()
    if now.head != request.scene.change.head:
        return words.head_moved()
    if now.head_clone_url is None or not now.pushable:
        return words.fork_forbids()
    if request.with_.visit.forge.is_protected(now):
        return words.branch_protected(now.head_branch)
    return None


def done_before(request: Request) -> str | None:
    """The commit of the pull request that this very command made, where there is one; others may stand on it."""
    if not request.again:
        return None
    change = request.scene.change
    said = run_git(request.scene.repository.path, "log", "-z", "--format=%H%n%B", f"{change.merge_base}..{change.head}")
    commits = [one.splitlines() for one in said.decode("utf-8", "replace").split("\0") if one]
    return next((lines[0] for lines in commits if _trailer(request) in lines[1:]), None)


def _trailer(request: Request) -> str:
    ref = request.comment.ref
    return f"{_TRAILER}: {ref.kind.value}/{ref.id}"


def message(suggestion: Suggestion, request: Request, host: str) -> str:
    """The commit's message: what is handled, why, and who asked for it (git's trailer ``Co-authored-by``)."""
    names = ", ".join(suggestion.exceptions) or "a failure"
    where = f" in {suggestion.function}" if suggestion.function else ""
    who = request.login if _LOGIN.fullmatch(request.login) else "somebody"
    trailers = [_trailer(request), f"Co-authored-by: {who} <{who}@users.noreply.{host}>"]
    parts = [visible_line(f"Handle {names}{where}")[:200], visible_line(suggestion.why), "\n".join(trailers)]
    return "\n\n".join(parts) + "\n"
