"""Regions: the smallest run of whole-line statements that holds the failing expressions."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Region, Site
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.guarding import blocks
from reviewbot.languages.python.guarding.blocks import Run
from reviewbot.languages.python.guarding.views import view
from reviewbot.languages.python.reading.scoping import bound, reads
from reviewbot.languages.python.reading.syntax import Syntax, Unparsable

_LONGEST_CHAIN = 8
"""Statements that depend on each other are one region up to so many lines; more would guard too much at once."""

Held = tuple[Run, tuple[Site, ...]]


def regions(file: SourceFile, sites: Sequence[Site]) -> tuple[Region, ...]:
    """The regions of the sites, in the order of the file; they never overlap, and nested ones are joined.

    Neighbouring statements stay apart unless the later one needs a name that the earlier one binds. A site that stands
    in no statement of the file (the file has changed since) has no region.
    """
    if not sites:
        return ()
    try:
        syntax = view(file).syntax
    except Unparsable:
        return ()
    held: list[Held] = []
    for site in sites:
        run = blocks.holder(syntax, site.span) if site.span.end_line <= len(syntax.lines) else None
        whole = None if run is None else blocks.enlarged(syntax, run)
        if whole is not None:
            held.append((whole, (site,)))
    held.sort(key=lambda one: (one[0].lines.start, -one[0].lines.end))
    return tuple(_region(syntax, run, found) for run, found in _chained(_nested(held)))


def _nested(held: Sequence[Held]) -> list[Held]:
    """With every run that overlaps an earlier one joined to it, or the far surer one alone."""
    joined: list[Held] = []
    for run, sites in held:
        if joined and joined[-1][0].lines.overlaps(run.lines):
            outer, found = joined[-1]
            same = outer.block is run.block
            if _alike(found, sites):
                joined[-1] = (outer.joined(run) if same else outer, (*found, *sites))
            elif _confidence(found) < _confidence(sites):
                joined[-1] = (run, sites)
        else:
            joined.append((run, sites))
    return joined


def _chained(held: Sequence[Held]) -> list[Held]:
    """With neighbours joined where the later one reads what the earlier one binds."""
    joined: list[Held] = []
    for run, sites in held:
        if joined and _alike(joined[-1][1], sites) and _depends(joined[-1][0], run):
            before, found = joined[-1]
            joined[-1] = (before.joined(run), (*found, *sites))
        else:
            joined.append((run, sites))
    return joined


def _alike(some: Sequence[Site], others: Sequence[Site]) -> bool:
    """Whether one is at least half as sure as the other: else it has no part in the other's guard."""
    low, high = sorted((_confidence(some), _confidence(others)))
    return low >= high / 2


def _confidence(sites: Sequence[Site]) -> float:
    return max(site.confidence for site in sites)


def _depends(before: Run, run: Run) -> bool:
    if before.block is not run.block or before.last + 1 != run.first:
        return False
    if len(LineRange(before.lines.start, run.lines.end)) > _LONGEST_CHAIN:
        return False
    made = _made(before.statements)
    return bool(made & reads(run.statements).now)


def _made(statements: Sequence[ast.stmt]) -> set[str]:
    """What plain statements bind; what a compound one binds is used by many for other reasons."""
    return bound([s for s in statements if not hasattr(s, "body")])


def _region(syntax: Syntax, run: Run, sites: Sequence[Site]) -> Region:
    # In the order in which they run: the argument of a call before the call.
    ordered = tuple(sorted(set(sites), key=lambda s: (s.span.end_line, s.span.end_column, -s.span.column)))
    return Region(syntax.file.path, _with_comments(syntax, run), ordered, ordered[0].function)


def _with_comments(syntax: Syntax, run: Run) -> LineRange:
    """The run's lines, and comments after a compound statement's end that are indented as part of it."""
    lines, end = run.lines, run.lines.end
    if not hasattr(run.statements[-1], "body"):
        return lines
    text = syntax.lines[lines.start - 1]
    indent = len(text) - len(text.lstrip())
    for number in range(lines.end + 1, len(syntax.lines) + 1):
        line = syntax.lines[number - 1]
        if line.strip() and not (line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > indent):
            break
        if line.strip():
            end = number
    return LineRange(lines.start, end)
