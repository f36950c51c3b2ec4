"""Places in a merge request's diff, as GitLab names them.

Sources: https://docs.gitlab.com/api/discussions/#create-a-new-thread-in-the-merge-request-diff and
https://docs.gitlab.com/api/discussions/#line-code
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reviewbot.domain.change import LineRange

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")


@dataclass(frozen=True)
class Place:
    """A line of the head that the diff shows.

    Attributes:
        new: its number. added: the left side has no such line.
        old: its number on the left side; for an added line, that of the next line there, which is what GitLab counts.
    """

    old: int
    new: int
    added: bool


Hunk = Mapping[int, Place]
"""The lines of the head that one hunk shows, by their numbers."""


@dataclass(frozen=True)
class Refs:
    """The commits that a version of the diff lies between.

    Attributes:
        base: the merge base, which the diff is taken from. start: the target branch's head at that time.
        head: the source branch's head.
    """

    base: str
    start: str
    head: str


@dataclass(frozen=True)
class FileDiff:
    """One file of a diff, by its names on both sides."""

    old_path: str
    new_path: str
    hunks: tuple[Hunk, ...]


def read_hunks(diff: str) -> tuple[Hunk, ...]:
    """The hunks of one file's diff, with or without the lines above them."""
    return tuple(hunk for _, hunk in _walk(iter(diff.split("\n"))))


def read_raw(diff: str) -> dict[str, tuple[Hunk, ...]]:
    """The hunks of each file of a whole diff, by its name on the right side; a name that git quotes is left out."""
    found: dict[str, tuple[Hunk, ...]] = {}
    for path, hunk in _walk(iter(diff.split("\n"))):
        if path is not None:
            found[path] = (*found.get(path, ()), hunk)
    return found


def _walk(lines: Iterator[str]) -> Iterator[tuple[str | None, Hunk]]:
    """Each hunk with its file. By the hunks' counts, never by a line's look: code may look like a header."""
    path = None
    for line in lines:
        header = _HUNK.match(line)
        if header is not None:
            yield path, _hunk(header, lines)
        elif line.startswith("+++ "):
            path = line[6:].removesuffix("\t") if line.startswith("+++ b/") else None


def _hunk(header: re.Match[str], lines: Iterator[str]) -> Hunk:
    old, new = int(header[1]), int(header[3])
    old_end, new_end = old + int(header[2] or 1), new + int(header[4] or 1)
    places: dict[int, Place] = {}
    while old < old_end or new < new_end:
        mark = next(lines, "")[:1]
        if mark == "\\":  # "\ No newline at end of file" counts on neither side
            continue
        if mark not in ("+", "-", " "):  # cut off, or not a diff
            break
        if mark != "-":
            places[new] = Place(old, new, mark == "+")
        old, new = old + (mark != "+"), new + (mark != "-")
    return places


def find_lines(file: FileDiff, lines: LineRange) -> tuple[Place, Place] | None:
    """The first and the last of ``lines``, where one hunk shows them all; else None."""
    for hunk in file.hunks:
        if lines.start in hunk and lines.end in hunk:
            return hunk[lines.start], hunk[lines.end]
    return None


def write_position(refs: Refs, file: FileDiff, first: Place, last: Place) -> dict[str, Any]:
    """``position`` of a note on lines of the head: it stands on the last one.

    An unchanged line wants its number on both sides, an added one on the right alone. ``line_range`` has line codes and
    types and nothing more: with line numbers in it several versions answer "must be a valid json schema"
    (https://gitlab.com/gitlab-org/gitlab/-/issues/520794).
    """
    position: dict[str, Any] = {
        "position_type": "text",
        "base_sha": refs.base,
        "start_sha": refs.start,
        "head_sha": refs.head,
        "old_path": file.old_path,
        "new_path": file.new_path,
        "new_line": last.new,
    }
    if not last.added:
        position["old_line"] = last.old
    if first != last:
        position["line_range"] = {"start": _end(file, first), "end": _end(file, last)}
    return position


def _end(file: FileDiff, place: Place) -> dict[str, str]:
    return {"line_code": line_code(file.new_path, place), "type": "new" if place.added else "old"}


def line_code(path: str, place: Place) -> str:
    """``<SHA-1 of the file's name>_<old>_<new>``."""
    name = hashlib.sha1(path.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
    return f"{name}_{place.old}_{place.new}"
