"""Suggestions: reading them out of a note, and applying one to exactly the lines it was made for.

https://docs.gitlab.com/user/project/merge_requests/reviews/suggestions/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from tests.fakes.gitlab.model import Note, Position, Suggestion

if TYPE_CHECKING:
    from tests.fakes.gitlab.notes import Notes

MAX_CONTEXT = 100
"""Lines above, and below, that a suggestion may take in."""
_RANGE = re.compile(r"suggestion(?::(?:-(?P<above>\d+))?(?:\+(?P<below>\d+))?)?")
_MARKDOWN = MarkdownIt("commonmark")


def blocks(body: str) -> list[tuple[int, int, str]]:
    """Lines above, lines below and the new text of each suggestion block."""
    found = []
    for token in _MARKDOWN.parse(body):
        match = _RANGE.fullmatch(token.info.strip()) if token.type == "fence" else None
        if match is not None:
            above, below = (min(int(match[name] or 0), MAX_CONTEXT) for name in ("above", "below"))
            found.append((above, below, token.content))
    return found


def read(hub: Notes, note: Note) -> list[Suggestion]:
    """The suggestions of a note. There are none off the diff, and none on a deleted line."""
    at = note.position
    if note.kind != "DiffNote" or note is not note.discussion.first or at is None or at.new_line is None:
        return []
    found = []
    for above, below, text in blocks(note.body):
        was = "".join(spanned(hub, note, at, above, below)[1])
        found.append(Suggestion(hub.id(), above, below, was, text))
    return found


def spanned(hub: Notes, note: Note, at: Position, above: int, below: int) -> tuple[int, list[str]]:
    """The index of the first line, and the lines, that a suggestion replaces; cut at the ends of the file."""
    blob = hub.store(note.discussion.pull.repo).read(at.refs.head, at.new_path or "") or b""
    lines = _lines(blob)
    first = max((at.new_line or 1) - 1 - above, 0)
    return first, lines[first : (at.new_line or 1) + below]


def _lines(blob: bytes) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    return [line for line in re.split(r"(?<=\n)", blob.decode("utf-8", "surrogateescape")) if line]


def reason(hub: Notes, note: Note, suggestion: Suggestion) -> str | None:
    """Why it cannot be applied, in GitLab's words; None where it can."""
    pull = note.discussion.pull
    if suggestion.applied:
        return "Can't apply this suggestion."
    if pull.merged or pull.state != "open":
        done = "merged" if pull.merged else "closed"
        return f"This merge request was {done}. To apply this suggestion, edit this file directly."
    if hub.store(pull.head_repo).resolve(f"refs/heads/{pull.head_ref}") is None:
        return "Can't apply as the source branch was deleted."
    at = note.position
    if not hub.active(note) or at is None or "".join(_now(hub, note, at, suggestion)) != suggestion.was:
        return "Can't apply as these lines were changed in a more recent version."
    if suggestion.was == suggestion.to:
        return "This suggestion already matches its content."
    return None


def _now(hub: Notes, note: Note, at: Position, suggestion: Suggestion) -> list[str]:
    return spanned(hub, note, at, suggestion.above, suggestion.below)[1]


def applied(hub: Notes, note: Note, suggestion: Suggestion) -> tuple[str, bytes]:
    """The path, and the whole file as it is with the suggestion."""
    at = note.position
    assert at is not None
    first, old = spanned(hub, note, at, suggestion.above, suggestion.below)
    blob = hub.store(note.discussion.pull.repo).read(at.refs.head, at.new_path or "") or b""
    lines = _lines(blob)
    lines[first : first + len(old)] = [suggestion.to]
    return at.new_path or "", "".join(lines).encode("utf-8", "surrogateescape")
