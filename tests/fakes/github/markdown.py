"""Comments as GitHub shows them: Markdown, suggestions as a diff, and links made of mentions, issues and addresses."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from pygments import highlight as _highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

_TAG = re.compile(r"</?(details|summary|sub|sup|kbd|b|i|br|p)( open)?\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PIECE = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
# What GitHub makes a link of wherever it stands in plain text.
_LINK = re.compile(
    r"@[A-Za-z0-9][A-Za-z0-9-]*|(?:\b[\w.-]+/[\w.-]+)?#\d+|\bGH-\d+|\b[0-9a-f]{7,40}\b|https?://\S+|www\.\S+|:[a-z0-9_+-]+:"
)
_BUTTON = '<div class="apply"><span>Commit suggestion</span><span>Add suggestion to batch</span></div>'


def render(body: str, path: str = "", original: Sequence[str] = ()) -> str:
    """`body` as HTML. `original` are the lines that a suggestion replaces, of the file `path`."""
    return str(_MARKDOWN.render(body, {"path": path, "original": original}))


def code(line: str, path: str) -> str:
    """One line of code, coloured."""
    try:
        lexer = get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False, ensurenl=False)
    return str(_highlight(line, lexer, HtmlFormatter(nowrap=True))).rstrip("\n")


def row(mark: str, line: str, path: str, number: str = "") -> str:
    """One line of a diff."""
    kind = {"+": "add", "-": "del"}.get(mark, "same")
    return (
        f'<tr class="{kind}"><td class="no">{number}</td><td class="mark">{mark}</td><td>{code(line, path)}</td></tr>'
    )


def _fence(self: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    if token.info.strip() != "suggestion":
        name = f"x.{'py' if token.info.strip() == 'python' else 'txt'}"
        lines = "\n".join(code(line, name) for line in token.content.removesuffix("\n").split("\n"))
        return f"<pre><code>{lines}</code></pre>"
    new = token.content.removesuffix("\n").split("\n") if token.content else []
    rows = [row("-", line, env["path"]) for line in env["original"]] + [row("+", line, env["path"]) for line in new]
    table = f'<table class="diff">{"".join(rows)}</table>'
    return f'<div class="suggestion"><div class="head">Suggested change</div>{table}{_BUTTON}</div>'


def _html(self: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    return _PIECE.sub(_piece, tokens[at].content)


def _piece(match: re.Match[str]) -> str:
    if _COMMENT.fullmatch(match[0]):
        return ""
    return match[0] if _TAG.fullmatch(match[0]) else html.escape(match[0])


def _text(self: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    return _LINK.sub(lambda match: f'<a href="#">{match[0]}</a>', html.escape(tokens[at].content, quote=False))


_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
for _name, _rule in {"fence": _fence, "html_block": _html, "html_inline": _html, "text": _text}.items():
    _MARKDOWN.add_render_rule(_name, _rule)
