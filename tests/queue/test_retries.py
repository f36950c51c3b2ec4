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
    SourceUnavailable,
    StoreError,
)
from reviewbot.queue.outcome import Defect, HeadMoved, OverTime
from reviewbot.queue.retries import GiveUp, Retry, RetryPolicy, after_failure, back_off

POLICY = RetryPolicy(max_attempts=4, first_wait=10, longest_wait=60)


@pytest.mark.parametrize(
    "error", [ForgeUnavailable, SourceUnavailable, StoreError, HeadMoved, OverTime, Defect], ids=lambda e: e.__name__
)
def test_what_may_pass_is_tried_again(error: type[ReviewbotError]) -> None:
    assert after_failure(error("Down."), 1, 0, POLICY, jitter=1) == Retry(10, "Down.")


@pytest.mark.parametrize("error", [ForgeDenied, ForgeRejected, ConfigError], ids=lambda e: e.__name__)
def test_what_will_not_pass_is_given_up_with_its_own_sentence(error: type[ReviewbotError]) -> None:
    assert after_failure(error("No."), 1, 0, POLICY, jitter=1) == GiveUp("No.")


def test_the_last_attempt_is_the_last() -> None:
    assert isinstance(after_failure(ForgeUnavailable("Down."), 3, 0, POLICY, 1), Retry)
    assert after_failure(ForgeUnavailable("Down."), 4, 0, POLICY, 1) == GiveUp("Given up after 4 attempts: Down.")


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
