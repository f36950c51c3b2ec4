"""The diff of a pull request as GitHub shows it, and its rules on where a comment may stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


def files(repo: Bare, base: str, head: str) -> list[File]:
    """The files that differ between the merge base of two commits and the second."""
    fork = repo.merge_base(base, head)
    options = ("-M", "-l1000", "--no-ext-diff", "--no-textconv", "--full-index")
    raw = repo.git("diff", *options, "--raw", "-z", "--no-abbrev", fork, head).decode("utf-8", "surrogateescape")
    found = []
    fields = iter(raw.split("\0"))
    for record in fields:
        if not record.startswith(":"):
            continue
        parts = record.split(" ")
        old = path = next(fields)
        if parts[4][0] in "RC":
            path = next(fields)
        patch = repo.git("diff", *options, "-U3", fork, head, "--", f":(literal){old}", f":(literal){path}")
        hunks = _hunks(patch.decode("utf-8", "replace"))
        body = [line for hunk in hunks for line in hunk.text.split("\n")[1:]]
        added, gone = (sum(line.startswith(mark) for line in body) for mark in "+-")
        found.append(File(path, old, _STATUS[parts[4][0]], parts[3], hunks, added, gone))
    return found


def _hunks(patch: str) -> tuple[Hunk, ...]:
    found: list[Hunk] = []
    lines = patch.split("\n")
    at = 0
    while at < len(lines):
        header = _HEADER.match(lines[at])
        if header is None:
            at += 1
            continue
        old = (int(header[1]), int(header[2] or 1))
        new = (int(header[3]), int(header[4] or 1))
        end = _end(lines, at + 1, old[1], new[1])
        found.append(Hunk("\n".join(lines[at:end]), old, new))
        at = end
    return tuple(found)


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
