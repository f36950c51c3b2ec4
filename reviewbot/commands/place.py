"""What ``/seed reviewed`` names: everything, a file, or some of its lines. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewbot.domain.change import LineRange

_LINES = re.compile(r"(?P<path>.+):(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?", re.DOTALL)
_QUOTES = {"`": "`", '"': '"', "'": "'"}


@dataclass(frozen=True)
class Place:
    """A path and lines, as they were typed; ``lines`` None is the whole file."""

    path: str
    lines: LineRange | None = None


def read_place(words: str) -> tuple[Place, ...]:
    """What the words may mean, the likelier first: a file of that very name comes before lines of another.

    Args:
        words: ``path``, ``path:12`` or ``path:12-20``; the path, or all of it, may stand in quotes or backticks.
    """
    words = words.strip()
    found = [Place(_bare(words))]
    for text in dict.fromkeys((words, _bare(words))):
        match = _LINES.fullmatch(text)
        if match is not None:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            if 1 <= first <= last:
                found.append(Place(_bare(match["path"]), LineRange(first, last)))
    return tuple(dict.fromkeys(found))


def _bare(text: str) -> str:
    """Without quotes around it."""
    if len(text) > 2 and text[-1] == _QUOTES.get(text[0]):
        return text[1:-1]
    return text
