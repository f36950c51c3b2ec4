"""What we write, in GitLab's Markdown: suggestions spelled its way, and nothing that it would take for a command.

Sources: https://docs.gitlab.com/user/project/merge_requests/reviews/suggestions/#multi-line-suggestions,
https://docs.gitlab.com/user/project/quick_actions/ and https://spec.commonmark.org/0.31.2/#fenced-code-blocks
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewbot.domain.change import LineRange

MOST_ABOVE = 100
"""Lines above the one that a note stands on, which a suggestion may replace at most."""

SUGGESTION = "suggestion"

_OPENING = re.compile(r"( {0,3})(?P<fence>`{3,}|~{3,})(?P<info>.*)", re.DOTALL)
_SUGGESTED = re.compile(r"suggestion(?::-(\d{1,4})\+\d{1,4})?[ \t\r]*")

# GitLab drops every carriage return before it looks for commands, so one around the slash hides nothing.
_SLASH = re.compile(r"\r*/")
_COMMAND = re.compile(r"\r*/\r*\w")


@dataclass
class _Block:
    """Lines of text, or a fenced block of code: then with the line that opens it, and the one that closes it."""

    lines: list[str] = field(default_factory=list)
    fence: str = ""
    info: str = ""
    closing: str | None = None


def write_body(body: str, lines: LineRange | None = None) -> str:
    """``body`` for GitLab.

    A line that begins with a slash could be a quick action (``/merge``, ``/close``), done in the bot's name. In text
    the slash is escaped. Within a block it cannot be: there the line moves by one space, and a suggestion becomes
    plain code, since it would not be exact any more. GitLab leaves most blocks alone, but finds them by a pattern that
    knows neither longer fences nor tildes, so none is trusted.

    Args:
        body: Markdown, in which a block ``suggestion`` replaces ``lines``.
        lines: that the note is on, of which it stands on the last; None for a note on no lines.
    """
    return "\n".join(line for block in _blocks(body) for line in _written(block, lines))


def suggested_lines(body: str, line: int) -> LineRange | None:
    """The lines down to ``line`` that the first suggestion in a note on it replaces; None where it has none.

    Lines below, which a person's suggestion may replace too, are left out: a note stands on the last of its lines.
    """
    for block in _blocks(body):
        found = _SUGGESTED.fullmatch(block.info.strip()) if block.fence else None
        if found is not None:
            start = line - int(found[1] or 0)
            return LineRange(start, line) if start >= 1 else None
    return None


def _written(block: _Block, lines: LineRange | None) -> Iterator[str]:
    if not block.fence:
        yield from (_SLASH.sub(r"\\/", line, count=1) if _SLASH.match(line) else line for line in block.lines)
        return
    commands = any(_COMMAND.match(line) for line in block.lines)
    yield block.fence + _info(block.info, lines, commands)
    yield from (f" {line}" if _COMMAND.match(line) else line for line in block.lines)
    if block.closing is not None:
        yield block.closing


def _info(info: str, lines: LineRange | None, commands: bool) -> str:
    if info.strip() != SUGGESTION:
        return info
    if lines is None or commands or len(lines) - 1 > MOST_ABOVE:
        return ""
    return f"{SUGGESTION}:-{len(lines) - 1}+0"


def _blocks(body: str) -> Iterator[_Block]:
    """Text and fenced blocks in turn. A fence is closed by one of its own kind that is at least as long."""
    block = _Block()
    for line in body.replace("\r\n", "\n").split("\n"):
        opening = None if block.fence else _opening(line)
        if opening is not None:
            yield block
            block = opening
        elif block.fence and _closes(line, block.fence.strip()):
            block.closing = line
            yield block
            block = _Block()
        else:
            block.lines.append(line)
    yield block


def _opening(line: str) -> _Block | None:
    found = _OPENING.fullmatch(line)
    if found is None or ("`" in found["fence"] and "`" in found["info"]):
        return None
    return _Block(fence=found[1] + found["fence"], info=found["info"])


def _closes(line: str, fence: str) -> bool:
    bare = line.rstrip(" \t\r")
    indent = len(bare) - len(bare.lstrip(" "))
    bare = bare.lstrip(" ")
    return indent <= 3 and len(bare) >= len(fence) and set(bare) == {fence[0]}
