"""From a payload to an event: which deliveries the bot looks at, and what it takes from them."""

from __future__ import annotations

import re
from collections.abc import Callable

from reviewbot.domain.event import CommentEvent, CommentKind, CommentRef, Event, PullRequestEvent, PushedHead
from reviewbot.domain.gate import LABEL
from reviewbot.forge.github_gate_events import read_check_run, read_check_suite, read_merge_group, read_push
from reviewbot.forge.github_payload import Payload
from reviewbot.forge.ignored import Ignored

_LABELLING = ("labeled", "unlabeled")

ACTIONS = frozenset({"opened", "synchronize", "reopened", "ready_for_review", "closed", *_LABELLING})
"""Actions of ``pull_request`` that the bot looks at. ``edited`` is one where the base, the title or the text changed.

Drafts, locks, milestones, who is asked for a review and whether GitHub shall merge by itself decide about nothing.
"""

_WRITTEN = {"created": "created", "edited": "edited"}
_REVIEWED = {"submitted": "created", "edited": "edited"}
_DISMISSED = "dismissed"

# Whether a command could be in it: cheap, linear in the text, and true too often rather than too seldom. The grammar in
# ``commands`` decides, over what the forge then says.
_COMMAND = re.compile(r"(?:\A|[\r\n])[ \t]*/seed", re.IGNORECASE | re.ASCII)


def read_event(name: str, payload: Payload) -> Event | Ignored:
    """What the event ``name`` with this payload asks for.

    Raises:
        PayloadError: a field that is used is not what GitHub sends.
    """
    reader = _READERS.get(name)
    if reader is None:
        reason = "a ping: the webhook works" if name == "ping" else "an event that asks for no review"
        return Ignored(payload.delivery, reason)
    return reader(payload)


def _pull_request(payload: Payload) -> Event | Ignored:
    action = payload.action
    if action == "edited":
        return _edited(payload)
    if action not in ACTIONS:
        return Ignored(payload.delivery, "an action on a pull request that changes nothing for a review")
    if action in _LABELLING:
        return _labelled(payload)
    return _about_pull(payload, action, _push(payload, action))


def _edited(payload: Payload) -> Event | Ignored:
    changes = payload.read("changes", dict)
    if "base" in changes:
        return _about_pull(payload, "retargeted")
    if "title" in changes or "body" in changes:
        return _about_pull(payload, "described")
    return Ignored(payload.delivery, "an edit of a pull request that changes nothing for a review")


def _labelled(payload: Payload) -> Event | Ignored:
    """GitHub tells no labels apart by case, and names none that was deleted from the repository."""
    named = payload.data.get("label") is not None
    if named and payload.read("label.name", str).casefold() == LABEL.casefold():
        return Ignored(payload.delivery, "the gate's own label")
    return _about_pull(payload, "labeled")


def _push(payload: Payload, action: str) -> PushedHead | None:
    """Who brought the head, where the delivery is sure to say it.

    The sender of ``synchronize`` pushed ``after``, which may be the head no more by the time the delivery is written.
    Whoever opens a pull request need not have pushed, except to a fork that is theirs.
    """
    by = payload.sender
    if not by or action not in ("opened", "synchronize"):
        return None
    if action == "opened":
        return PushedHead(payload.moment("pull_request.updated_at"), by) if _own_fork(payload, by) else None
    if payload.maybe_commit("after") != payload.commit("pull_request.head.sha"):
        return None
    return PushedHead(payload.moment("pull_request.updated_at"), by, payload.maybe_commit("before"))


def _own_fork(payload: Payload, login: str) -> bool:
    """Whether the head lies in a fork of this person's account. The repository of a head may be gone."""
    if payload.read("pull_request.head", dict).get("repo") is None:
        return False
    owner = payload.read("pull_request.head.repo.owner.login", str)
    name = payload.read("pull_request.head.repo.full_name", str)
    return owner == login and name != payload.repository.repository


def _review_thread(payload: Payload) -> Event | Ignored:
    """What a bot resolves answers nothing; most often it is ourselves."""
    if payload.action not in ("resolved", "unresolved"):
        return Ignored(payload.delivery, "an action on a thread that answers nothing")
    if payload.from_bot:
        return Ignored(payload.delivery, "a thread that a bot resolved or opened again")
    return _about_pull(payload, "answered")


def _about_pull(payload: Payload, action: str, push: PushedHead | None = None) -> PullRequestEvent:
    return PullRequestEvent(
        delivery=payload.delivery,
        ref=payload.ref("pull_request.number"),
        action=action,
        head=payload.commit("pull_request.head.sha"),
        draft=payload.flag("pull_request", "draft"),
        installation=payload.installation,
        push=push,
    )


def _review_comment(payload: Payload) -> Event | Ignored:
    action = _WRITTEN.get(payload.action)
    return _comment(payload, action, CommentKind.LINE, "comment", "pull_request.number")


def _review(payload: Payload) -> Event | Ignored:
    """A review decides about the merge, whoever wrote it; where its text holds a command it is that as well."""
    action = payload.action
    if action not in (*_REVIEWED, _DISMISSED):
        return Ignored(payload.delivery, "an action on a review that decides nothing")
    said = _comment(payload, _REVIEWED.get(action), CommentKind.REVIEW, "review", "pull_request.number")
    return _about_pull(payload, "reviewed") if isinstance(said, Ignored) else said


def _issue_comment(payload: Payload) -> Event | Ignored:
    """GitHub sends the same for issues; ``issue.pull_request`` tells a pull request from them."""
    action = _WRITTEN.get(payload.action)
    if action is not None and payload.read("issue", dict).get("pull_request") is None:
        return Ignored(payload.delivery, "a comment on an issue")
    return _comment(payload, action, CommentKind.NOTE, "comment", "issue.number")


def _comment(payload: Payload, action: str | None, kind: CommentKind, holder: str, number: str) -> Event | Ignored:
    """A comment that may hold a command.

    Args:
        action: ours; None for one that gives no new text. holder: the comment's field. number: the pull request's.
    """
    if action is None:
        return Ignored(payload.delivery, "an action on a comment that gives it no new text")
    if payload.from_bot:
        return Ignored(payload.delivery, "a bot's comment")
    body = payload.words(holder)
    if _COMMAND.search(body) is None:
        return Ignored(payload.delivery, "a comment without a command")
    return CommentEvent(
        delivery=payload.delivery,
        ref=payload.ref(number),
        action=action,
        comment=CommentRef(kind, str(payload.number(f"{holder}.id"))),
        body=body,
        installation=payload.installation,
    )


_READERS: dict[str, Callable[[Payload], Event | Ignored]] = {
    "pull_request": _pull_request,
    "pull_request_review_thread": _review_thread,
    "pull_request_review_comment": _review_comment,
    "pull_request_review": _review,
    "issue_comment": _issue_comment,
    "check_run": read_check_run,
    "check_suite": read_check_suite,
    "merge_group": read_merge_group,
    "push": read_push,
}
