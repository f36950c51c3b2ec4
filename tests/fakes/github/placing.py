"""Where a comment stands now: its first lines, carried by git's diff to the head as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.fakes.github import diff
from tests.fakes.github.gitstore import Bare
from tests.fakes.github.model import Comment

_HEADER = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Lines of the diff as it is now. `position` counts the lines of the file's diff below its first hunk header."""

    line: int
    start_line: int | None
    position: int


def place(store: Bare, base: str, head: str, comment: Comment) -> Place | None:
    """Where `comment` is shown; None where it is outdated.

    As on GitHub, it stays while none of its lines was changed and they are still within one hunk of the pull
    request's diff, under the same path.
    """
    old, new = comment.commit, head
    if comment.side == "LEFT":
        old, new = store.merge_base(base, comment.commit), store.merge_base(base, head)
    first = comment.start_line or comment.line
    lines = [_carried(store.path, old, new, comment.path, line) for line in range(first, comment.line + 1)]
    if None in lines or store.read(new, comment.path) is None:
        return None
    start, line = lines[0] or 0, lines[-1] or 0
    file = next((one for one in diff.files(store, base, head) if one.path == comment.path), None)
    shown = file.hunks if file is not None and file.patch is not None else ()
    hunk = next((one for one in shown if one.holds(line, comment.side) and one.holds(start, comment.side)), None)
    if hunk is None:
        return None
    before = sum(one.text.count("\n") + 1 for one in shown[: shown.index(hunk)])
    position = before + hunk.until(line, comment.side).count("\n")
    return Place(line, start if comment.start_line else None, position)


def _carried(path: Path, old: str, new: str, name: str, line: int) -> int | None:
    """The number of an unchanged line in `new`; None for a line that is not there any more."""
    shift = 0
    for at, gone, added in _changes(path, old, new, name):
        first = at + (gone == 0)  # a hunk that removes nothing names the line before it
        if line < first:
            break
        if line < first + gone:
            return None
        shift += added - gone
    return line + shift


@lru_cache(maxsize=4096)
def _changes(path: Path, old: str, new: str, name: str) -> tuple[tuple[int, int, int], ...]:
    """First old line, lines removed and lines added, of each hunk without context."""
    if old == new:
        return ()
    literal = f":(literal){name}"
    text = Bare(path).git("diff", "--no-ext-diff", "--no-textconv", "--no-renames", "-U0", old, new, "--", literal)
    return tuple((int(m[1]), int(m[2] or 1), int(m[4] or 1)) for m in _headers(text))


def _headers(text: bytes) -> list[re.Match[bytes]]:
    """The hunk headers alone: lines of the file that look like one begin with `+` or `-` here."""
    return list(_HEADER.finditer(text))
