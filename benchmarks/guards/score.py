"""Score suggestions against removed guards: what was recognised, what was typed rightly, and the noise beside it.

A removed guard is *recognised* when a fix overlaps the lines it covered, *typed* when one of its exceptions is among
the suggestion's (or a parent or child of one; never ``Exception``). A suggestion that overlaps none is *noise*.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BASES = {
    "JSONDecodeError": ["ValueError"], "CalledProcessError": ["SubprocessError"], "TimeoutExpired": ["SubprocessError"],
    "URLError": ["OSError"], "HTTPError": ["URLError", "OSError"], "gaierror": ["OSError"],
    "RequestException": ["OSError"], "IOError": ["OSError"], "EnvironmentError": ["OSError"],
    "UnsupportedOperation": ["OSError", "ValueError"],
}  # fmt: skip
LIMITS = (1, 2, 5, 10, 20, 40)


def lineage(name: str) -> set[str]:
    """An exception's last name and those of its base classes, ``Exception`` aside."""
    last = name.rsplit(".", maxsplit=1)[-1]
    seen = {last}
    found = getattr(builtins, last, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        seen |= {k.__name__ for k in found.__mro__}
    for base in _BASES.get(last, ()):
        seen |= lineage(base)
    return {"OSError" if s in {"IOError", "EnvironmentError"} else s for s in seen} - {
        "Exception",
        "BaseException",
        "object",
    }


def related(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one of ``some`` is one of ``others``, or a base class or subclass of it."""
    some, others = list(some), list(others)
    above_some, above_others = {y for x in some for y in lineage(x)}, {y for x in others for y in lineage(x)}
    last_some, last_others = {x.split(".")[-1] for x in some}, {x.split(".")[-1] for x in others}
    return bool(last_some & above_others or above_some & last_others)


@dataclass(frozen=True)
class Mark:
    """One suggestion: its confidence, the removed guards it overlaps, and those of them that it types rightly."""

    confidence: float
    hit: frozenset[int] = frozenset()
    typed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Point:
    """The state of things with every suggestion at ``confidence`` or more shown; shares of all removed guards."""

    confidence: float
    recognised: float
    typed: float
    noise: float
    precision: float
    shown: int


def curve(marks: Sequence[Mark], sites: int, lines: int) -> list[Point]:
    """One point a distinct confidence, the highest first. ``lines``: changed ones, for noise a thousand lines."""
    points: list[Point] = []
    hit: set[int] = set()
    typed: set[int] = set()
    noise = 0
    ordered = sorted(marks, key=lambda m: -m.confidence)
    for number, mark in enumerate(ordered, 1):
        hit |= mark.hit
        typed |= mark.typed
        noise += not mark.hit
        if number == len(ordered) or ordered[number].confidence != mark.confidence:
            rate = noise * 1000 / max(1, lines)
            points.append(
                Point(mark.confidence, len(hit) / sites, len(typed) / sites, rate, (number - noise) / number, number)
            )
    return points


def at_noise(points: Sequence[Point], limit: float) -> Point | None:
    """The point with most typed whose noise is within ``limit`` a thousand lines."""
    return max((p for p in points if p.noise <= limit), key=lambda p: p.typed, default=None)
