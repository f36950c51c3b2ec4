"""Builders: every default is fine, a test overrides one fact."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from reviewbot.domain.event import (
    CommentEvent,
    CommentKind,
    CommentRef,
    HeadAction,
    HeadEvent,
    PullRequestEvent,
    PullRequestRef,
    PushedHead,
)
from reviewbot.store.deliveries import Made

_COUNT = itertools.count(1)


def event(
    number: int = 7,
    delivery: str | None = None,
    head: str = "a" * 40,
    repository: str = "o/r",
    action: str = "synchronize",
    push: PushedHead | None = None,
) -> PullRequestEvent:
    ref = PullRequestRef("github", repository, number)
    return PullRequestEvent(delivery or f"delivery-{next(_COUNT)}", ref, action, head, push=push)


def comment_event(
    number: int = 7,
    delivery: str | None = None,
    comment: str | None = None,
    action: str = "created",
    kind: CommentKind = CommentKind.NOTE,
) -> CommentEvent:
    count = next(_COUNT)
    return CommentEvent(
        delivery or f"delivery-{count}",
        PullRequestRef("github", "o/r", number),
        action,
        CommentRef(kind, comment or str(count)),
        "/seed help",
        installation=12,
    )


def head_event(action: HeadAction = HeadAction.RULED, branch: str = "main", delivery: str | None = None) -> HeadEvent:
    ref = PullRequestRef("github", "o/r", 0)
    name = delivery or f"delivery-{next(_COUNT)}"
    return HeadEvent(name, ref, action, head="c" * 40, base="b" * 40, branch=branch, by="ada")


def firsts(stored: Sequence[Sequence[Made]]) -> list[int | None]:
    """Of each event the id of its first job."""
    return [made[0][0] if made else None for made in stored]
