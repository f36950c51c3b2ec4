"""Which lines of a comment its author typed as text, and neither quoted nor showed as code nor hid.

The block structure is CommonMark's, read by markdown-it-py. What a forge adds to it and bears on a command is added
here: GitLab's quotes between two lines of ``>>>``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum

from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_CHARACTERS = 65_536
"""Of a comment that are read. GitHub takes no longer one (its API answers 422 with this number)."""

_LINE_END = re.compile(r"\r\n?|\n")
_HIDING = frozenset({"fence", "code_block", "html_block"})
# https://docs.gitlab.com/user/markdown/#multiline-blockquote, with or without the kind of an alert.
_QUOTE_FENCE = re.compile(r" {0,3}(>{3,})(?:[ \t]+\[![A-Za-z]+\].*)?[ \t]*")
_HTML_QUOTE = re.compile(r"<(/?)blockquote\b", re.IGNORECASE)
# What can hide the lines that follow within one paragraph: an escape hides nothing, a code span, a comment, a tag.
_OPENING = re.compile(r"\\.|`+|<!--|<[A-Za-z/!?][^<>]*>", re.DOTALL)
_TICKS = re.compile(r"`+")


class Kind(Enum):
    """What a line of a comment is."""

    BLANK = "blank"
    TYPED = "typed"
    QUOTED = "quoted"
    OTHER = "other"
    """Code, HTML, a definition of a link, a rule."""


def _parser() -> MarkdownIt:
    """Blocks alone: what stands inside a line is looked at here, in linear time."""
    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


_PARSER = _parser()


def split(body: str) -> list[str]:
    """The lines of the first ``MOST_CHARACTERS`` of a comment, without their ends, as Markdown counts them."""
    return _LINE_END.split(body[:MOST_CHARACTERS])


def kinds(lines: list[str]) -> list[Kind]:
    """What each of ``lines`` is.

    A line without ``>`` that follows a quoted one belongs to the quote's paragraph in CommonMark ("laziness"), and is
    shown inside it. Here it is typed: mail programs and forges put ``>`` before every line they quote, so a line
    without one was written by the author, who forgot the empty line above it. For the same reason whatever does begin
    with ``>`` is quoted, however deep.
    """
    found = [Kind.OTHER if line.strip() else Kind.BLANK for line in lines]
    tokens = _PARSER.parse("\n".join(lines))
    for number in _text_lines(tokens):
        found[number] = Kind.TYPED
    for number in _quoted_lines(tokens, lines):
        found[number] = Kind.QUOTED
    return found


def _text_lines(tokens: list[Token]) -> Iterator[int]:
    """The lines of paragraphs and headings, but those that begin inside a code span, a comment or a tag."""
    for token in tokens:
        if token.type == "inline" and token.map:
            hidden = _hidden(token.content)
            yield from (token.map[0] + at for at in range(token.map[1] - token.map[0]) if at not in hidden)


def _hidden(text: str) -> set[int]:
    """Which lines of a paragraph, counted from 0, begin inside something that began on an earlier line."""
    if "\n" not in text or not ("`" in text or "<" in text):
        return set()
    runs: dict[int, list[int]] = defaultdict(list)
    for run in _TICKS.finditer(text):
        runs[len(run[0])].append(run.start())
    starts = [found.start() + 1 for found in re.finditer("\n", text)]
    hidden: set[int] = set()
    at, last_comment_end = 0, text.rfind("-->")
    while opening := _OPENING.search(text, at):
        at = _end(text, opening, runs, last_comment_end)
        first, last = bisect_right(starts, opening.start()), bisect_right(starts, at - 1)
        hidden.update(range(first + 1, last + 1))
    return hidden


def _end(text: str, opening: re.Match[str], runs: dict[int, list[int]], last_comment_end: int) -> int:
    """Where that which ``opening`` begins ends; right behind it where it begins nothing.

    ``last_comment_end`` spares a search to the end of the text for each of thousands of comments that never end.
    """
    if opening[0].startswith("`"):
        same = runs[len(opening[0])]
        after = bisect_right(same, opening.start())
        return same[after] + len(opening[0]) if after < len(same) else opening.end()
    if opening[0] == "<!--":
        closing = text.find("-->", opening.end()) if opening.end() <= last_comment_end else -1
        return closing + 3 if closing >= 0 else opening.end()
    return opening.end()


def _quoted_lines(tokens: list[Token], lines: list[str]) -> Iterator[int]:
    for token in tokens:
        if token.type == "blockquote_open" and token.map:
            yield from (at for at in range(*token.map) if at < len(lines) and lines[at].lstrip(" \t").startswith(">"))
    yield from _between_html(tokens, lines)
    yield from _between_fences(tokens, lines)


def _between_html(tokens: list[Token], lines: list[str]) -> Iterator[int]:
    """Lines between ``<blockquote>`` and its end, where empty lines make Markdown of what lies between."""
    depth, since = 0, 0
    for token in tokens:
        if token.type != "html_block" or not token.map or token.content.lstrip().startswith("<!--"):
            continue
        for tag in _HTML_QUOTE.finditer(token.content):
            if not tag[1] and depth == 0:
                since = token.map[0]
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if tag[1] and depth == 0:
                yield from range(since, token.map[1])
    if depth:
        yield from range(since, len(lines))


def _between_fences(tokens: list[Token], lines: list[str]) -> Iterator[int]:
    """Lines between two equal lines of ``>>>``. One without a partner quotes nothing."""
    hidden = {at for token in tokens if token.type in _HIDING and token.map for at in range(*token.map)}
    open_at: int | None = None
    width = 0
    for at, width_here in _fences(lines, hidden):
        if open_at is None:
            open_at, width = at, width_here
        elif width_here == width:
            yield from range(open_at, at + 1)
            open_at = None


def _fences(lines: Iterable[str], hidden: set[int]) -> Iterator[tuple[int, int]]:
    for at, line in enumerate(lines):
        fence = None if at in hidden else _QUOTE_FENCE.fullmatch(line)
        if fence:
            yield at, len(fence[1])
