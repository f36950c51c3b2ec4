"""Marks within a file that a repository declares for itself: plain texts, for there is no standard.

A mark speaks of its own line and of what it heads: the lines right below it up to a blank one, and all that is indented
deeper than the mark, with the bracket that closes it. A mark within what another heads adds nothing. So
``# ai-generated: cursor`` above a function speaks of the function.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.policy.provenance.facts import plain

SOURCE = "marker"
_TOOL = re.compile(r"[\s:=(\"']*([A-Za-z][\w.+-]{0,60})")
_NAMES_TOOL = (":", "=", "(")
_CLOSERS = ("}", ")", "]", "end")


def marked(lines: Sequence[str], markers: Sequence[str]) -> list[tuple[LineRange, Claim]]:
    """What the marks in a file say of its lines.

    Args:
        lines: without their ends. markers: texts, each taken as it is.
    """
    asked = [marker for marker in dict.fromkeys(markers) if marker.strip()]
    found: list[tuple[LineRange, Claim]] = []
    at = 0
    while at < len(lines):
        claim = _claim(lines[at], at + 1, asked)
        end = _end(lines, at) if claim else at + 1
        if claim:
            found.append((LineRange(at + 1, end), claim))
        at = end
    return found


def _claim(line: str, number: int, markers: Sequence[str]) -> Claim | None:
    for marker in markers:
        where = line.find(marker)
        if where >= 0:
            tool = _tool(marker, line[where + len(marker) :][:200])
            detail = f"mark {plain(marker)} on line {number}"
            return Claim(OriginKind.AI, Strength.LINE, SOURCE, tool=tool, detail=detail)
    return None


def _tool(marker: str, after: str) -> str | None:
    match = _TOOL.match(after) if marker.rstrip().endswith(_NAMES_TOOL) else None
    return plain(match[1]) if match else None


def _end(lines: Sequence[str], at: int) -> int:
    """The last line (from 1) of which the mark on ``lines[at]`` speaks."""
    own, end, near = _depth(lines[at]), at + 1, True
    for number in range(at + 1, len(lines)):
        line = lines[number]
        near = near and bool(line.strip())
        if line.strip() and not near and _depth(line) <= own:
            if line.strip().startswith(_CLOSERS) and _depth(line) == own:
                end = number + 1
            break
        if line.strip():
            end = number + 1
    return end


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
