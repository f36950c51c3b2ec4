"""What may come of a visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reviewbot.domain.errors import ForgeUnavailable, ReviewbotError


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes:
        sentence: for a person. superseded: the head went away, so there is nothing to say about it.
        url: of what was posted; None where nothing was. stats: of the review, ready for JSON.
    """

    sentence: str
    superseded: bool = False
    url: str | None = None
    stats: dict[str, Any] = field(default_factory=dict)


class HeadMoved(ForgeUnavailable):
    """The pull request got another head while the old one was reviewed; the next try reviews the new one."""


class NotThereYet(ReviewbotError):
    """The forge names a commit that git does not have: its parts are behind one another, or a branch was rewritten."""

    retryable = True
