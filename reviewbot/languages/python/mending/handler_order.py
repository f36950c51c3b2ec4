"""A clause that never runs, since one above it catches all that it names: pylint's E0701.

Clauses are tried in their order, and a class matches its subclasses, too
(https://docs.python.org/3/reference/compound_stmts.html#except-clause).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from reviewbot.domain.change import LineRange
from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending.view import View, clause

RULE = "py.mend.handler-order"
_CODES = ("E0701", "bad-except-order", "W0705", "duplicate-except", "B014", "B025")
_CONFIDENCE = 0.9
_MOST_CLAUSES = 30
_MOST = 9
"""So many classes are injected; a statement that names more is left alone."""


def find(view: View, guard: ast.Try) -> Iterator[Mend]:
    """The mend of the first clause of a ``try`` that never runs."""
    caught = [view.caught(handler) for handler in guard.handlers[:_MOST_CLAUSES]]
    pair = next(_hidden(view, caught), None)
    if pair is None:
        return
    above, below = guard.handlers[pair[0]], guard.handlers[pair[1]]
    every = tuple(dict.fromkeys(path for paths in caught for path in paths or ()))
    heads = [LineRange(one.lineno, one.lineno) for one in (above, below)]
    replacement = _moved(view, guard, *pair)
    if replacement is None or len(every) > _MOST or view.quiet(heads, _CODES):
        return
    named = caught[pair[1]] or ()
    yield Mend(
        path=view.syntax.file.path,
        rule=RULE,
        lines=LineRange(above.lineno, _last(below)),
        replacement=replacement,
        confidence=_CONFIDENCE,
        function=view.function(guard),
        why=f"{clause(below)} never runs, since {clause(above)} stands above it",
        at=guard.lineno,
        subjects=(pair[1], pair[0]),
        exceptions=named,
        others=tuple(path for path in every if path not in named),
    )


def _hidden(view: View, caught: list[tuple[str, ...] | None]) -> Iterator[tuple[int, int]]:
    """Each clause that one above it hides: the numbers of both, the upper one first."""
    for below, named in enumerate(caught):
        for above in range(below):
            upper = caught[above]
            if not named or not upper or set(named) & set(upper):
                continue
            if all(any(view.covers(parent, child) for parent in upper) for child in named):
                yield above, below
                break


def _moved(view: View, guard: ast.Try, above: int, below: int) -> str | None:
    """The clauses in their new order; None where only lines that nobody changed could be moved, or not cleanly."""
    if not all(_adjacent(view, one, other) for one, other in pairwise(guard.handlers[above : below + 1])):
        return None
    upper, lower = guard.handlers[above], guard.handlers[below]
    if _alike(upper, lower):
        return None
    lines = view.syntax.file.lines
    if not lines[_last(lower) - 1].endswith("\n"):
        return None
    moving = "".join(lines[lower.lineno - 1 : _last(lower)])
    if view.whole(LineRange(lower.lineno, _last(lower))):
        return moving + "".join(lines[upper.lineno - 1 : lower.lineno - 1])
    if view.whole(LineRange(upper.lineno, _last(upper))):
        first = "".join(lines[upper.lineno - 1 : _last(upper)])
        return "".join(lines[_last(upper) : _last(lower)]) + first
    return None


def _adjacent(view: View, one: ast.ExceptHandler, other: ast.ExceptHandler) -> bool:
    """Whether nothing but blank lines stands between two clauses: a comment there may belong to either."""
    between = view.syntax.lines[_last(one) : other.lineno - 1]
    return _last(one) < other.lineno and not any(line.strip() for line in between)


def _alike(one: ast.ExceptHandler, other: ast.ExceptHandler) -> bool:
    """Two clauses that do the same: their order does not matter."""
    return [ast.dump(part) for part in one.body] == [ast.dump(part) for part in other.body]


def _last(handler: ast.ExceptHandler) -> int:
    return handler.end_lineno or handler.lineno
