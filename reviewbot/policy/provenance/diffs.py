"""What each commit did to the lines of each file, beside each of its parents: one call of git's for all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewbot.domain.errors import SourceError
from reviewbot.policy.provenance.history import Commit
from reviewbot.policy.provenance.room import Room

_DIFF = (
    *("diff-tree", "--stdin", "--always", "--root", "-r", "--raw", "-z", "--patch", "-U0", "-M", "-l1000"),
    *("--full-index", "--no-ext-diff", "--no-textconv", "--diff-algorithm=myers", "--indent-heuristic"),
)
_HEADER = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?)\0")
_RAW = re.compile(rb":(\d+) (\d+) [0-9a-f]+ [0-9a-f]+ ([A-Z])\d*\0([^\0]+)\0")
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_GARBLED = "git printed a diff that cannot be read: update git to 2.30 or newer."


@dataclass(frozen=True)
class Block:
    """Lines that stand in place of others. The starts are the first lines, or where they would be if there are none."""

    old_start: int
    new_start: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]

    @property
    def old_end(self) -> int:
        """The first old line after it."""
        return self.old_start + len(self.old)

    @property
    def new_end(self) -> int:
        """The first new line after it."""
        return self.new_start + len(self.new)


@dataclass(frozen=True)
class FileDiff:
    """What became of a file. ``old_path`` is None where no regular file was before. ``opaque``: git saw no lines."""

    old_path: str | None
    path: str
    blocks: tuple[Block, ...] = ()
    opaque: bool = False


Step = tuple[str, str]
"""A commit and one of its parents; the parent is empty for a commit that has none."""
Diffs = Mapping[Step, Mapping[str, FileDiff]]
"""By step, then by the path that the file has at the commit; what was deleted stands under its old path and NUL."""


def diffs_of(room: Room, commits: Sequence[Commit]) -> Diffs:
    """What each of the commits did beside each of its parents.

    Raises:
        SourceError: an object is missing, or there is too much of it.
    """
    steps = [(commit.id, parent) for commit in commits for parent in commit.parents or ("",)]
    if not steps:
        return {}
    asked = "".join(f"{child} {parent}".rstrip() + "\n" for child, parent in steps)
    reader = _Reader(room.git(*_DIFF, stdin=asked.encode()))
    return {step: reader.step(step[0]) for step in steps}


class _Reader:
    """Walks git's output. Bodies are read by the counts of their headers, never by a line's look."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def step(self, commit: str) -> dict[str, FileDiff]:
        header = _HEADER.match(self._data, self._at)
        if header is None or header[1].decode() != commit:
            raise SourceError(_GARBLED)
        self._at = header.end()
        entries = self._entries()
        files = [self._file(*entry) for entry in entries]
        return {(f"{one.old_path}\0" if gone else one.path): one for one, gone in files}

    def _entries(self) -> list[tuple[bytes, bytes, bytes, str, str]]:
        entries = []
        while (match := _RAW.match(self._data, self._at)) is not None:
            old_mode, new_mode, status, name = match.groups()
            self._at = match.end()
            second = name
            if status in b"RC":
                end = self._data.index(b"\0", self._at)
                second, self._at = self._data[self._at : end], end + 1
            entries.append((old_mode, new_mode, status, _text(name), _text(second)))
        if entries:
            if self._data[self._at : self._at + 1] != b"\0":
                raise SourceError(_GARBLED)
            self._at += 1
        return entries

    def _file(self, old_mode: bytes, new_mode: bytes, status: bytes, old: str, new: str) -> tuple[FileDiff, bool]:
        blocks, binary = self._section()
        if status == b"T":  # printed as a deletion and an addition
            blocks, binary = self._section()
        fresh = status in b"AT" or not old_mode.startswith(b"100")
        return FileDiff(None if fresh else old, new, tuple(blocks), binary), status == b"D"

    def _section(self) -> tuple[list[Block], bool]:
        data, blocks, binary = self._data, list[Block](), False
        if not data.startswith(b"diff --git ", self._at):
            raise SourceError(_GARBLED)
        self._line()
        while self._at < len(data):
            if data.startswith(b"@@ ", self._at):
                blocks.append(self._block())
            elif data.startswith(b"diff --git ", self._at) or _HEADER.match(data, self._at):
                break
            else:
                binary = self._line().startswith(b"Binary files ") or binary
        return blocks, binary

    def _block(self) -> Block:
        header = _HUNK.match(self._line())
        if header is None:
            raise SourceError(_GARBLED)
        counts = int(header[2] or 1), int(header[4] or 1)
        old = tuple(self._body(b"-") for _ in range(counts[0]))
        new = tuple(self._body(b"+") for _ in range(counts[1]))
        return Block(int(header[1]) + (counts[0] == 0), int(header[3]) + (counts[1] == 0), old, new)

    def _body(self, mark: bytes) -> bytes:
        line = self._line()
        if line[:1] != mark:
            raise SourceError(_GARBLED)
        if self._data[self._at : self._at + 1] == b"\\":  # "\ No newline at end of file"
            self._line()
        return line[1:]

    def _line(self) -> bytes:
        end = self._data.find(b"\n", self._at)
        end = len(self._data) if end < 0 else end
        line = self._data[self._at : end]
        self._at = end + 1
        return line


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
