"""Comparing lines of code: what is the same text, and how much of it there is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile

_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 3


def bare(text: str) -> str:
    """``text`` without its last line's end."""
    return text.removesuffix("\n").removesuffix("\r")


def bare_lines(text: str) -> list[str]:
    """The lines of ``text`` without their ends, split as git does."""
    return [bare(line) for line in SourceFile("", text).lines]


def dedented(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines without the white space that all of them begin with; blank ones are empty and count for nothing."""
    full = [line for line in lines if line.strip()]
    first, last = min(full, default=""), max(full, default="")
    common = 0
    while common < min(len(first), len(last)) and first[common] == last[common] and first[common] in " \t":
        common += 1
    return tuple(line[common:] if line.strip() else "" for line in lines)


def substance(text: str) -> int:
    """How many letters and digits ``text`` has; 0 where they make fewer than three words."""
    words = _WORD.findall(text)
    return sum(map(len, words)) if len(words) >= _FEWEST_WORDS else 0


def occurrences(text: str, file: SourceFile, within: LineRange | None = None) -> list[LineRange]:
    """Where whole lines of ``file`` (of its lines ``within`` alone) read exactly ``text``.

    A file's last line may lack its line feed and is the same line. Two places at most are given, since more is only
    "several".
    """
    *wanted, last = SourceFile("", text).lines or ("",)
    lines = file.lines
    first, after = (0, len(lines)) if within is None else (within.start - 1, min(within.end, len(lines)))
    found: list[LineRange] = []
    for at in range(first, after - len(wanted)):
        end = at + len(wanted)
        if _same_line(lines[end], last) and list(lines[at:end]) == wanted:
            found.append(LineRange(at + 1, end + 1))
            if len(found) == 2:
                break
    return found


def _same_line(one: str, other: str) -> bool:
    return one == other or (one.endswith("\n") != other.endswith("\n") and bare(one) == bare(other))
