"""From probabilities of candidates to what is suggested: which exceptions a statement gets, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

_MOST = 3
"""So many exceptions one guard catches, at most."""
_BESIDE = 0.5
"""An exception stands beside the likeliest one when it is at least half as likely."""
_LATER = 0.3
"""A function seldom has two guards, so that each further statement counts this much of what it would alone."""

One = TypeVar("One")


@dataclass(frozen=True)
class Rated(Generic[One]):
    """A candidate with its probability, and the function and the statement that it is of."""

    one: One
    function: Hashable
    statement: Hashable
    probability: float


@dataclass(frozen=True)
class Choice(Generic[One]):
    """A statement's candidates that are kept, the likeliest first, and how sure the guard is before calibration."""

    kept: tuple[One, ...]
    confidence: float


def choose(rated: Iterable[Rated[One]]) -> list[Choice[One]]:
    """The choices, by function in the order in which they came, the surest statement of each first."""
    functions: dict[Hashable, dict[Hashable, list[Rated[One]]]] = {}
    for one in rated:
        functions.setdefault(one.function, {}).setdefault(one.statement, []).append(one)
    return [choice for statements in functions.values() for choice in _of_function(statements.values())]


def _of_function(statements: Iterable[list[Rated[One]]]) -> list[Choice[One]]:
    found = sorted((_of_statement(rated) for rated in statements), key=lambda c: -c.confidence)
    return [Choice(c.kept, c.confidence * _LATER**place) for place, c in enumerate(found)]


def _of_statement(rated: list[Rated[One]]) -> Choice[One]:
    ordered = sorted(rated, key=lambda r: -r.probability)
    kept = [r for r in ordered if r.probability >= _BESIDE * ordered[0].probability][:_MOST]
    missed = math.prod(1 - r.probability for r in kept)
    return Choice(tuple(r.one for r in kept), 1 - missed)
