"""Who brought lines that are older than the change: ``git blame``, of these lines alone."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from reviewbot.domain.errors import SourceError
from reviewbot.policy.provenance.room import Room
from reviewbot.policy.provenance.walk import Spot

_ENTRY = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (\d+) (\d+) (\d+)$", re.MULTILINE)
_MOST_RANGES = 200  # on a command line; beyond, the lines between are blamed too
_MOST_WORKERS = 4
_MOST_FILES = 5000


def blamed(
    room: Room, older: Mapping[tuple[str, str], Sequence[int]]
) -> tuple[dict[tuple[str, str, int], Spot], list[str]]:
    """Where lines of older commits were brought.

    Args:
        older: by commit and path, the lines that are asked for.

    Returns:
        By commit, path and line where it was brought; and what could not be found out.
    """
    wanted = list(older.items())[:_MOST_FILES]
    problems = [f"The history before the base of {len(older) - _MOST_FILES} files was not read: there are too many."]
    spots: dict[tuple[str, str, int], Spot] = {}
    with ThreadPoolExecutor(min(_MOST_WORKERS, os.cpu_count() or 1)) as pool:
        answers = list(pool.map(lambda one: _asked(room, one[0][0], one[0][1], one[1]), wanted))
    failed = [answer for answer in answers if isinstance(answer, str)]
    for answer in answers:
        if not isinstance(answer, str):
            spots.update(answer)
    if failed:
        failed = [f"The history before the base of {len(failed)} files was not read: {failed[0]}"]
    return spots, failed + (problems if len(older) > _MOST_FILES else [])


def _asked(room: Room, commit: str, path: str, lines: Sequence[int]) -> dict[tuple[str, str, int], Spot] | str:
    asked = set(lines)
    ranges = [part for start, end in _ranges(sorted(asked)) for part in ("-L", f"{start},{end}")]
    try:
        out = room.git("blame", "--incremental", "--no-textconv", *ranges, commit, "--", path)
    except SourceError as error:
        return str(error)
    return {(commit, path, line): spot for line, spot in _entries(out).items() if line in asked}


def _ranges(lines: Sequence[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for line in lines:
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], line)
        else:
            ranges.append((line, line))
    return ranges if len(ranges) <= _MOST_RANGES else [(lines[0], lines[-1])]


def _entries(out: bytes) -> dict[int, Spot]:
    """``git blame --incremental``: an entry ends with its file's name, and every other line begins with a word."""
    found: dict[int, Spot] = {}
    entry: re.Match[bytes] | None = None
    for line in out.split(b"\n"):
        if entry is None:
            entry = _ENTRY.fullmatch(line)
        elif line.startswith(b"filename "):
            commit, there, here, count = entry[1].decode(), int(entry[2]), int(entry[3]), int(entry[4])
            path = unquoted(line.removeprefix(b"filename "))
            found |= {here + at: (commit, path, there + at) for at in range(count)}
            entry = None
    return found


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def unquoted(name: bytes) -> str:
    """A path as git prints it, in C's quotes where it holds what needs them."""
    if len(name) > 1 and name.startswith(b'"') and name.endswith(b'"'):
        name = _ESCAPE.sub(
            lambda m: bytes([int(m[1], 8) & 255]) if m[1].isdigit() else _LETTERS.get(m[1], m[1]), name[1:-1]
        )
    return name.decode("utf-8", "surrogateescape")
