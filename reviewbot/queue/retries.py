"""Whether a failed job is tried again, and when. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reviewbot.domain.errors import ForgeRateLimited, ForgeUnavailable, ReviewbotError, SourceUnavailable
from reviewbot.queue.outcome import OverTime
from reviewbot.store.job import JobKind
from reviewbot.visit.outcome import HeadMoved

COMMAND_OLDEST = 3600.0
"""Seconds that a command waits for a forge: later its answer would only surprise, and others wait behind it."""

GATE_LONGEST_WAIT = 20.0
"""Seconds between two tries of the gate's, so that within a minute of a forge's return there is a verdict.

A forge that names the moment itself, by a rate limit, is not asked before.
"""

_OVER_TIME = 2  # starts of a review that takes too long; more would only keep others waiting


@dataclass(frozen=True)
class RetryPolicy:
    """At most ``max_attempts`` starts; waits of ``first_wait`` seconds, doubled each time up to ``longest_wait``.

    ``oldest`` is how long, in seconds, a job waits for a forge that is down or asks us to wait.
    """

    max_attempts: int
    first_wait: float
    longest_wait: float
    oldest: float = 24 * 3600.0


@dataclass(frozen=True)
class Retry:
    """Try again ``after`` so many seconds; ``counts`` is False where the attempt is given back."""

    after: float
    reason: str
    counts: bool = True


@dataclass(frozen=True)
class GiveUp:
    """The job is dead, for this reason."""

    reason: str


def policy_for(kind: JobKind, policy: RetryPolicy) -> RetryPolicy:
    """What holds for jobs of a kind, given what holds for reviews."""
    match kind:
        case JobKind.REVIEW:
            return policy
        case JobKind.COMMAND:
            return replace(policy, oldest=COMMAND_OLDEST)
        case JobKind.GATE:
            first = min(policy.first_wait, GATE_LONGEST_WAIT)
            return replace(policy, first_wait=first, longest_wait=min(policy.longest_wait, GATE_LONGEST_WAIT))


def after_failure(
    error: ReviewbotError, attempts: int, age: float, policy: RetryPolicy, jitter: float
) -> Retry | GiveUp:
    """What follows a failure.

    Args:
        error: what went wrong. attempts: how often the job was started, this time included.
        age: seconds since the delivery came in.
        jitter: 0 to 1, drawn anew each time, so that jobs that failed together do not come back together.
    """
    if not error.retryable:
        return GiveUp(str(error))
    if isinstance(error, ForgeRateLimited):
        if age > policy.oldest:
            return GiveUp(f"Given up after {_hours(policy)} of waiting: {error}")
        return Retry(error.retry_after + jitter * policy.first_wait, str(error), counts=False)
    if isinstance(error, ForgeUnavailable | SourceUnavailable) and not isinstance(error, HeadMoved):
        return _outage(error, age, policy, jitter)
    if attempts >= (min(_OVER_TIME, policy.max_attempts) if isinstance(error, OverTime) else policy.max_attempts):
        return GiveUp(f"Given up after {attempts} attempts: {error}")
    return Retry(back_off(attempts, policy) * (0.5 + jitter / 2), str(error))


def _outage(error: ReviewbotError, age: float, policy: RetryPolicy, jitter: float) -> Retry | GiveUp:
    """The forge is down, which no number of attempts mends: wait longer the longer it lasts, up to a day."""
    if age > policy.oldest:
        return GiveUp(f"Given up after {_hours(policy)}: {error}")
    wait = min(policy.longest_wait, max(policy.first_wait, age / 4))
    return Retry(wait * (0.5 + jitter / 2), str(error), counts=False)


def _hours(policy: RetryPolicy) -> str:
    hours = round(policy.oldest / 3600)
    return "a day" if hours == 24 else "an hour" if hours == 1 else f"{hours} hours"


def back_off(attempts: int, policy: RetryPolicy) -> float:
    """Seconds to wait after so many attempts, before jitter."""
    doublings = min(attempts - 1, 32)  # 2**32 is longer than any wait, and no float overflows
    return float(min(policy.longest_wait, policy.first_wait * 2**doublings))
