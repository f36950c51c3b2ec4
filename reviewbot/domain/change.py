"""A change: what a pull request does to the files of a repository."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, order=True)
class LineRange:
    """Lines ``start`` to ``end`` of a file, 1-based and inclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start < 1 or self.end < self.start:
            raise ValueError(f"not a line range: {self.start}-{self.end}")

    def __contains__(self, line: object) -> bool:
        return isinstance(line, int) and self.start <= line <= self.end

    def __len__(self) -> int:
        return self.end - self.start + 1

    def covers(self, other: LineRange) -> bool:
        """True when every line of ``other`` is one of ours."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: LineRange) -> bool:
        """True when one line at least is in both."""
        return self.start <= other.end and other.start <= self.end


class FileStatus(StrEnum):
    """What happened to a path, by git's letters."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"
    TYPE_CHANGED = "type-changed"


class EntryKind(StrEnum):
    """What a path is at the head (at the base, for a deletion)."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True)
class FileChange:
    """One file of a change.

    ``added`` are the head's lines that the change adds or modifies. ``shown`` are the head's lines that stand in the
    diff with git's three lines of context: the only ones on which a forge takes a comment.
    Both are empty for what has no lines: a deletion, a binary file, a submodule, a symlink, a mode change.
    """

    path: str
    old_path: str | None
    status: FileStatus
    kind: EntryKind = EntryKind.FILE
    binary: bool = False
    added: tuple[LineRange, ...] = ()
    shown: tuple[LineRange, ...] = ()

    @property
    def changed_lines(self) -> int:
        """How many of the head's lines the change adds or modifies."""
        return sum(len(r) for r in self.added)


@dataclass(frozen=True)
class Change:
    """Base and head of a repository, the diff taken from their merge base. Revisions are full commit ids."""

    base: str
    merge_base: str
    head: str
    files: tuple[FileChange, ...]

    @property
    def changed_lines(self) -> int:
        """How many of the head's lines the change adds or modifies, in all files."""
        return sum(f.changed_lines for f in self.files)
