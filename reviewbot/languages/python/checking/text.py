"""Compare an edited region with the original by its bytes: line ends, comments, and every token that stays."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.checking.match import Matched

_LAYOUT = {
    tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER,
    tokenize.COMMENT,
}  # fmt: skip


def text_fault(before: SourceFile, edited: LineRange, replacement: str, matched: Matched) -> str | None:
    """What the edit changed besides inserting ``try`` statements; None where nothing.

    The trees are already known to match, so what is left is layout: line ends, comments, quotes and parentheses.
    """
    original = before.slice(edited)
    if original.endswith("\n") != replacement.endswith("\n"):
        return "the end of the last line was changed"
    if not _line_ends(replacement) <= (_line_ends(original) or {before.newline}):
        return "the line ends are not those of the file"
    try:
        ours, theirs = _tokens(original), _tokens(replacement)
    except (tokenize.TokenError, SyntaxError):
        return "the lines cannot be split into tokens"
    if _texts(ours, tokenize.COMMENT) != _texts(theirs, tokenize.COMMENT):
        return "comments were changed"
    scaffold = {line - edited.start + 1 for line in _scaffold_lines(matched.inserted)}
    if _code(ours, set()) != _code(theirs, scaffold):
        return "the guarded statements were written anew"
    return None


def _line_ends(text: str) -> set[str]:
    return {"\r\n" if line.endswith("\r\n") else "\n" for line in SourceFile("", text).lines if line.endswith("\n")}


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text, newline="").readline))


def _texts(tokens: Iterable[tokenize.TokenInfo], kind: int) -> list[str]:
    return [token.string for token in tokens if token.type == kind]


def _code(tokens: Iterable[tokenize.TokenInfo], without: set[int]) -> list[str]:
    return [t.string for t in tokens if t.type not in _LAYOUT and t.start[0] not in without]


def _scaffold_lines(inserted: Iterable[ast.Try]) -> set[int]:
    """Lines that hold nothing of the original: ``try:``, the handlers, and ``else:``."""
    lines: set[int] = set()
    for guard in inserted:
        lines.add(guard.lineno)
        last = guard.handlers[-1].end_lineno or guard.handlers[-1].lineno
        lines.update(range(guard.handlers[0].lineno, last + 1))
        if guard.orelse:
            lines.update(range(last + 1, guard.orelse[0].lineno))
    return lines
