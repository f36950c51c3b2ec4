"""A person's words as a comment, for a model to read above a region."""

from __future__ import annotations

from reviewbot.domain.site import Region
from reviewbot.domain.source_file import SourceFile

_LONGEST = 300
"""Characters; what is wrong with a line is said in less, and the model's context is small."""


def remark(file: SourceFile, region: Region, text: str) -> str:
    """``text`` in one line of comment, indented as the region is; empty where it holds no words."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST].rstrip()
    if not words:
        return ""
    first = file.lines[region.lines.start - 1]
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return f"{indent}# {words}{file.newline}"
