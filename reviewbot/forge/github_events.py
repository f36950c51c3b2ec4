"""From a payload to an event: which deliveries the bot looks at, and what it takes from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from reviewbot.domain.event import CommentEvent, CommentKind, CommentRef, Event, PullRequestEvent
from reviewbot.forge.github_payload import Payload

ACTIONS = frozenset({"opened", "synchronize", "reopened", "ready_for_review", "closed", "labeled"})
"""Actions of ``pull_request`` that the bot looks at as they are called. ``edited`` is one where the base changed."""

_WRITTEN = {"created": "created", "edited": "edited"}
_REVIEWED = {"submitted": "created", "edited": "edited"}

# Whether a command could be in it: cheap, linear in the text, and true too often rather than too seldom. The grammar in
# ``commands`` decides, over what the forge then says.
_COMMAND = re.compile(r"(?:\A|[\r\n])[ \t]*/seed", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Ignored:
    """A good delivery that asks for nothing; ``reason`` is half a sentence for the log and the answer."""

    delivery: str
    reason: str


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
    if action == "edited" and "base" in payload.read("changes", dict):
        return _about_pull(payload, "retargeted")
    if action not in ACTIONS:
        return Ignored(payload.delivery, "an action on a pull request that changes nothing for a review")
    return _about_pull(payload, action)


def _review_thread(payload: Payload) -> Event | Ignored:
    """What a bot resolves answers nothing; most often it is ourselves."""
    if payload.action not in ("resolved", "unresolved"):
        return Ignored(payload.delivery, "an action on a thread that answers nothing")
    if payload.from_bot:
        return Ignored(payload.delivery, "a thread that a bot resolved or opened again")
    return _about_pull(payload, "answered")


def _about_pull(payload: Payload, action: str) -> PullRequestEvent:
    return PullRequestEvent(
        delivery=payload.delivery,
        ref=payload.ref("pull_request.number"),
        action=action,
        head=payload.commit("pull_request.head.sha"),
        draft=payload.flag("pull_request", "draft"),
        installation=payload.installation,
    )


def _review_comment(payload: Payload) -> Event | Ignored:
    action = _WRITTEN.get(payload.action)
    return _comment(payload, action, CommentKind.LINE, "comment", "pull_request.number")


def _review(payload: Payload) -> Event | Ignored:
    action = _REVIEWED.get(payload.action)
    return _comment(payload, action, CommentKind.REVIEW, "review", "pull_request.number")


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
}
