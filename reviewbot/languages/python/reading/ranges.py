"""Ranges of changed lines, so that thousands of them are asked quickly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from reviewbot.domain.change import LineRange


def joined(changed: Sequence[LineRange]) -> list[LineRange]:
    """The ranges in order, those that touch or overlap as one."""
    found: list[LineRange] = []
    for one in sorted(changed):
        if found and one.start <= found[-1].end + 1:
            found[-1] = LineRange(found[-1].start, max(one.end, found[-1].end))
        else:
            found.append(one)
    return found


def touched(ranges: Sequence[LineRange], first: int, last: int) -> bool:
    """Whether one of the lines ``first`` to ``last`` (1-based) is in one of the ranges, which are ``joined``."""
    after = bisect_right(ranges, last, key=lambda r: r.start)
    return after > 0 and ranges[after - 1].end >= first
