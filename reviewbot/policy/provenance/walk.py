"""Following lines from the head back to the commits that brought them, and from there to what they stood for.

It is blame's own walk, for all files at once and over diffs that are already there: children before parents, what a
commit did not bring goes on to the first parent that has it. One diff of each commit takes the place of a process of
its own for each file, and unlike blame it can go on where a commit only changed, moved or indented a line.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.domain.change import LineRange
from reviewbot.policy.provenance.diffs import Diffs, FileDiff
from reviewbot.policy.provenance.history import Commit
from reviewbot.policy.provenance.pairing import Before, Pairs

Spot = tuple[str, str, int]
"""A line where it was brought: the commit, the path and the line there."""


@dataclass
class Run:
    """Lines from ``start`` on of a file at a commit; what becomes known of each goes to its slot."""

    start: int
    slots: Sequence[int]

    @property
    def end(self) -> int:
        """The line after the last."""
        return self.start + len(self.slots)

    def part(self, start: int, end: int, shift: int = 0) -> Run:
        """The lines from ``start`` up to before ``end``, moved by ``shift``."""
        return Run(start + shift, self.slots[start - self.start : end - self.start])


@dataclass
class Walked:
    """What is known of the lines that were followed.

    Attributes:
        spots: of each slot where its line was brought; None where it is older than the commits at hand.
        before: of each spot that was asked about, the lines it stood for: whether the text is the same, and their slot.
        older: of commits that are not at hand, by path: lines and their slots.
    """

    spots: list[Spot | None] = field(default_factory=list)
    before: dict[Spot, list[tuple[bool, int]]] = field(default_factory=dict)
    older: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)


class Walk:
    """One walk.

    Args:
        commits: those at hand, children before parents. diffs: of all of them.
        asks: whether it matters what a line stood for, by commit, path and line.
    """

    def __init__(self, commits: Sequence[Commit], diffs: Diffs, asks: Callable[[Spot], bool]) -> None:
        self._commits = {commit.id: commit for commit in commits}
        self._order = {commit.id: at for at, commit in enumerate(commits)}
        self._diffs, self._asks = diffs, asks
        self._pending: defaultdict[str, defaultdict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
        self._queue: list[tuple[int, str]] = []
        self._pairs: dict[tuple[str, str], Pairs] = {}
        self._known = Walked()

    def follow(self, head: str, files: Mapping[str, Iterable[LineRange]]) -> Walked:
        """Follow lines of ``head``. Their slots are numbered from 0 in the order in which they are given."""
        for path, ranges in files.items():
            for lines in ranges:
                self._push(head, path, Run(lines.start, self._new_slots(len(lines))))
        while self._queue:
            commit = self._commits[heapq.heappop(self._queue)[1]]
            for path, runs in self._pending.pop(commit.id).items():
                self._pass(commit, path, sorted(runs, key=lambda run: run.start))
            for parent in commit.parents:
                self._pairs.pop((commit.id, parent), None)
        return self._known

    def _new_slots(self, count: int) -> range:
        first = len(self._known.spots)
        self._known.spots.extend([None] * count)
        return range(first, first + count)

    def _push(self, commit: str, path: str, run: Run) -> None:
        if commit not in self._order:
            older = self._known.older.setdefault((commit, path), [])
            older.extend((run.start + at, slot) for at, slot in enumerate(run.slots))
            return
        if commit not in self._pending:
            heapq.heappush(self._queue, (self._order[commit], commit))
        self._pending[commit][path].append(run)

    def _pass(self, commit: Commit, path: str, runs: list[Run]) -> None:
        """Hand lines on to the parents that have them; what is left was brought here."""
        diffs = [(parent, self._diffs[commit.id, parent].get(path)) for parent in commit.parents]
        for parent, diff in diffs:
            if diff is None or (not diff.blocks and diff.old_path == path and not diff.opaque):
                for run in runs:
                    self._push(parent, path, run)
                return
        for parent, diff in diffs:
            if diff is not None and diff.old_path is not None and not diff.opaque:
                kept, runs = split(runs, diff)
                for run in kept:
                    self._push(parent, diff.old_path, run)
        for run in runs:
            self._settle(commit, path, run)

    def _settle(self, commit: Commit, path: str, run: Run) -> None:
        for at, slot in enumerate(run.slots):
            spot = (commit.id, path, run.start + at)
            self._known.spots[slot] = spot
            if spot not in self._known.before and self._asks(spot):
                found = [(parent, self._before(commit.id, parent, spot)) for parent in commit.parents]
                self._known.before[spot] = [self._go_on(parent, one) for parent, one in found if one]

    def _before(self, commit: str, parent: str, spot: Spot) -> Before | None:
        pairs = self._pairs.get((commit, parent))
        if pairs is None:
            pairs = self._pairs[commit, parent] = Pairs(self._diffs[commit, parent])
        return pairs.before(spot[1], spot[2])

    def _go_on(self, parent: str, one: Before) -> tuple[bool, int]:
        slots = self._new_slots(1)
        self._push(parent, one.path, Run(one.line, slots))
        return one.same, slots[0]


def split(runs: Iterable[Run], diff: FileDiff) -> tuple[list[Run], list[Run]]:
    """Sorted ``runs`` of the new file: those parts that stand unchanged, with the old file's lines; and the others."""
    kept, brought = list[Run](), list[Run]()
    blocks = diff.blocks
    for run in runs:
        start, at = run.start, bisect_right(blocks, run.start, key=lambda block: block.new_end)
        while start < run.end:
            block = blocks[at] if at < len(blocks) else None
            if block is not None and block.new_start <= start:
                end = min(run.end, block.new_end)
                brought.append(run.part(start, end))
            else:
                end = min(run.end, block.new_start) if block else run.end
                shift = blocks[at - 1].old_end - blocks[at - 1].new_end if at else 0
                kept.append(run.part(start, end, shift))
            start = end
            while at < len(blocks) and blocks[at].new_end <= start:
                at += 1
    return kept, brought
