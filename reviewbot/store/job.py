"""A job as plain data, and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.event import PullRequestRef

OVERTAKEN = "A newer delivery for the pull request came in."
"""Why a job is superseded."""


class JobState(StrEnum):
    """Where a job stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    SUPERSEDED = "superseded"
    DEAD = "dead"


@dataclass(frozen=True)
class Job:
    """One accepted delivery's work.

    Attributes:
        id: also the id of its delivery's row, so ids grow in the order of arrival.
        delivery: the forge's id of the delivery that asked for it.
        head: the head that the delivery named; a hint.
        attempts: how often it was started, this time included.
        created_at, next_try: seconds since the epoch.
        outcome: what came of it, or why it failed last; one sentence. url: of what was posted.
    """

    id: int
    delivery: str
    ref: PullRequestRef
    head: str
    state: JobState
    attempts: int
    created_at: float
    next_try: float
    owner: str | None = None
    outcome: str | None = None
    url: str | None = None
