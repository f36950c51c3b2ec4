"""Subscripts of data that was decoded from outside in the same function: a key that the data may lack."""

from __future__ import annotations

import ast

from reviewbot.domain.site import Failure
from reviewbot.languages.python.reading.knowledge import KnownCallable, Raise
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Syntax
from reviewbot.languages.python.reading.types import Types

_DEEP = 6
_MISSING_KEY = Failure(
    exception="KeyError",
    when="the data lacks that key",
    source="https://docs.python.org/3/library/stdtypes.html#mapping-types-dict",
    rule="py.unhandled.missing-key",
    ancestors=("LookupError",),
)
LIKELIHOOD = 0.4
"""Lower than any decoder's own failure: data that decodes has the right shape more often than not."""


class Decoded:
    """Answers for one file."""

    def __init__(self, syntax: Syntax, names: Names, types: Types) -> None:
        self.syntax, self.names, self.types = syntax, names, types

    def subscript(self, node: ast.Subscript) -> KnownCallable | None:
        """What is known of ``data["key"]``; of a chain ``data["a"]["b"]`` only the whole counts."""
        parent, field = self.syntax.links[node]
        if isinstance(parent, ast.Subscript) and field == "value":
            return None
        if not isinstance(node.slice, ast.Constant) or not isinstance(node.slice.value, str):
            return None
        source = self._source(node.value, 0)
        if source is None:
            return None
        return KnownCallable(f"{source.name}[]", raises=(Raise(_MISSING_KEY, LIKELIHOOD),))

    def _source(self, expr: ast.expr, depth: int) -> KnownCallable | None:
        """The call that decoded ``expr``, in the same scope."""
        if depth > _DEEP:
            return None
        if isinstance(expr, ast.Subscript | ast.Await):
            return self._source(expr.value, depth + 1)
        if isinstance(expr, ast.Call):
            known = self.types.callee(expr)
            return known if known is not None and known.returns == "object" else None
        if isinstance(expr, ast.Name):
            reach = self.names.reaching(expr)
            value = reach[0].value if len(reach) == 1 else None
            return None if value is None else self._source(value, depth + 1)
        return None
