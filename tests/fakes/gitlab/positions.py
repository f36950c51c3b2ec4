"""Places in diffs, as GitLab reckons them: line codes, unfolded lines, and what a push makes of a place.

Rules: https://docs.gitlab.com/api/discussions/#create-a-new-thread-in-the-merge-request-diff (which numbers a line has,
what a line code is made of) and https://docs.gitlab.com/development/diffs/ (a position follows
its line from diff to diff).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.fakes.github.diff import File, files
from tests.fakes.github.diff import _files as _between
from tests.fakes.github.gitstore import Bare
from tests.fakes.gitlab.model import Position, Refs


@dataclass(frozen=True)
class Line:
    """A line of a diff. `old` and `new` run on both sides; `mark` says on which of them the line really is."""

    mark: str
    text: str
    old: int
    new: int

    @property
    def old_line(self) -> int | None:
        return None if self.mark == "+" else self.old

    @property
    def new_line(self) -> int | None:
        return None if self.mark == "-" else self.new


def straight(store: Bare, one: str, other: str) -> tuple[File, ...]:
    """What differs between two commits, whatever lies between them."""
    return _between(store.path, one, other)


def lines(file: File) -> Iterator[Line]:
    """Every line of a file's hunks."""
    for hunk in file.hunks:
        old, new = hunk.old[0], hunk.new[0]
        for text in hunk.text.split("\n")[1:]:
            mark = text[:1] or " "
            if mark == "\\":
                continue
            yield Line(mark, text[1:], old, new)
            old += mark != "+"
            new += mark != "-"


def old_to_new(file: File | None, line: int) -> int | None:
    """Where an old line is now; None where it is gone."""
    shift = 0
    for hunk in file.hunks if file else ():
        if line < hunk.old[0] or (hunk.old[1] == 0 and line <= hunk.old[0]):
            break
        if line < hunk.old[0] + hunk.old[1]:
            return next((one.new for one in lines(file) if one.mark == " " and one.old == line), None) if file else None
        shift += hunk.new[1] - hunk.old[1]
    return line + shift


def new_to_old(file: File | None, line: int) -> int | None:
    """Where a new line came from; None where it was added."""
    shift = 0
    for hunk in file.hunks if file else ():
        if line < hunk.new[0] or (hunk.new[1] == 0 and line <= hunk.new[0]):
            break
        if line < hunk.new[0] + hunk.new[1]:
            return next((one.old for one in lines(file) if one.mark == " " and one.new == line), None) if file else None
        shift += hunk.old[1] - hunk.new[1]
    return line + shift


def known(store: Bare, refs: Refs) -> bool:
    """Whether the project has all three commits."""
    return all(sha and store.resolve(sha) is not None for sha in (refs.base, refs.start, refs.head))


def file_at(store: Bare, position: Position) -> File | None:
    """The file of the position's own diff."""
    if not known(store, position.refs):
        return None
    refs = position.refs
    found = straight(store, refs.start, refs.head) if refs.start == refs.base else files(store, refs.start, refs.head)
    paths = {path for path in (position.old_path, position.new_path) if path}
    return next((file for file in found if file.path in paths or file.old_path in paths), None)


def line_at(store: Bare, position: Position) -> Line | None:
    """The line of the diff that the position means; an unchanged one may lie between the hunks ("unfolded")."""
    file = file_at(store, position)
    if file is None or (position.old_line is None and position.new_line is None):
        return None
    wanted = (position.old_line, position.new_line)
    shown = next((line for line in lines(file) if (line.old_line, line.new_line) == wanted), None)
    return shown or _unfolded(store, position, file)


def _unfolded(store: Bare, position: Position, file: File) -> Line | None:
    old, new = position.old_line, position.new_line
    if old is None or new is None or file.status in ("added", "removed") or not file.hunks:
        return None
    text = (store.read(position.refs.base, file.old_path) or b"").decode("utf-8", "replace").split("\n")
    if not 1 <= old <= len(text) or old_to_new(file, old) != new:
        return None
    return Line(" ", text[old - 1], old, new)


def line_code(store: Bare, position: Position) -> str | None:
    """`<SHA1 of the path>_<old>_<new>`; None where the position is no line of its diff."""
    file, line = file_at(store, position), line_at(store, position)
    if file is None or line is None:
        return None
    return code_of(file.path or file.old_path, line.old, line.new)


def code_of(path: str, old: int, new: int) -> str:
    """A line code (https://docs.gitlab.com/api/discussions/#line-code)."""
    return f"{hashlib.sha1(path.encode('utf-8', 'surrogateescape')).hexdigest()}_{old}_{new}"


