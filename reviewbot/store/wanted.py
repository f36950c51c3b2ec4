"""What a delivery asks for: kinds of jobs, and what each of them is told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reviewbot.domain.event import CommentEvent, CommentKind, Event, HeadEvent, PullRequestEvent, PullRequestRef
from reviewbot.domain.gate import Pushed
from reviewbot.store.job import JobKind

Row = dict[str, Any]
"""Columns of a table."""

_FOR_THE_REVIEW = frozenset({"labeled"})
_FOR_THE_GATE = frozenset({"reviewed", "described"})


def kinds_of(event: Event) -> tuple[JobKind, ...]:
    """The kinds of jobs that an event asks for, the first of them under the delivery's own id.

    A submitted review whose text holds a command is a command, and decides about the merge as any review does.
    """
    if isinstance(event, HeadEvent):
        return (JobKind.GATE,)
    if isinstance(event, CommentEvent):
        also = event.comment.kind is CommentKind.REVIEW
        return (JobKind.COMMAND, JobKind.GATE) if also else (JobKind.COMMAND,)
    if event.action in _FOR_THE_REVIEW:
        return (JobKind.REVIEW,)
    return (JobKind.GATE,) if event.action in _FOR_THE_GATE else (JobKind.REVIEW, JobKind.GATE)


def delivery_rows(event: Event, now: float) -> list[Row]:
    """The delivery, once for each kind of job: again as ``gate:`` and its id, which by itself cannot hold a colon."""
    row = delivery_row(event.ref, event.delivery, now) | {
        "action": str(event.action),
        "installation": event.installation,
    }
    if not isinstance(event, CommentEvent):
        row["head"] = event.head
    if isinstance(event, PullRequestEvent):
        row["draft"] = event.draft
    return [row, *(row | {"delivery": f"{kind.value}:{event.delivery}"} for kind in kinds_of(event)[1:])]


def delivery_row(ref: PullRequestRef, delivery: str, now: float) -> Row:
    """A delivery that says nothing yet."""
    place = {"forge": ref.forge, "repository": ref.repository, "number": ref.number}
    return {**place, "delivery": delivery, "received_at": now, "head": "", "draft": False}


def wanted(event: Event, kind: JobKind) -> Row:
    """What a job is told; of a comment its place alone, since the forge is asked for the text.

    What is said of a commit is said nowhere else, so no newer delivery makes it needless.
    """
    payload: dict[str, str | bool] = {}
    if kind is not JobKind.REVIEW:
        payload["action"] = str(event.action)
    if isinstance(event, CommentEvent) and kind is JobKind.COMMAND:
        payload |= {"comment_kind": event.comment.kind.value, "comment_id": event.comment.id}
    if isinstance(event, HeadEvent):
        payload |= {"head": event.head, "base": event.base, "branch": event.branch, "by": event.by}
    return {"kind": kind.value, "payload": payload, "asked": isinstance(event, HeadEvent)}


def pushes_of(events: Sequence[Event]) -> list[tuple[PullRequestRef, Pushed]]:
    """Who brought which head, as far as the deliveries tell."""
    return [
        (event.ref, Pushed(event.push.at, event.push.by, event.head, event.push.before))
        for event in events
        if isinstance(event, PullRequestEvent) and event.push is not None and event.head
    ]
