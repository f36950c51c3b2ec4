"""Builders: every default is fine, a test overrides one fact."""

from __future__ import annotations

import itertools

from reviewbot.domain.event import CommentEvent, CommentKind, CommentRef, PullRequestEvent, PullRequestRef

_COUNT = itertools.count(1)


def event(
    number: int = 7, delivery: str | None = None, head: str = "a" * 40, repository: str = "o/r"
) -> PullRequestEvent:
    return PullRequestEvent(
        delivery or f"delivery-{next(_COUNT)}", PullRequestRef("github", repository, number), "synchronize", head
    )


def comment_event(
    number: int = 7, delivery: str | None = None, comment: str | None = None, action: str = "created"
) -> CommentEvent:
    count = next(_COUNT)
    return CommentEvent(
        delivery or f"delivery-{count}",
        PullRequestRef("github", "o/r", number),
        action,
        CommentRef(CommentKind.NOTE, comment or str(count)),
        "/seed help",
        installation=12,
    )
