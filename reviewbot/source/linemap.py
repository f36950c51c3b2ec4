"""Where the lines of one commit are in another, by one diff of their two trees: no common history is needed.

So a push, a force-push, a rebase and a head that went back to an old commit are all the same question.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewbot.domain.change import EntryKind, LineRange
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.source.diff import Hunk, RawEntry, Section, pair, parse_patch, parse_raw
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository

__all__ = ["FileMap", "Hunk", "LineMap", "line_map"]

# Every line replaced, in a file however long: git counts lines in 31 bits.
_EVERYTHING = (Hunk(1, 2**31, 1, 2**31),)
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "-M", "--raw", "-z", "--patch", "-U0")
_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_MOST_PATHS = 500  # on a command line; beyond, the whole diff is made as text
_SNIFFED = 8000  # bytes in which git itself looks for a NUL (xdiff-interface.c: FIRST_FEW_BYTES)


@dataclass(frozen=True)
class FileMap:
    """Where the lines of one file went.

    Attributes:
        old_path: the file at the old commit. new_path: at the new one; None where no regular file came of it.
        hunks: what differs, in the order of lines, without context.
    """

    old_path: str
    new_path: str | None
    hunks: tuple[Hunk, ...] = ()

    def line(self, number: int) -> int | None:
        """The new number of an old line that stands unchanged; None where it was changed or removed."""
        if self.new_path is None:
            return None
        hunk = self._before(number)
        if hunk is None:
            return number
        return None if number < hunk.old_end else number - hunk.old_end + hunk.new_end

    def lines(self, where: LineRange) -> LineRange | None:
        """The new place of old lines that all stand unchanged with nothing put between them; else None."""
        start, end = self.line(where.start), self.line(where.end)
        if start is None or end is None or self._touching(where):
            return None
        return LineRange(start, end)

    def images(self, where: LineRange) -> tuple[LineRange, ...]:
        """Those of the old lines that stand unchanged, where they are now."""
        if self.new_path is None:
            return ()
        runs, at = [], where.start
        for hunk in self._touching(where):
            runs.append((at, hunk.old_start - 1))
            at = hunk.old_end
        runs.append((at, where.end))
        return tuple(LineRange(self._shift(start), self._shift(end)) for start, end in runs if start <= end)

    def remains(self, where: LineRange) -> LineRange | None:
        """What stands in the new file in place of old lines: those that survive, and what replaced the others.

        None where nothing is left of them.
        """
        if self.new_path is None:
            return None
        written = [LineRange(h.new_start, h.new_end - 1) for h in self._touching(where) if h.new_count]
        parts = [*self.images(where), *written]
        return LineRange(min(p.start for p in parts), max(p.end for p in parts)) if parts else None

    def between(self, where: LineRange) -> tuple[int, int]:
        """The new lines between the nearest surviving neighbours of old lines: the first, and the one after the last.

        Wider than ``remains`` by what was put right before or after them. Both are equal where nothing is there.
        """
        first, last = self._before(where.start), self._before(where.end + 1)
        below = where.start - 1 if first is None or first.old_end < where.start else first.old_start - 1
        above = where.end + 1 if last is None or last.old_end <= where.end + 1 else last.old_end
        return self._shift(below) + 1, self._shift(above)

    def is_new(self, where: LineRange) -> bool:
        """Whether one of these lines of the new file is no old line that stands unchanged."""
        first = bisect_right(self.hunks, where.start, key=lambda h: h.new_end)
        return any(
            h.new_count for h in self.hunks[first : bisect_right(self.hunks, where.end, key=lambda h: h.new_start)]
        )

    def _before(self, number: int) -> Hunk | None:
        at = bisect_right(self.hunks, number, key=lambda h: h.old_start)
        return self.hunks[at - 1] if at else None

    def _touching(self, where: LineRange) -> Sequence[Hunk]:
        """Hunks that change one of these old lines, or put something between two of them."""
        at = bisect_right(self.hunks, where.start, key=lambda h: h.old_start)
        first = at - 1 if at and self.hunks[at - 1].old_end > where.start else at
        return self.hunks[first : bisect_right(self.hunks, where.end, key=lambda h: h.old_start)]

    def _shift(self, unchanged: int) -> int:
        hunk = self._before(unchanged)
        return unchanged if hunk is None else unchanged - hunk.old_end + hunk.new_end


@dataclass(frozen=True)
class LineMap:
    """Where the lines of the commit ``old`` are in the commit ``new``.

    Attributes:
        files: the files that differ, by their old path. added: the paths of new files that came from none.
        lost: the old commit is not to be had any more, so no line is known to have stayed.
    """

    old: str
    new: str
    files: Mapping[str, FileMap]
    added: frozenset[str] = frozenset()
    lost: bool = False

    def of(self, path: str) -> FileMap:
        """The map of the file that was ``path`` at the old commit; the identity for one that does not differ."""
        return self.files.get(path) or FileMap(path, path, _EVERYTHING if self.lost else ())

    def is_new(self, path: str, where: LineRange) -> bool:
        """Whether one of these lines of the new commit's ``path`` did not stand in the old commit's file."""
        if path in self.added:
            return True
        return (self._by_new_path.get(path) or self.of(path)).is_new(where)

    @cached_property
    def _by_new_path(self) -> dict[str, FileMap]:
        return {one.new_path: one for one in self.files.values() if one.new_path is not None}


def line_map(repository: Repository, old: str, new: str) -> LineMap:
    """Where the lines of ``old`` are in ``new``, by one ``git diff`` of their trees; renames are followed.

    Args:
        repository: holds both. old, new: full commit ids, of whatever histories.

    Raises:
        RevisionNotFound: an id is none. SourceError: a commit is not there, or git refused.
            For one that is lost, ``LineMap(old, new, {}, lost=True)``.
    """
    if old == new:
        return LineMap(old, new, {})
    for commit in (old, new):
        if not _ID.fullmatch(commit):
            raise RevisionNotFound(f"{commit!r} is no full commit id: resolve it before lines are mapped.")
    entries, patch = parse_raw(run_git(repository.path, *_DIFF, old, new, "--"))
    pairs = pair(entries, list(parse_patch(patch)))
    hidden = _hidden(repository, old, new, pairs)
    kept = [(e, hidden.get(e.path, s)) for e, s in pairs if e.status not in "AC"]
    added = frozenset(e.path for e, _ in pairs if e.status in "ACT" and e.kind is EntryKind.FILE)
    return LineMap(old, new, {entry.old_path: _file_map(entry, section) for entry, section in kept}, added)


def _file_map(entry: RawEntry, section: Section) -> FileMap:
    """A deletion, a changed type and what is no file leave nothing; a binary file has one hunk of everything."""
    if entry.status in "DT" or entry.kind is not EntryKind.FILE:
        return FileMap(entry.old_path, None)
    if section.binary:
        return FileMap(entry.old_path, entry.path, _EVERYTHING)
    return FileMap(entry.old_path, entry.path, section.hunks)


def _hidden(
    repository: Repository, old: str, new: str, pairs: Sequence[tuple[RawEntry, Section]]
) -> dict[str, Section]:
    """The hunks of texts that only ``.gitattributes`` calls binary, by their new path; a second diff only for those."""
    binary = [e for e, s in pairs if s.binary and e.status not in "ADCT" and e.kind is EntryKind.FILE]
    if not binary:
        return {}
    tree = repository.tree(new)
    texts = [e for e in binary if b"\0" not in (tree.read(e.path) or b"\0")[:_SNIFFED]]
    if not texts:
        return {}
    paths = list(dict.fromkeys(path for e in texts for path in (e.old_path, e.path)))
    only = paths if len(paths) <= _MOST_PATHS else []
    entries, patch = parse_raw(run_git(repository.path, *_DIFF, "--text", old, new, "--", *only))
    found = {e.path: s for e, s in pair(entries, list(parse_patch(patch)))}
    return {e.path: found[e.path] for e in texts if e.path in found}
