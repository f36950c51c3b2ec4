"""Commands that speak to the gate: sign lines off, or lift the gate for a head.

Whether a sign-off counts is decided by the policy, as an approval is. What is made sure of here is that it names a head
that its author can have seen, and lines that are there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from reviewbot.commands.grammar import normal
from reviewbot.commands.place import read_place
from reviewbot.commands.request import Answer, Request
from reviewbot.commands.seen import arrivals, seen_head
from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import CommentKind
from reviewbot.repo_config.ai import AiPolicy, Mode
from reviewbot.repo_config.force import in_force
from reviewbot.source.tree import GitTree
from reviewbot.store.sign_offs import SignOff

LEAST_REASON = 10
"""Characters of an override's reason: an auditor reads it."""


@dataclass(frozen=True)
class _Meant:
    """A head, and what of it is meant; no path is everything."""

    commit: str
    path: str | None = None
    lines: LineRange | None = None


def reviewed(request: Request) -> Answer:
    """Sign off what is named at the head that was seen. The gate's own comment and check show what it did."""
    refused = _refused(request, _policy(request))
    if refused is not None:
        return refused
    meant = _meant(request)
    return meant if isinstance(meant, Answer) else _signed(request, meant, "signed-off")


def override(request: Request) -> Answer:
    """Lift the gate for the present head, which must be the one that was seen; by those alone whom the policy names."""
    policy = _policy(request)
    refused = _refused(request, policy)
    if refused is not None:
        return refused
    named, reason, head = policy.override, request.command.words, request.scene.change.head
    if request.login.casefold() not in {login.casefold() for login in named}:
        return Answer(request.words.no_overrider(named), done=False)
    if len(reason) < LEAST_REASON:
        return Answer(request.words.no_reason(), done=False)
    if _seen(request) != head:
        return Answer(request.words.not_seen(head), done=False)
    return _signed(request, _Meant(head), "overrode", reason)


def _policy(request: Request) -> AiPolicy:
    """What the base branch demands as it is now, which is what the gate goes by."""
    using, pull, repository = request.with_.visit, request.scene.pull, request.scene.repository
    tip = repository.resolve(using.mirrors.name(f"refs/heads/{pull.base_branch}"))
    owners = using.organisations.find(pull, using.mirrors, using.forge.clone_environment)
    return in_force(repository, tip, owners).config.ai


def _refused(request: Request, policy: AiPolicy) -> Answer | None:
    """Why neither command can be taken here; None where it can."""
    comment, words = request.comment, request.words
    if request.with_.gate is None or policy.mode is Mode.OFF:
        return Answer(words.gate_is_off(), done=False)
    if request.pull.state != "open":
        return Answer(words.not_open(), done=False)
    if comment.editor is not None and comment.editor.login.casefold() != comment.author.login.casefold():
        return Answer(words.edited_by_another(), done=False)
    return None


def _seen(request: Request) -> str | None:
    """The head that the comment is about. A comment on the diff of GitHub names it; else the pushes tell."""
    comment, desk = request.comment, request.with_.gate
    if comment.commit is not None:
        return comment.commit
    if desk is None or comment.written is None:
        return None
    facts = desk.gate.facts(request.ref)
    pushes = arrivals(facts.pushes, desk.pushes.of(request.ref), facts.pull.head)
    return seen_head(pushes, facts.pull.head, comment.written)


def _meant(request: Request) -> _Meant | Answer:
    head, words = request.scene.change.head, request.words
    seen = _seen(request)
    if seen is None:
        return Answer(words.not_seen(head), done=False)
    if not request.command.words:
        return _thread(request, seen) if request.comment.ref.kind is CommentKind.LINE else _Meant(seen)
    try:
        tree = request.scene.repository.tree(request.scene.repository.resolve(seen))
    except RevisionNotFound:
        return Answer(words.not_seen(head), done=False)
    for place in read_place(request.command.words):
        length = _length(tree, place.path)
        if length is not None and (place.lines is None or place.lines.end <= length):
            return _Meant(seen, place.path, place.lines)
    return Answer(words.no_such_lines(request.command.words, seen), done=False)


def _thread(request: Request, seen: str) -> _Meant | Answer:
    """The lines of the thread that the command stands in, as they were at the head that was seen."""
    thread = request.thread
    if thread is not None and thread.commit == seen == request.comment.commit and thread.original_lines is not None:
        return _Meant(seen, thread.path, thread.original_lines)
    if thread is not None and seen == request.scene.change.head and thread.lines is not None:
        return _Meant(seen, thread.path, thread.lines)
    return Answer(request.words.name_the_lines(), done=False)


def _length(tree: GitTree, path: str) -> int | None:
    """How many lines a file has; None where there is none."""
    content = tree.read(path) if path in tree.paths() else None
    return None if content is None else content.count(b"\n") + (not content.endswith(b"\n") and bool(content))


def _signed(request: Request, meant: _Meant, word: str, reason: str = "") -> Answer:
    """Write it down, and have the gate look; both once more do nothing new."""
    desk, comment = request.with_.gate, request.comment
    if desk is None or comment.written is None:
        return Answer(request.words.not_seen(request.scene.change.head), done=False)
    name = f"{comment.ref.kind.value}-{comment.ref.id}-{normal(request.command.line)}"
    said = SignOff(name, comment.written, request.login, word, meant.commit, meant.path, meant.lines, reason)
    desk.sign_offs.add(request.ref, said)
    delivery = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    desk.ask(request.ref, f"said-{delivery}", {"afresh": True}, request.now)
    return Answer("", quiet=True)
