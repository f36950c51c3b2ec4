"""Discussions of a merge request, from the answers to ``CONVERSATION``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Comment, Person, Thread
from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.forge.gitlab_markdown import suggested_lines
from reviewbot.forge.gitlab_wire import GHOST, Object, child, children, flag, line_number, text, words

_DISCUSSION = re.compile(r"gid://gitlab/[A-Za-z:]{1,60}/([0-9a-f]{40})")
_NOTE = re.compile(r"gid://gitlab/[A-Za-z:]{1,60}/(\d{1,19})")
_LINE_CODE = re.compile(r"[0-9a-f]{40}_\d{1,9}_(\d{1,9})")


@dataclass(frozen=True)
class Discussion:
    """One discussion as GitLab gave it: ``more`` where it has notes that were not given."""

    data: Object
    notes: Sequence[Object]
    more: bool

    @property
    def id(self) -> str:
        """What REST calls it. Not looked at where nobody wrote anything: GitLab makes discussions of its own events."""
        return _id(_DISCUSSION, self.data)

    @property
    def kind(self) -> CommentKind:
        """Of all its notes: the first says whether they stand on the diff."""
        return CommentKind.NOTE if self.notes[0].get("position") is None else CommentKind.LINE


def read_discussion(data: Object) -> Discussion:
    """A node of ``discussions``.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    page = child(child(data, "notes"), "pageInfo")
    notes = [note for note in children(data, "notes") if not flag(note, "system")]
    return Discussion(data, notes, flag(page, "hasNextPage"))


def read_person(data: object, ours: str) -> Person:
    """An account, by ``username`` and ``bot``; nobody for one that was deleted."""
    if not isinstance(data, Mapping):
        return Person(GHOST)
    login = text(data, "username")
    return Person(login, flag(data, "bot"), login.casefold() == ours.casefold())


def read_comment(note: Object, kind: CommentKind, ours: str) -> Comment:
    """A note, with who left a 👎 on it.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    against = [
        read_person(award.get("user"), ours)
        for award in children(note, "awardEmoji")
        if award.get("name") == "thumbsdown"
    ]
    ref = CommentRef(kind, _id(_NOTE, note))
    return Comment(ref, read_person(note.get("author"), ours), words(note, "body"), tuple(against))


def read_thread(
    discussion: Discussion, comments: Sequence[Comment], head: str, ours: str, ranges: Mapping[str, LineRange]
) -> Thread:
    """A discussion that stands on the diff.

    GitLab moves a position along with each push while its line is there, and leaves it at the last head where it was.
    So it does not tell where the discussion began: ``commit`` is the head for which the position holds.

    Args:
        comments: its notes. head: of the merge request. ours: our own login.
        ranges: lines of discussions that stand on several, which GraphQL does not tell.
    """
    position = child(discussion.notes[0], "position")
    at = _lines(discussion, position, comments[0].body, ranges)
    commit = text(child(position, "diffRefs"), "headSha")
    resolver = discussion.data.get("resolvedBy")
    return Thread(
        id=discussion.id,
        path=text(position, "newPath" if position.get("newPath") else "oldPath"),
        lines=at if commit == head else None,
        commit=commit,
        original_lines=at,
        resolved=flag(discussion.data, "resolved"),
        resolved_by=None if resolver is None else read_person(resolver, ours),
        comments=tuple(comments),
    )


def _lines(discussion: Discussion, position: Object, body: str, ranges: Mapping[str, LineRange]) -> LineRange | None:
    """A suggestion says what it replaces, counted from the line of the note; else a range that ends on that line."""
    line = line_number(position, "newLine") if position.get("positionType") == "text" else None
    if line is None:
        return None
    known = ranges.get(discussion.id)
    if known is not None and known.end == line:
        return known
    return suggested_lines(body, line) or LineRange(line, line)


def read_ranges(discussions: Iterable[object]) -> dict[str, LineRange]:
    """The lines of discussions that stand on several, from ``GET …/discussions``, by the discussions' ids.

    GitLab keeps ``line_range`` as it was while it moves the position: only one that ends where the position is holds.
    """
    found: dict[str, LineRange] = {}
    for one in discussions:
        lines = _range(one)
        if lines is not None and isinstance(one, Mapping):
            found[str(one.get("id"))] = lines
    return found


def _range(discussion: object) -> LineRange | None:
    notes = discussion.get("notes") if isinstance(discussion, Mapping) else None
    if not isinstance(notes, list) or not notes or not isinstance(notes[0], Mapping):
        raise ForgeUnavailable("GitLab's discussions are not its API's: if it stays so, check GitLab's address.")
    position = notes[0].get("position")
    ends = position.get("line_range") if isinstance(position, Mapping) else None
    if not isinstance(ends, Mapping):
        return None
    start, end = _new_line(ends.get("start")), _new_line(ends.get("end"))
    return LineRange(start, end) if start is not None and end is not None and 1 <= start <= end else None


def _new_line(end: object) -> int | None:
    """The right side's line of one end, from its line code: line numbers stand beside it in some versions only."""
    code = end.get("line_code") if isinstance(end, Mapping) else None
    found = _LINE_CODE.fullmatch(code) if isinstance(code, str) else None
    return int(found[1]) if found is not None else None


def _id(pattern: re.Pattern[str], data: Object) -> str:
    found = pattern.fullmatch(text(data, "id"))
    if found is None:
        raise ForgeUnavailable("GitLab's answer has an id that is none: if it stays so, check GitLab's address.")
    return found[1]
