"""Doubts that the forest has not been told of: each leaves half of a candidate's probability.

Both were seen in false alarms that were read one by one (docs/benchmarks.md). They are to become features when the
forest is trained again.
"""

from __future__ import annotations

import ast

from reviewbot.languages.python.reading.imports import builtin_exception
from reviewbot.languages.python.weighing.candidates import Candidate
from reviewbot.languages.python.weighing.escapes import lineage
from reviewbot.languages.python.weighing.repository import Repository

_LEFT = 0.5
_MOST_MEANT = 2
"""A name that more functions share does not tell whose callers they are."""


def left(one: Candidate, repository: Repository) -> float:
    """How much is left of the candidate's probability: 1, a half or a quarter."""
    doubts = (_only_read(one, repository), _callers_catch(one, repository))
    return _LEFT ** sum(doubts)


def _only_read(one: Candidate, repository: Repository) -> bool:
    """Reading a plain attribute fails with ``AttributeError``; anything else takes a property that raises it."""
    if not isinstance(one.node, ast.Attribute) or one.exception == "AttributeError":
        return False
    return one.exception not in repository.escapes.get(one.node.attr, {})


def _callers_catch(one: Candidate, repository: Repository) -> bool:
    """Whether every call of the function in this repository stands in a ``try`` that catches the exception."""
    name = one.function.name if one.function is not None else ""
    calls = repository.callers.get(name, ()) if repository.named.get(name, 0) <= _MOST_MEANT else ()
    caught = {one.exception, "Exception", "BaseException", *lineage(one.exception, repository.classes)}
    for above in tuple(caught):
        found = builtin_exception(above)
        caught |= {c.__name__ for c in found.__mro__} if found is not None else set()
    return bool(calls) and all(around & caught for around in calls)
