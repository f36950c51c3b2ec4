"""Ranges of changed lines."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.languages.python.reading.ranges import joined, touched


def ranges(text: str) -> list[LineRange]:
    return [LineRange(*map(int, part.split("-"))) for part in text.split()]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("", ""), ("3-4", "3-4"), ("5-6 1-2", "1-2 5-6"), ("1-2 3-4", "1-4"), ("1-9 2-3 5-12", "1-12"),
     ("1-1 3-3", "1-1 3-3")],
)  # fmt: skip
def test_joined(given: str, wanted: str) -> None:
    assert joined(ranges(given)) == ranges(wanted)


def test_touched_is_what_overlaps() -> None:
    lines = joined(ranges("3-4 7-7 10-12"))
    for first in range(1, 15):
        for last in range(first, 15):
            assert touched(lines, first, last) is any(r.overlaps(LineRange(first, last)) for r in lines)
    assert not touched([], 1, 9)
