"""Claims of ranges of lines, asked line by line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import islice

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind

MOST_AT_ONCE = 5
"""Claims of one kind and of one line that are kept; more tell nobody more."""


class Spans:
    """Overlapping ranges with a claim each.

    Args:
        claims: in the order in which they were made.
    """

    def __init__(self, claims: Iterable[tuple[LineRange, Claim]]) -> None:
        edges: dict[int, tuple[list[Claim], list[Claim]]] = {}
        for where, claim in claims:
            edges.setdefault(where.start, ([], []))[0].append(claim)
            edges.setdefault(where.end + 1, ([], []))[1].append(claim)
        self._starts, self._claims = list[int](), list[tuple[Claim, ...]]()
        open_: dict[OriginKind, dict[Claim, int]] = {kind: {} for kind in OriginKind}
        for edge in sorted(edges):
            begun, ended = edges[edge]
            for claim in begun:
                open_[claim.kind][claim] = open_[claim.kind].get(claim, 0) + 1
            for claim in ended:
                open_[claim.kind][claim] -= 1
                if not open_[claim.kind][claim]:
                    del open_[claim.kind][claim]
            self._starts.append(edge)
            self._claims.append(tuple(claim for of in open_.values() for claim in islice(of, MOST_AT_ONCE)))

    def at(self, line: int) -> tuple[Claim, ...]:
        """The claims of a line."""
        at = bisect_right(self._starts, line) - 1
        return self._claims[at] if at >= 0 else ()
