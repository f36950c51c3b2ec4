"""A job as plain data, and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reviewbot.domain.event import PullRequestRef

OVERTAKEN = "A newer delivery for the pull request came in."
"""Why a job is superseded."""

ASKED = "asked"
"""The word in a review's payload that says that a person asked for it."""

AFRESH = "afresh"
"""The word in a gate job's payload that says to look also where nothing is new. What supersedes it takes it over."""

Payload = Mapping[str, str | bool]
"""What a job is told beyond its pull request."""


class JobKind(StrEnum):
    """What a job does; each kind has a queue and processes of its own."""

    REVIEW = "review"
    COMMAND = "command"
    GATE = "gate"

    @property
    def in_order(self) -> bool:
        """Whether each job of a pull request is done, the oldest first; of the other kinds the newest one counts."""
        return self is JobKind.COMMAND


class JobState(StrEnum):
    """Where a job stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    SUPERSEDED = "superseded"
    DEAD = "dead"


@dataclass(frozen=True)
class Job:
    """One accepted delivery's work, or one part of it.

    Attributes:
        id: also the id of its delivery's row, so ids grow in the order of arrival.
        delivery: the forge's id of the delivery that asked for it; with ``gate:`` before it where that asks for another
            kind of job as well.
        head: the head that the delivery named; a hint, empty where it named none.
        attempts: how often it was started, this time included.
        created_at, next_try: seconds since the epoch.
        outcome: what came of it, or why it failed last; one sentence. url: of what was posted.
        kind: what it does. payload: of a command ``comment_kind``, ``comment_id`` and ``action`` (see
            ``CommentEvent``); of a review that a person asked for, ``asked`` and what they said with it; of a look of
            the gate's ``action``, or everything that a ``HeadEvent`` says, whose pull request has the number 0.
        installation: the GitHub App's installation that sent the delivery; None for a plain webhook.
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
    kind: JobKind = JobKind.REVIEW
    payload: Payload = field(default_factory=dict)
    installation: int | None = None

    @property
    def asked(self) -> bool:
        """Whether a person asked for it."""
        return ASKED in self.payload
