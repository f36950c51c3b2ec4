"""What GitLab makes of names in a note: whoever is mentioned is told by mail (https://docs.gitlab.com/user/markdown/)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*)")
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def mentioned(body: str) -> list[str]:
    """The names behind an `@` in plain text: not in code, not in HTML."""
    found: list[str] = []
    for block in _MARKDOWN.parse(body):
        for token in block.children or ():
            if token.type == "text":
                found += _MENTION.findall(token.content)
    return found
