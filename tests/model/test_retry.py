from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reviewbot.model.retry import Retries, retry_after

POLICY = Retries(attempts=4, base=0.5, cap=3.0)


@pytest.mark.parametrize(
    ("attempt", "asked", "roll", "pause"),
    [
        (1, None, 1.0, 0.5),
        (2, None, 1.0, 1.0),
        (3, None, 1.0, 2.0),
        (3, None, 0.25, 0.5),
        (1, None, 0.0, 0.0),
        (4, None, 1.0, None),  # the last attempt
        (1, 2.0, 0.0, 2.0),  # the server's word, without jitter
        (1, 3.0, 0.0, 3.0),
        (1, 3.1, 0.0, None),  # longer than we wait: give up at once
        (4, 1.0, 0.0, None),
    ],
)
def test_pause(attempt: int, asked: float | None, roll: float, pause: float | None) -> None:
    assert POLICY.pause(attempt, asked, roll) == pause


def test_cap_bounds_the_back_off() -> None:
    assert Retries(attempts=99, base=1.0, cap=5.0).pause(50, None, 1.0) == 5.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 0 ", 0.0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:00:30 -0000", None),
        ("9" * 400, 999999999999.0),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, datetime(2026, 11, 23, 12, tzinfo=UTC)) == seconds
