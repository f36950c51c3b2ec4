"""What real histories say of the bot, in Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from benchmarks.guards.histories import Guard, History
from benchmarks.guards.histories_score import Row, Scored, row, score
from benchmarks.guards.score import LIMITS, at_noise
from reviewbot.languages.python.reading.imports import builtin_exception

SOURCES = ("built-in", "standard library", "library", "the project's own")


def listed(done: Iterable[tuple[History, dict[str, Any]]]) -> Iterator[str]:
    """A line a guard: whether it was foreseen, where it is, what it catches, and what was suggested there."""
    for history, found in done:
        for guard in history.guards:
            one = score([(replace(history, guards=(guard,)), found)])
            verdict = "typed" if any(f.typed for f in one.foreseen) else "recognised" if one.foreseen else "missed"
            there = [
                f"{s['confidence']:.2f} {'/'.join(s['exceptions'])}"
                for s in found["suggestions"]
                if s["path"] == history.path and s["start_line"] <= guard.end and guard.start <= s["end_line"]
                if ".mend." not in s["rule"]
            ]
            place = f"{history.repository}@{history.commit[:12]} {history.path}:{guard.start}-{guard.end}"
            yield f"{verdict} {place} {'/'.join(guard.resolved)} {guard.action} <- {', '.join(there) or 'nothing'}"


def report(scored: Scored, default: float) -> str:
    """What was scored, and the tables; ``default`` is the confidence from which the bot shows anything, if not told."""
    histories = {history for history, _ in scored.guards}
    stray = sum(not mark.hit for mark in scored.marks)
    reasons = ", ".join(f"{reason} {times}" for reason, times in sorted(scored.withheld.items())) or "none"
    return "\n\n".join(
        [
            f"{len(histories)} commits of {len({one.repository for one in histories})} repositories, "
            f"{len(scored.guards)} guards, {scored.lines} changed lines, {len(scored.marks)} guards suggested, "
            f"{stray} of them elsewhere; {scored.mends} mends of other smells; "
            f"{scored.unproven} unproven. Withheld: {reasons}.",
            table(scored, default),
            by_source(scored, default),
            f"At {default:g}, {_commits(scored, default)}.",
        ]
    )


def _commits(scored: Scored, confidence: float) -> str:
    shown = [one for one in scored.foreseen if one.confidence >= confidence]
    hit = {scored.guards[one.guard][0] for one in shown}
    typed = {scored.guards[one.guard][0] for one in shown if one.typed}
    return f"{len(hit)} commits would have got a suggestion where the guard came, {len(typed)} with the right exception"


def source(history: History, guard: Guard) -> str:
    """Where the first exception of a guard comes from: one of ``SOURCES``."""
    name = guard.resolved[0]
    root = name.split(".")[0]
    if builtin_exception(name):
        return SOURCES[0]
    if "." not in name or root in {"", "self", "cls", *history.path.split("/")}:
        return SOURCES[3]
    return SOURCES[1] if root in sys.stdlib_module_names else SOURCES[2]


def table(scored: Scored, default: float) -> str:
    """The figures in Markdown: at each limit of noise, and at the default confidence."""
    lines = [
        "| noise at most, a KLOC | confidence | recognised | typed | kind, of typed | region, of typed | noise |",
        "|---|---|---|---|---|---|---|",
    ]
    for limit in LIMITS:
        point = at_noise(scored.points, limit)
        lines.append(_line(str(limit), row(scored, point.confidence), scored) if point else f"| {limit} | | | | | | |")
    return "\n".join([*lines, _line("as set by default", row(scored, default), scored)])


def by_source(scored: Scored, confidence: float) -> str:
    """Whose exceptions were foreseen, in Markdown."""
    hit = {one.guard for one in scored.foreseen if one.confidence >= confidence}
    typed = {one.guard for one in scored.foreseen if one.typed and one.confidence >= confidence}
    lines = ["| the exception is | guards | recognised | typed |", "|---|---|---|---|"]
    for kind in SOURCES:
        own = {number for number, place in enumerate(scored.guards) if source(*place) == kind}
        found = [_share(len(own & some), len(own)) for some in (hit, typed)]
        lines.append(f"| {kind} | {len(own)} | {' | '.join(found)} |")
    return "\n".join(lines)


def _line(name: str, found: Row, scored: Scored) -> str:
    many = len(scored.guards)
    cells = [
        name,
        f"{found.confidence:.3f}",
        _share(found.recognised, many),
        _share(found.typed, many),
        _share(found.action, found.typed),
        _share(found.region, found.typed),
        f"{found.noise:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part})" if whole else "none"
