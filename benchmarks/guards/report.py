"""The figures of a run as Markdown, and its curves as a picture."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.guards.make import Site
from benchmarks.guards.run import Result, Said, lines
from benchmarks.guards.score import LIMITS, Mark, at_noise, curve
from benchmarks.guards.strip import action, kind_of_action


@dataclass(frozen=True)
class Curve:
    """One line of the picture and of the table."""

    name: str
    marks: Sequence[Mark]
    sites: int
    lines: int


@dataclass(frozen=True)
class Hit:
    """A removed guard with the best suggestion that types it rightly."""

    site: Site
    said: Said

    @property
    def kind(self) -> bool:
        """Whether the handler ends as the authors' does."""
        return kind_of(self.said.replacement) == kind_of_action(self.site.action)

    @property
    def region(self) -> bool:
        """Whether the same lines stand in the ``try``."""
        return self.said.lines == (self.site.start, self.site.end)


def of_run(name: str, results: Sequence[Result]) -> Curve:
    """The bot's own curve."""
    return Curve(
        name, [s.mark for r in results for s in r.said], sum(len(r.case.sites) for r in results), lines(results)
    )


def table(curves: Sequence[Curve]) -> str:
    """Recognised and typed at each limit of noise, one row a curve and measure."""
    rows = ["| noise at most, a KLOC | " + " | ".join(str(limit) for limit in LIMITS) + " |", "|---" * 7 + "|"]
    for one in curves:
        points = [at_noise(curve(one.marks, one.sites, one.lines), limit) for limit in LIMITS]
        for measure in ("recognised", "typed"):
            cells = ("–" if p is None else f"{getattr(p, measure):.1%}" for p in points)
            rows.append(f"| {one.name}: {measure} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def hits(results: Sequence[Result], least: float) -> list[Hit]:
    """Of each removed guard that is typed at a confidence of ``least`` or more, the surest suggestion that does."""
    found: dict[int, Hit] = {}
    first = 0
    for result in results:
        for said in sorted(result.said, key=lambda s: -s.confidence):
            for number in said.mark.typed if said.confidence >= least else ():
                found.setdefault(number, Hit(result.case.sites[number - first], said))
        first += len(result.case.sites)
    return list(found.values())


def kind_of(replacement: str) -> str:
    """What the handler that was added ends with, in the words of ``weighing.manner.KINDS``."""
    text = replacement if not replacement[:1].isspace() else f"if True:\n{replacement}"
    guards = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Try) and n.handlers]
    outer = min(guards, key=lambda n: n.lineno)
    return kind_of_action(action(outer.handlers[0]))


def calibration(said: Sequence[Said], bins: int = 10) -> tuple[float, list[tuple[float, float, int]]]:
    """The expected calibration error, and of each tenth its mean confidence, its share of rightly typed, its number."""
    tenths: list[list[Said]] = [[] for _ in range(bins)]
    for one in said:
        tenths[min(bins - 1, int(one.confidence * bins))].append(one)
    rows = []
    for group in tenths:
        if group:
            mean = sum(s.confidence for s in group) / len(group)
            rows.append((mean, sum(bool(s.mark.typed) for s in group) / len(group), len(group)))
    total = max(1, len(said))
    return sum(abs(a - b) * n for a, b, n in rows) / total, rows


def withheld(results: Sequence[Result]) -> Mapping[str, int]:
    """How many places were withheld, by reason, the most common first."""
    found: Counter[str] = Counter()
    for result in results:
        found.update(result.withheld)
    return dict(found.most_common())


def levels(results: Sequence[Result]) -> Mapping[str, int]:
    """How many suggestions carry which proof."""
    return Counter(
        "region" if {"fault:region", "same:region"} <= set(said.evidence) else "static"
        for r in results
        for said in r.said
    )


def picture(curves: Sequence[Curve], out: Path) -> None:
    """Typed over noise, one line a curve. Needs matplotlib (``pip install 'reviewbot[train]'``)."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.4), dpi=110)
    for one in curves:
        points = [p for p in curve(one.marks, one.sites, one.lines) if p.noise <= max(LIMITS)]
        axes.plot([p.noise for p in points], [100 * p.typed for p in points], label=one.name)
    axes.set(
        xlabel="noise, suggestions a thousand changed lines", ylabel="removed guards typed rightly, %", ylim=(0, 85)
    )
    axes.plot([5, 20], [50, 70], "k*", label="goal")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(out)
