"""What follows a failure, as a table."""

from __future__ import annotations

import pytest

from reviewbot.domain.errors import (
    ConfigError,
    ForgeDenied,
    ForgeRateLimited,
    ForgeRejected,
    ForgeUnavailable,
    ReviewbotError,
    SandboxUnavailable,
    ScannerError,
    SourceUnavailable,
    StoreError,
)
from reviewbot.queue.outcome import Defect, OverTime
from reviewbot.queue.retries import (
    COMMAND_OLDEST,
    GiveUp,
    Retry,
    RetryPolicy,
    after_failure,
    back_off,
    policy_for,
)
from reviewbot.store.job import JobKind
from reviewbot.visit.outcome import HeadMoved, NotThereYet

POLICY = RetryPolicy(max_attempts=4, first_wait=10, longest_wait=60)


@pytest.mark.parametrize(
    "error",
    [StoreError, HeadMoved, OverTime, Defect, NotThereYet, ScannerError, SandboxUnavailable],
    ids=lambda e: e.__name__,
)
def test_what_may_pass_is_tried_again(error: type[ReviewbotError]) -> None:
    assert after_failure(error("Down."), 1, 0, POLICY, jitter=1) == Retry(10, "Down.")


@pytest.mark.parametrize("error", [ForgeDenied, ForgeRejected, ConfigError], ids=lambda e: e.__name__)
def test_what_will_not_pass_is_given_up_with_its_own_sentence(error: type[ReviewbotError]) -> None:
    assert after_failure(error("No."), 1, 0, POLICY, jitter=1) == GiveUp("No.")


def test_the_last_attempt_is_the_last() -> None:
    assert isinstance(after_failure(StoreError("Down."), 3, 0, POLICY, 1), Retry)
    assert after_failure(StoreError("Down."), 4, 0, POLICY, 1) == GiveUp("Given up after 4 attempts: Down.")


def test_a_review_that_takes_too_long_is_tried_once_more() -> None:
    assert isinstance(after_failure(OverTime("Slow."), 1, 0, POLICY, 1), Retry)
    assert isinstance(after_failure(OverTime("Slow."), 2, 0, POLICY, 1), GiveUp)


@pytest.mark.parametrize("error", [ForgeUnavailable, SourceUnavailable])
@pytest.mark.parametrize(("age", "seconds"), [(0, 10), (100, 25), (10_000, 60)])
def test_an_outage_is_waited_out_longer_and_longer(error: type[ReviewbotError], age: float, seconds: float) -> None:
    assert after_failure(error("Down."), 99, age, POLICY, 1) == Retry(seconds, "Down.", counts=False)
    assert after_failure(error("Down."), 1, 25 * 3600, POLICY, 1) == GiveUp("Given up after a day: Down.")


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (4, 60), (10**6, 60)])
def test_waits_double_up_to_the_longest(attempts: int, seconds: float) -> None:
    assert back_off(attempts, POLICY) == seconds


def test_jitter_halves_a_wait_at_most() -> None:
    waits = [after_failure(ForgeUnavailable(""), 1, 0, POLICY, j).after for j in (0, 0.5, 1)]  # type: ignore[union-attr]
    assert waits == [5, 7.5, 10]


def test_a_rate_limit_is_obeyed_and_is_nobodys_fault() -> None:
    limited = ForgeRateLimited("Wait.", 3600)
    assert after_failure(limited, 99, 0, POLICY, jitter=0) == Retry(3600, "Wait.", counts=False)
    assert after_failure(limited, 1, 0, POLICY, jitter=1).after == 3610  # type: ignore[union-attr]
    assert isinstance(after_failure(limited, 1, 25 * 3600, POLICY, 0), GiveUp)


@pytest.mark.parametrize("error", [ForgeUnavailable("Down."), SourceUnavailable("Down."), ForgeRateLimited("Down.", 9)])
def test_a_command_waits_for_an_hour_at_most(error: ReviewbotError) -> None:
    """A day later its answer would only surprise, and every later command on the pull request waits behind it."""
    policy = policy_for(JobKind.COMMAND, POLICY)
    assert isinstance(after_failure(error, 1, 3500, policy, 1), Retry)
    given_up = after_failure(error, 1, 3700, policy, 1)
    assert isinstance(given_up, GiveUp) and "after an hour" in given_up.reason


@pytest.mark.parametrize(
    ("kind", "given", "first", "longest", "oldest"),
    [
        (JobKind.REVIEW, RetryPolicy(4, 10, 900), 10, 900, 24 * 3600),
        (JobKind.COMMAND, RetryPolicy(4, 10, 900), 10, 900, COMMAND_OLDEST),
        (JobKind.GATE, RetryPolicy(4, 10, 900), 10, 20, 24 * 3600),
        (JobKind.GATE, RetryPolicy(4, 60, 900), 20, 20, 24 * 3600),
        (JobKind.GATE, RetryPolicy(4, 0.2, 0.5), 0.2, 0.5, 24 * 3600),
    ],
)
def test_what_holds_for_a_kind(kind: JobKind, given: RetryPolicy, first: float, longest: float, oldest: float) -> None:
    assert policy_for(kind, given) == RetryPolicy(4, first, longest, oldest)


@pytest.mark.parametrize("age", [0, 60, 3600, 23 * 3600])
@pytest.mark.parametrize("error", [ForgeUnavailable, SourceUnavailable, StoreError, HeadMoved, NotThereYet])
def test_the_gate_never_waits_long_and_outages_for_a_day(error: type[ReviewbotError], age: float) -> None:
    """So that within a minute of the forge's return there is a verdict."""
    policy = policy_for(JobKind.GATE, RetryPolicy(max_attempts=5, first_wait=300, longest_wait=900))
    for attempts in (1, 2, 3, 4):
        then = after_failure(error("Down."), attempts, age, policy, jitter=1)
        assert isinstance(then, Retry) and then.after <= 20
    given_up = after_failure(ForgeUnavailable("Down."), 1, 25 * 3600, policy, 1)
    assert given_up == GiveUp("Given up after a day: Down.")


def test_the_gate_asks_no_forge_before_the_moment_that_it_named() -> None:
    policy = policy_for(JobKind.GATE, POLICY)
    then = after_failure(ForgeRateLimited("Wait.", 600), 1, 0, policy, jitter=1)
    assert isinstance(then, Retry) and 600 <= then.after <= 620
