"""What names, docstrings and comments say about failures, as plain yes or no."""

from __future__ import annotations

import ast
import re

from reviewbot.languages.python.reading.syntax import Function

_NAMES = {
    "or_none": r"_or_|_or$|maybe|optional", "try": r"^_?try|safe|attempt", "asks": r"^_?(is|has|can|should)_",
    "parse": r"parse|decode|deserial|convert|coerce|cast|^_?to_|from_", "load": r"load|read|open|import|fetch|download",
    "get": r"^_?get|find|lookup|resolve|detect|guess", "ends": r"close|stop|shutdown|cleanup|clean|teardown|kill|exit",
    "removes": r"remove|delete|unlink|pop|discard|unregister", "checks": r"check|valid|verify|test|ensure",
    "runs": r"^_?(main|run|cli|command|handle|execute|process|call|invoke|do)|_?main$", "dunder": r"^__\w+__$",
    "writes": r"write|save|store|dump|send|post|put|create|make|mkdir",
}  # fmt: skip
_NAME_PATTERNS = {word: re.compile(pattern, re.I) for word, pattern in _NAMES.items()}
_DOC = {
    "gives": re.compile(
        r"\b(?:None|False|default|empty)\b.{0,40}\b(?:if|when|on|unless|otherwise)\b|"
        r"\b(?:if|when|otherwise|or)\b.{0,60}\b(?:None|False|default|empty)\b", re.I | re.S
    ),
    "fails": re.compile(
        r"\b(?:fail\w*|invalid|error|cannot|can't|could not|unable|missing|not found|does ?n.t exist|bad)\b", re.I
    ),
    "goes_on": re.compile(
        r"\b(?:ignor\w*|skip\w*|best.effort|if possible|gracefully|silently|fall ?back|attempt|tr(?:y|ies))\b", re.I
    ),
    "raises": re.compile(r"\brais(?:e|es|ed)\b|:raises?\b", re.I),
}  # fmt: skip
_COMMENT = re.compile(
    r"\b(?:fail\w*|error|exception|ignore|invalid|may|might|could|exist|missing|race|try|attempt|catch|handle|raise\w*|"
    r"not found|fall ?back|best.effort|broken|unavailable|happen\w*)\b", re.I
)  # fmt: skip


def of_name(function: Function | None) -> dict[str, float]:
    """Which kinds of name the function has."""
    name = "" if function is None else function.name
    return {f"name_{word}": float(bool(p.search(name))) for word, p in _NAME_PATTERNS.items()}


def of_docstring(function: Function | None) -> dict[str, float]:
    """What the docstring speaks of."""
    text = "" if function is None else ast.get_docstring(function, clean=False) or ""
    return {f"doc_{word}": float(bool(p.search(text))) for word, p in _DOC.items()} | {"doc": float(bool(text))}


def comment_speaks(lines: list[str], first: int, last: int) -> bool:
    """Whether a comment on the statement's lines, or right above, speaks of failing.

    Args:
        first, last: 1-based lines of the statement.
    """
    above = []
    at = first - 2
    while at >= 0 and lines[at].lstrip().startswith("#"):
        above.append(lines[at])
        at -= 1
    return any(_COMMENT.search(line.partition("#")[2]) for line in (*above, *lines[first - 1 : last]))