def wrong_range(store: Bare, position: Position) -> list[str]:
    """What is wrong with a line range. GitLab takes any, and then shows the thread on the wrong lines.

    https://docs.gitlab.com/api/discussions/#parameters-for-multiline-comments
    """
    file = file_at(store, position)
    ends = position.line_range if isinstance(position.line_range, dict) else {}
    shown = {code_of(file.path, one.old, one.new): one for one in lines(file)} if file else {}
    found = []
    for side, end in ends.items():
        line = shown.get(str(end.get("line_code")))
        if line is None:
            found.append(f"position[line_range][{side}]: no line of the diff has the code {end.get('line_code')}")
        elif (line.mark == "+") != (end.get("type") == "new"):
            found.append(f"position[line_range][{side}]: the type of {end.get('line_code')} is not {end.get('type')}")
    last = shown.get(str((ends.get("end") or {}).get("line_code")))
    if last is not None and (last.old_line, last.new_line) != (position.old_line, position.new_line):
        found.append("position[line_range][end] is not the line that the thread stands on")
    return found


@dataclass(frozen=True)
class Traced:
    """What became of a position: where it stands in the new diff, or (`outdated`) where its line was changed."""

    position: Position | None
    outdated: bool


def trace(store: Bare, position: Position, refs: Refs) -> Traced:
    """The position in the diff of `refs`."""
    steps = _Steps(store, position.refs, refs)
    if position.old_line is None:
        return _added(steps, position)
    return _removed(steps, position) if position.new_line is None else _unchanged(steps, position)


@dataclass(frozen=True)
class _Steps:
    """The diffs between the old diff (from A to B) and the new one (from C to D)."""

    store: Bare
    old: Refs
    new: Refs

    def base_to_base(self, path: str) -> File | None:
        return _renamed(straight(self.store, self.old.base, self.new.base), path)

    def head_to_head(self, path: str) -> File | None:
        return _renamed(straight(self.store, self.old.head, self.new.head), path)

    def now(self) -> tuple[File, ...]:
        return files(self.store, self.new.start, self.new.head)

    def place(self, was: Position, file: File | None, path: str, old: int | None, new: int | None) -> Position:
        names = (file.old_path, file.path) if file else (path, path)
        return was.at(self.new, *names, old, new)

    def valid(self, position: Position) -> bool:
        return line_at(self.store, position) is not None


def _renamed(found: tuple[File, ...], path: str) -> File | None:
    return next((file for file in found if file.old_path == path), None)


def _added(steps: _Steps, was: Position) -> Traced:
    b_path, b_line = was.new_path or "", was.new_line or 0
    moved = steps.head_to_head(b_path)
    d_path, d_line = moved.path if moved else b_path, old_to_new(moved, b_line)
    if d_line is None:
        return Traced(steps.place(was, moved, b_path, b_line, None), outdated=True)
    shown = next((file for file in steps.now() if file.path == d_path), None)
    c_line = new_to_old(shown, d_line) if shown is None or shown.status != "added" else None
    if c_line is None:
        return Traced(steps.place(was, shown, d_path, None, d_line), outdated=False)
    place = steps.place(was, shown, d_path, c_line, d_line)
    if steps.valid(place):
        return Traced(place, outdated=False)
    return Traced(steps.place(was, None, d_path, None, c_line), outdated=True)


def _removed(steps: _Steps, was: Position) -> Traced:
    a_path, a_line = was.old_path or "", was.old_line or 0
    moved = steps.base_to_base(a_path)
    c_path, c_line = moved.path if moved else a_path, old_to_new(moved, a_line)
    if c_line is None:
        return Traced(steps.place(was, moved, a_path, a_line, None), outdated=True)
    shown = _renamed(steps.now(), c_path)
    d_line = old_to_new(shown, c_line)
    if d_line is not None:
        return Traced(steps.place(was, None, c_path, None, d_line), outdated=True)
    return Traced(steps.place(was, shown, c_path, c_line, None), outdated=False)


def _unchanged(steps: _Steps, was: Position) -> Traced:
    a_path, b_path = was.old_path or "", was.new_path or ""
    moved = steps.base_to_base(a_path)
    c_path, c_line = moved.path if moved else a_path, old_to_new(moved, was.old_line or 0)
    moved_head = steps.head_to_head(b_path)
    d_line = old_to_new(moved_head, was.new_line or 0)
    shown = _renamed(steps.now(), c_path)
    if d_line is None:
        return Traced(steps.place(was, moved_head, b_path, was.new_line, None), outdated=True)
    if c_line is None:
        return Traced(steps.place(was, shown, c_path, None, d_line), outdated=False)
    place = steps.place(was, shown, c_path, c_line, d_line)
    return Traced(place, outdated=False) if steps.valid(place) else Traced(None, outdated=True)
