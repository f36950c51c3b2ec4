"""Hidden markers, by which the bot knows its own comments again.

They stand on the last line of a comment, and only there are they read: what a repository's code shows further up in
one of our own comments is no marker. Markers of anyone else's comments are never read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

_ONE = re.compile(r"<!-- reviewbot:([a-z0-9:._-]+) -->")
_LAST_LINE = re.compile(r"(?:^|\n)[ \t]*((?:<!-- reviewbot:[a-z0-9:._-]+ -->[ \t]*)+)\s*\Z")

SUMMARY = "summary"
"""Marks the one comment that sums up."""


def settled_marker(outcome: str, commit: str) -> str:
    """Marks the sentence that ends a thread."""
    return f"settled:{outcome}:{commit[:12]}"


def config_marker(digest: str) -> str:
    """Marks the report of one error in a repository's configuration."""
    return f"config:{digest}"


def answer_marker(kind: str, comment: str, line: str) -> str:
    """Marks the answer to one command line of a comment; another line, after an edit, is another command."""
    digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"answer:{kind}:{comment.lower()}:{digest}"


def write(names: Iterable[str]) -> str:
    """The last line of a comment."""
    return "".join(f"<!-- reviewbot:{name} -->" for name in names)


def read_one(body: str) -> frozenset[str]:
    """Every name that marks ``body``, which must be the bot's own."""
    line = _LAST_LINE.search(body)
    return frozenset(_ONE.findall(line[1])) if line else frozenset()


def read(bodies: Iterable[str]) -> frozenset[str]:
    """Every name that marks one of ``bodies``, which must be the bot's own."""
    return frozenset(name for body in bodies for name in read_one(body))
