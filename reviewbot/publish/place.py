"""Which suggestions can stand on the lines they are for. What cannot is never put near by."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.change import Change, FileChange
from reviewbot.domain.suggestion import Suggestion

MAX_BODY = 65_536
"""Characters that GitHub takes in one comment ("body is too long (maximum is 65536 characters)")."""

_ROOM = 8_192  # for the words around the code


@dataclass(frozen=True)
class Unplaced:
    """A suggestion that has no place in the diff; ``reason`` is half a sentence."""

    suggestion: Suggestion
    reason: str


@dataclass(frozen=True)
class Placement:
    """Suggestions that a forge takes on their lines, and those it does not."""

    placed: tuple[Suggestion, ...]
    unplaced: tuple[Unplaced, ...]


def place(suggestions: tuple[Suggestion, ...], change: Change) -> Placement:
    """Sort the suggestions by whether a forge takes a comment on their lines."""
    files = {file.path: file for file in change.files}
    reasons = [(one, obstacle(one, files.get(one.path))) for one in suggestions]
    return Placement(
        tuple(one for one, reason in reasons if reason is None),
        tuple(Unplaced(one, reason) for one, reason in reasons if reason is not None),
    )


def obstacle(suggestion: Suggestion, file: FileChange | None) -> str | None:
    """Why ``suggestion`` cannot be a one-click edit; None where it can.

    GitHub's rules: the first and the last line stand in the diff, and in the same hunk ("start_line must be part of
    the same hunk as the line"). A carriage return within a line would be read as a line's end in Markdown.
    """
    if suggestion.new_file:
        return "it is a new file"
    if file is None or not file.shown:
        return "the forge shows no diff of this file"
    if not any(hunk.covers(suggestion.lines) for hunk in file.shown):
        return "its lines do not stand together in one hunk of the diff"
    return _unspeakable(suggestion)


def _unspeakable(suggestion: Suggestion) -> str | None:
    if not suggestion.path.isprintable():
        return "the file's name cannot be sent to the forge"
    if "\r" in suggestion.replacement.replace("\r\n", "\n"):
        return "it holds a carriage return within a line"
    if len(suggestion.replacement) > MAX_BODY - _ROOM:
        return "it is too long for a comment"
    return None
