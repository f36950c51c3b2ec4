"""Edits of text by place: insertions and deletions within whole lines, everything else kept byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile


@dataclass(frozen=True, order=True)
class Insertion:
    """``text`` put in at a place: line from 1, column in UTF-8 bytes from 0, as ``ast`` counts."""

    line: int
    column: int
    text: str


def inserted(file: SourceFile, insertions: Sequence[Insertion]) -> tuple[LineRange, str]:
    """The lines from the first insertion to the last, and their new text."""
    ordered = sorted(insertions)
    where = LineRange(ordered[0].line, ordered[-1].line)
    lines = [line.encode("utf-8", "surrogatepass") for line in file.lines[where.start - 1 : where.end]]
    for one in reversed(ordered):
        text = lines[one.line - where.start]
        new = one.text.encode("utf-8")
        lines[one.line - where.start] = text[: one.column] + new + text[one.column :]
    return where, b"".join(lines).decode("utf-8", "surrogatepass")
