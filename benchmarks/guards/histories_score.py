"""Score reviews of code before it got a guard: was the guard foreseen, with which exception, handler and region?

*Recognised*, *typed* and *noise* mean what they mean in ``score``: a suggestion overlaps the code that got a guard; it
names one of the author's exceptions, a parent or a child of one; it overlaps none.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.guards.histories import Guard, History
from benchmarks.guards.score import Mark, Point, curve, related
from benchmarks.guards.strip import action


@dataclass(frozen=True)
class Foreseen:
    """A suggestion that overlaps a guard to come; ``guard`` is its number among all.

    Attributes:
        typed: whether one of its exceptions is right.
        action: whether its handler ends in the same kind of statement.
        region: whether its ``try`` holds the same lines.
    """

    guard: int
    confidence: float
    typed: bool
    action: bool
    region: bool


@dataclass(frozen=True)
class Scored:
    """Several reviews, scored.

    Attributes:
        guards: all of them, each with its commit. lines: changed ones, all told.
        withheld: how often something was not suggested, by reason.
        mends: how many fixes were of other smells and guard nothing; they are neither a hit nor noise.
        unproven: how many of all fixes have no proof that ran the code.
    """

    guards: tuple[tuple[History, Guard], ...]
    lines: int
    marks: tuple[Mark, ...]
    foreseen: tuple[Foreseen, ...]
    withheld: Mapping[str, int]
    mends: int
    unproven: int

    @property
    def points(self) -> list[Point]:
        """The curve over confidence."""
        return curve(self.marks, max(1, len(self.guards)), self.lines)


def score(reviews: Iterable[tuple[History, Mapping[str, Any]]]) -> Scored:
    """Score reviews, each as ``reviewbot review --format json`` prints it."""
    guards: list[tuple[History, Guard]] = []
    marks: list[Mark] = []
    foreseen: list[Foreseen] = []
    withheld: Counter[str] = Counter()
    lines = mends = unproven = 0
    for history, review in reviews:
        withheld.update(_kind(one["reason"]) for one in review["withheld"])
        for suggestion in review["suggestions"]:
            unproven += not _ran(suggestion)
            if suggestion["kind"] == "fix" and ".mend." in suggestion["rule"]:
                mends += 1
            elif suggestion["kind"] == "fix":
                hits = _hits(history, suggestion, len(guards))
                typed = frozenset(hit.guard for hit in hits if hit.typed)
                marks.append(Mark(suggestion["confidence"], frozenset(hit.guard for hit in hits), typed))
                foreseen += hits
        guards += [(history, guard) for guard in history.guards]
        lines += history.lines
    return Scored(tuple(guards), lines, tuple(marks), tuple(foreseen), withheld, mends, unproven)


def _ran(suggestion: Mapping[str, Any]) -> bool:
    return any(one["ok"] and one["level"] != "static" for one in suggestion["evidence"])


def _kind(reason: str) -> str:
    """A reason without what it is about: the check that failed, or why no fix was drafted."""
    first = reason.partition(":")[0]
    return "the file has no name for the exception" if first.startswith("the file has no name for") else first


def _hits(history: History, suggestion: Mapping[str, Any], first: int) -> list[Foreseen]:
    if suggestion["path"] != history.path:
        return []
    return [
        Foreseen(
            first + number,
            suggestion["confidence"],
            related(suggestion["exceptions"], guard.resolved),
            _action(suggestion["replacement"]) == guard.action,
            _same_region(suggestion, guard),
        )
        for number, guard in enumerate(history.guards)
        if guard.start <= suggestion["end_line"] and suggestion["start_line"] <= guard.end
    ]


def _try(replacement: str) -> ast.Try | None:
    """The first ``try`` of a replacement; None where the fix is another."""
    try:
        tree = ast.parse(textwrap.dedent(replacement))
    except SyntaxError:  # lines out of a larger statement
        return None
    return next((node for node in ast.walk(tree) if isinstance(node, ast.Try)), None)


def _action(replacement: str) -> str | None:
    guard = _try(replacement)
    return action(guard.handlers[0]) if guard and guard.handlers else None


def _same_region(suggestion: Mapping[str, Any], guard: Guard) -> bool:
    """Whether the ``try`` of a replacement holds exactly the lines that the author's held, indentation aside."""
    made = _try(suggestion["replacement"])
    first, last = guard.start - suggestion["start_line"], guard.end - suggestion["start_line"] + 1
    original = suggestion["original"].rstrip("\n").split("\n")
    if made is None or first < 0 or last > len(original):
        return False
    body = suggestion["replacement"].split("\n")[made.body[0].lineno - 1 : made.body[-1].end_lineno]
    return [line.strip() for line in body] == [line.strip() for line in original[first:last]]


@dataclass(frozen=True)
class Row:
    """What is seen with everything at ``confidence`` or more shown; counts of guards, noise a thousand lines."""

    confidence: float
    recognised: int
    typed: int
    action: int
    region: int
    noise: float


def row(scored: Scored, confidence: float) -> Row:
    """The counts at a confidence. A guard's handler and region are those of its most confident typed suggestion."""
    shown = [one for one in scored.foreseen if one.confidence >= confidence]
    best: dict[int, Foreseen] = {}
    for one in sorted(shown, key=lambda one: one.confidence):
        if one.typed:
            best[one.guard] = one
    stray = sum(not mark.hit for mark in scored.marks if mark.confidence >= confidence)
    return Row(
        confidence,
        len({one.guard for one in shown}),
        len(best),
        sum(one.action for one in best.values()),
        sum(one.region for one in best.values()),
        stray * 1000 / max(1, scored.lines),
    )
