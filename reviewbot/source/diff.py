"""From git's raw records and patch to the files of a change. Works on bytes, by hunk counts, never by a line's look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot.domain.change import EntryKind, FileChange, FileStatus, LineRange
from reviewbot.domain.errors import SourceError

_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_STATUS = {
    "A": FileStatus.ADDED,
    "M": FileStatus.MODIFIED,
    "D": FileStatus.DELETED,
    "R": FileStatus.RENAMED,
    "C": FileStatus.COPIED,
    "T": FileStatus.TYPE_CHANGED,
}


@dataclass(frozen=True)
class RawEntry:
    """One record of ``git diff --raw -z``: octal modes, one status letter, paths as bytes decoded with surrogates."""

    old_mode: str
    new_mode: str
    status: str
    old_path: str
    path: str

    @property
    def kind(self) -> EntryKind:
        """What stands at the head; for a deletion, what stood at the base."""
        mode = self.old_mode if self.status == "D" else self.new_mode
        return {"120000": EntryKind.SYMLINK, "160000": EntryKind.SUBMODULE}.get(mode, EntryKind.FILE)


@dataclass(frozen=True)
class Hunk:
    """``old_count`` lines from ``old_start`` on are replaced by ``new_count`` lines from ``new_start`` on.

    Where a count is 0 the start is the line before which nothing stands; git's header names the line before that.
    """

    old_start: int
    old_count: int
    new_start: int
    new_count: int

    @property
    def old_end(self) -> int:
        """The first old line after the hunk."""
        return self.old_start + self.old_count

    @property
    def new_end(self) -> int:
        """The first new line after the hunk."""
        return self.new_start + self.new_count


@dataclass(frozen=True)
class Section:
    """The patch of one file: the head's added lines and the head's shown lines, and whether git called it binary.

    ``hunks`` are as git printed them, so they hold the lines of context that were asked for.
    """

    added: tuple[LineRange, ...]
    shown: tuple[LineRange, ...]
    binary: bool
    hunks: tuple[Hunk, ...] = ()


def parse_raw(data: bytes) -> tuple[list[RawEntry], bytes]:
    """The records at the beginning of ``git diff --raw -z --patch`` and what follows them.

    Raises:
        SourceError: it is not git's format.
    """
    entries = []
    at = 0
    while data.startswith(b":", at):
        head, at = _until_nul(data, at)
        fields = head[1:].decode("ascii").split(" ")
        if len(fields) != 5:
            raise SourceError("git printed a diff that cannot be read: update git to 2.30 or newer.")
        first, at = _until_nul(data, at)
        second = first
        letter = fields[4][0]
        if letter in "RC":
            second, at = _until_nul(data, at)
        entries.append(RawEntry(fields[0], fields[1], letter, _path(first), _path(second)))
    return entries, data[at:].lstrip(b"\0")


def _until_nul(data: bytes, at: int) -> tuple[bytes, int]:
    """What stands from ``at`` to the next NUL, and the place after it. Nothing is copied that is not asked for."""
    end = data.find(b"\0", at)
    end = len(data) if end < 0 else end
    return data[at:end], end + 1


def _path(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def parse_patch(data: bytes) -> Iterator[Section]:
    """One ``Section`` for each ``diff --git`` header, in order."""
    lines = data.split(b"\n")
    at = 0
    while at < len(lines):
        if not lines[at].startswith(b"diff --git "):
            at += 1
            continue
        section, at = _section(lines, at + 1)
        yield section


def _section(lines: list[bytes], at: int) -> tuple[Section, int]:
    added: list[LineRange] = []
    shown: list[LineRange] = []
    hunks: list[Hunk] = []
    binary = False
    while at < len(lines) and not lines[at].startswith(b"diff --git "):
        header = _HUNK.match(lines[at])
        if header is None:
            binary = binary or lines[at].startswith((b"Binary files ", b"GIT binary patch"))
            at += 1
            continue
        hunk = _read_hunk(header)
        hunks.append(hunk)
        if hunk.new_count:
            shown.append(LineRange(hunk.new_start, hunk.new_end - 1))
        at = _hunk(lines, at + 1, _Left(hunk.old_count, hunk.new_count, hunk.new_start), added)
    return Section(tuple(added), tuple(shown), binary, tuple(hunks)), at


def _read_hunk(header: re.Match[bytes]) -> Hunk:
    old, new = int(header[2] or 1), int(header[4] or 1)
    return Hunk(int(header[1]) + (old == 0), old, int(header[3]) + (new == 0), new)


@dataclass(frozen=True)
class _Left:
    """What a hunk's header promises: lines of the base, lines of the head, the head's first line."""

    old: int
    new: int
    line: int


def _hunk(lines: list[bytes], at: int, left: _Left, added: list[LineRange]) -> int:
    """Walk one hunk's body by its counts; append the runs of added lines; the index after it."""
    run: int | None = None
    old, new, line = left.old, left.new, left.line
    while (old > 0 or new > 0) and at < len(lines):
        mark = lines[at][:1]
        if mark == b"+":
            run = line if run is None else run
            line, new = line + 1, new - 1
        elif mark != b"\\":  # "\ No newline at end of file" counts on neither side
            if run is not None:
                added.append(LineRange(run, line - 1))
                run = None
            old -= 1
            if mark != b"-":
                line, new = line + 1, new - 1
        at += 1
    if run is not None:
        added.append(LineRange(run, line - 1))
    return at


def pair(entries: list[RawEntry], sections: list[Section]) -> list[tuple[RawEntry, Section]]:
    """Each record with its patch. A changed type is printed as two sections, a deletion and an addition.

    Raises:
        SourceError: their numbers differ.
    """
    pairs = []
    at = 0
    for entry in entries:
        at += entry.status == "T"
        if at >= len(sections):
            break
        pairs.append((entry, sections[at]))
        at += 1
    if len(pairs) != len(entries) or at != len(sections):
        raise SourceError("git printed a diff that cannot be read: update git to 2.30 or newer.")
    return pairs


def file_change(entry: RawEntry, section: Section, hidden: Section | None = None) -> FileChange:
    """The domain's view of one file.

    Args:
        entry: the record. section: its patch.
        hidden: the patch as text of a file that only an attribute calls binary. Its lines are reviewed, but a forge
            shows no diff for it, so nothing of it is ``shown``.
    """
    kind = entry.kind
    lines = hidden or section
    has_lines = kind is EntryKind.FILE and entry.status != "D" and not lines.binary
    return FileChange(
        path=entry.path,
        old_path=None if entry.status == "A" else entry.old_path,
        status=_STATUS.get(entry.status, FileStatus.MODIFIED),
        kind=kind,
        binary=lines.binary,
        added=lines.added if has_lines else (),
        shown=section.shown if has_lines else (),
    )
