"""Hidden markers, by which the bot knows its own comments again.

They stand on the last line of a comment, and only there are they read: what a repository's code shows further up in
one of our own comments is no marker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ONE = re.compile(r"<!-- reviewbot:([a-z0-9:._-]+) -->")
_LAST_LINE = re.compile(r"(?:^|\n)[ \t]*((?:<!-- reviewbot:[a-z0-9:._-]+ -->[ \t]*)+)\s*\Z")


def head_marker(head: str) -> str:
    """The name under which a review of the commit ``head`` is known."""
    return f"head:{head}"


def write(names: Iterable[str]) -> str:
    """The last line of a comment."""
    return "".join(f"<!-- reviewbot:{name} -->" for name in names)


def read(bodies: Iterable[str]) -> frozenset[str]:
    """Every name that marks one of ``bodies``, which must be the bot's own."""
    lines = (_LAST_LINE.search(body) for body in bodies)
    return frozenset(name for line in lines if line for name in _ONE.findall(line[1]))
