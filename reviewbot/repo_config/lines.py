"""Where in a TOML text something stands, and whether it is harmless to parse: told without parsing it.

``tomllib`` does not say at which line a key was, and takes time that grows with the square of a dotted key's parts:
22 seconds for one key of 64 KB. Both are read here from the text with its strings and comments blanked, in linear time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

MOST_NESTED = 8
"""Brackets within brackets, or parts of a dotted key; the settings need 2."""

# Strings and comments. One that does not end swallows what follows it: ``tomllib`` goes no further either. Nothing
# here is tried again at another place once it failed (``*+``), or a hostile text would take quadratic time.
_HIDDEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
_DOTTED = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){{{MOST_NESTED}}}")
_BRACKETS = re.compile(r"[\[\]{}\n]")
_QUOTES = "\"'"

Place = tuple[str | int, ...]
"""Names of tables and keys; after the name of an array of tables, which of them, counted from 0."""


def blanked(text: str) -> str:
    """``text`` with each string and comment replaced by ``_``, as long as it was; lines stay where they are."""
    return _HIDDEN.sub(lambda found: re.sub(r"[^\n]", "_" if found[0][0] in _QUOTES else " ", found[0]), text)


def too_deep(text: str) -> int | None:
    """The first line, from 1, that nests deeper than any settings do; None where none does."""
    bare = blanked(text)
    dotted = _DOTTED.search(bare)
    lines = [bare.count("\n", 0, dotted.start()) + 1] if dotted else []
    depth, line = 0, 1
    for found in _BRACKETS.finditer(bare):
        if found[0] == "\n":
            line += 1
        else:
            depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
            if depth > MOST_NESTED:
                lines.append(line)
                break
    return min(lines, default=None)


def line_of(where: Place, places: Mapping[Place, int]) -> int:
    """The line of ``where``, or of the nearest thing around it that has one; the first where nothing has."""
    around = (where[:length] for length in range(len(where), 0, -1))
    return next((places[place] for place in around if place in places), 1)


def places(text: str) -> dict[Place, int]:
    """The line, from 1, on which each header and each key of a TOML text begins."""
    found: dict[Place, int] = {}
    table: Place = ()
    counts: Counter[Place] = Counter()
    depth = 0
    for number, (line, bare) in enumerate(zip(text.split("\n"), blanked(text).split("\n"), strict=True), 1):
        start = bare.strip()
        if depth == 0 and start.startswith("["):
            table = _names(line, bare, "[", "]")
            if start.startswith("[["):
                counts[table] += 1
                table = (*table, counts[table] - 1)
            found.setdefault(table, number)
            continue
        if depth == 0 and "=" in bare:
            found.setdefault((*table, *_names(line, bare, "", "=")), number)
        depth = max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))
    return found


def _names(line: str, bare: str, opening: str, closing: str) -> Place:
    """The parts of a dotted key, up to ``closing``; dots inside quotes part nothing."""
    end = bare.find(closing) if closing in bare else len(bare)
    names, at = [], len(bare[:end]) - len(bare[:end].lstrip(f"{opening} \t"))
    for part in bare[at:end].split("."):
        names.append(line[at : at + len(part)].strip().strip(_QUOTES))
        at += len(part) + 1
    return tuple(names)
