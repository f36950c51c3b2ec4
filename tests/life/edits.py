"""Texts, edits and maps for tests of the life of a suggestion."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Comment, Person, Thread
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.domain.record import Record, State
from reviewbot.domain.source_file import SourceFile
from reviewbot.source.linemap import FileMap, Hunk, LineMap
from tests.builders import suggestion

OLD, NEW = "a" * 40, "b" * 40


def hunks(old: str, new: str) -> tuple[Hunk, ...]:
    """What differs, by difflib, which shares no code with git."""
    before, after = SourceFile("", old).lines, SourceFile("", new).lines
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple(Hunk(i + 1, j - i, k + 1, m - k) for tag, i, j, k, m in codes if tag != "equal")


def minimal_hunks(old: str, new: str) -> tuple[Hunk, ...]:
    """The same with as few changed lines as can be, as git's Myers gives it; difflib promises no such thing."""
    before, after = SourceFile("", old).lines, SourceFile("", new).lines
    best = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for k in reversed(range(len(after))):
            same = before[i] == after[k]
            best[i][k] = best[i + 1][k + 1] + 1 if same else max(best[i + 1][k], best[i][k + 1])
    found, i, k = [], 0, 0
    while i < len(before) or k < len(after):
        first, second = i, k
        while (i < len(before) or k < len(after)) and not (
            i < len(before) and k < len(after) and before[i] == after[k] and best[i][k] == best[i + 1][k + 1] + 1
        ):
            if k == len(after) or (i < len(before) and best[i + 1][k] >= best[i][k + 1]):
                i += 1
            else:
                k += 1
        if (first, second) != (i, k):
            found.append(Hunk(first + 1, i - first, second + 1, k - second))
        else:
            i, k = i + 1, k + 1
    return tuple(found)


def mapped(old: Mapping[str, str], new: Mapping[str, str], renamed: Mapping[str, str] | None = None) -> LineMap:
    """The map between two trees. ``renamed`` gives old names their new ones."""
    names = renamed or {}
    files = {}
    for path, text in old.items():
        target = names.get(path, path)
        if target not in new:
            files[path] = FileMap(path, None)
        elif target != path or new[target] != text:
            files[path] = FileMap(path, target, hunks(text, new[target]))
    kept = {names.get(path, path) for path in old}
    return LineMap(OLD, NEW, files, frozenset(path for path in new if path not in kept))


def reader(tree: Mapping[str, str]) -> Callable[[str], SourceFile | None]:
    return lambda path: SourceFile(path, tree[path]) if path in tree else None


def record(text: str, lines: tuple[int, int], replacement: str = "fixed\n", **facts: Any) -> Record:
    """A standing record on ``lines`` of a file ``a.py`` that holds ``text``."""
    path = facts.pop("path", "a.py")
    where = LineRange(*lines)
    made = suggestion(
        path=path, lines=where, original=SourceFile(path, text).slice(where), replacement=replacement, id="f" * 16
    )
    return Record(**{"suggestion": made, "head": OLD, "state": State.STANDING, "thread": "T1"} | facts)


BOT, ALICE, ROBOT = Person("reviewbot", bot=True, ours=True), Person("alice"), Person("dependabot", bot=True)


def comment(author: Person = BOT, body: str = "why", downvoted_by: tuple[Person, ...] = ()) -> Comment:
    return Comment(CommentRef(CommentKind.LINE, f"{author.login}-{len(body)}"), author, body, downvoted_by)


def thread(*replies: Comment, first: Comment | None = None, resolved: bool = False, by: Person | None = None) -> Thread:
    return Thread("T1", "a.py", None, OLD, LineRange(3, 3), resolved, by, (first or comment(), *replies))
