"""The diff of a pull request as GitHub shows it, and its rules on where a comment may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.fakes.github.gitstore import Bare

_HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_STATUS = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "C": "copied", "T": "changed"}
MAX_PATCH = 20_000
"""Lines of a file's diff beyond which GitHub shows none (docs: "20,000 lines that you can load … in a single file")."""


@dataclass(frozen=True)
class Hunk:
    """One hunk: its text with the header, and its first line and count on either side."""

    text: str
    old: tuple[int, int]
    new: tuple[int, int]

    def holds(self, line: int, side: str) -> bool:
        start, count = self.new if side == "RIGHT" else self.old
        return start <= line < start + count

    def until(self, line: int, side: str) -> str:
        """The hunk's text down to `line`, as GitHub quotes it above a comment."""
        lines = self.text.split("\n")
        old, new = self.old[0], self.new[0]
        for at, text in enumerate(lines[1:], 1):
            if (text[:1] != "-" and side == "RIGHT" and new == line) or (
                text[:1] != "+" and side == "LEFT" and old == line
            ):
                return "\n".join(lines[: at + 1])
            new += text[:1] in ("+", " ")
            old += text[:1] in ("-", " ")
        return self.text


@dataclass(frozen=True)
class File:
    """One file of a pull request."""

    path: str
    old_path: str
    status: str
    blob: str
    hunks: tuple[Hunk, ...]
    additions: int
    deletions: int

    @property
    def patch(self) -> str | None:
        """The text GitHub gives; None for a binary file, for no change of content, and for too much of it."""
        shown = self.hunks and self.additions + self.deletions <= MAX_PATCH
        return "\n".join(hunk.text for hunk in self.hunks) if shown else None


def files(repo: Bare, base: str, head: str) -> tuple[File, ...]:
    """The files that differ between the merge base of two commits and the second."""
    return _files(repo.path, repo.merge_base(base, head), head)


@lru_cache(maxsize=64)
def _files(path: Path, fork: str, head: str) -> tuple[File, ...]:
    options = ("-M", "-l1000", "--no-ext-diff", "--no-textconv", "--full-index", "--no-abbrev", "-U3")
    output = Bare(path).git("diff", *options, "--raw", "-z", "--patch", fork, head)
    records, patch = _records(output)
    sections = _sections(patch.decode("utf-8", "replace").split("\n"))
    found = []
    for status, blob, old, new in records:
        if status == "T":  # printed as a deletion and an addition
            next(sections)
        hunks = next(sections)
        body = [line for hunk in hunks for line in hunk.text.split("\n")[1:]]
        added, gone = (sum(line.startswith(mark) for line in body) for mark in "+-")
        found.append(File(new, old, _STATUS[status], blob, hunks, added, gone))
    return tuple(found)


def _records(output: bytes) -> tuple[list[tuple[str, str, str, str]], bytes]:
    """Status, blob, old and new path of each file, and the patch behind them."""
    found = []
    while output.startswith(b":"):
        record, _, output = output.partition(b"\0")
        parts = record.decode().split(" ")
        first, _, output = output.partition(b"\0")
        second = first
        if parts[4][0] in "RC":
            second, _, output = output.partition(b"\0")
        old, new = (name.decode("utf-8", "surrogateescape") for name in (first, second))
        found.append((parts[4][0], parts[3], old, new))
    return found, output.lstrip(b"\0")


def _sections(lines: list[str]) -> Iterator[tuple[Hunk, ...]]:
    """The hunks of each `diff --git`, in order."""
    at = 0
    while at < len(lines):
        if not lines[at].startswith("diff --git "):
            at += 1
            continue
        hunks: list[Hunk] = []
        at += 1
        while at < len(lines) and not lines[at].startswith("diff --git "):
            header = _HEADER.match(lines[at])
            end = at + 1
            if header is not None:
                old = (int(header[1]), int(header[2] or 1))
                new = (int(header[3]), int(header[4] or 1))
                end = _end(lines, at + 1, old[1], new[1])
                hunks.append(Hunk("\n".join(lines[at:end]), old, new))
            at = end
        yield tuple(hunks)


def _end(lines: list[str], at: int, old: int, new: int) -> int:
    """The index after a hunk's body, by the counts that its header gives."""
    while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith("\\")):
        mark = lines[at][:1]
        old -= mark in ("-", " ", "")
        new -= mark in ("+", " ", "")
        at += 1
    return at


def refusal(file: File | None, line: int, start_line: int | None, side: str, start_side: str) -> str | None:
    """GitHub's words for a comment that it does not take there; None where it takes it."""
    if file is None:
        return "Path could not be resolved"
    shown = file.hunks if file.patch is not None else ()
    hunk = next((one for one in shown if one.holds(line, side)), None)
    wrong = [] if hunk else ["Pull request review thread line must be part of the diff"]
    if start_line is not None and start_side == side and start_line >= line:
        return "Pull request review thread start line must precede the end line."
    if start_line is not None and not (hunk and hunk.holds(start_line, start_side)):
        wrong.append("Pull request review thread start line must be part of the same hunk as the line.")
    if hunk is None:
        wrong.append("Pull request review thread diff hunk can't be blank")
    if not wrong:
        return None
    return (
        wrong[0] if len(wrong) == 1 else ", ".join(wrong[:-1]) + ("," if len(wrong) > 2 else "") + f" and {wrong[-1]}"
    )
