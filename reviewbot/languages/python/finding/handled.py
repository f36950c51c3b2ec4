"""Whether something around an expression catches its failure: ``try``, ``suppress``, or every caller in the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import IntEnum
from itertools import islice

from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Function, Syntax

_DEEP = 5
"""Tuples in tuples are looked into so far."""
_MANY = 100
"""So many exceptions of one clause are looked at."""

_EXPECTING = frozenset(
    {"pytest.raises", "pytest.warns", "assertRaises", "assertRaisesRegex", "contextlib.suppress", "suppress",
     "trio.testing.RaisesGroup"}
)  # fmt: skip

_CLASS = re.compile(r"_?[A-Z]\w*[a-z]\w*")


class Care(IntEnum):
    """What the surroundings do about a failure; more is better."""

    NONE = 0
    NARROWER = 1
    """Something around it catches a subclass of the failure: someone thought about it."""
    HANDLED = 2


class Handlers:
    """Answers for one file."""

    def __init__(self, syntax: Syntax, names: Names, knowledge: Knowledge) -> None:
        self.syntax, self.names, self.knowledge = syntax, names, knowledge

    def around(self, node: ast.AST, exception: str) -> Care:
        """What stands around ``node``, its callers aside."""
        care = Care.NONE
        for child, field, parent in self.syntax.inline(node):
            if field == "body" and isinstance(parent, ast.Try | ast.TryStar):
                care = max(care, *(self._clause(h.type, exception) for h in parent.handlers), Care.NONE)
            elif isinstance(parent, ast.With | ast.AsyncWith):
                care = max(care, self._contexts(parent, child, exception))
            if care is Care.HANDLED:
                break
        return care

    def _contexts(self, node: ast.With | ast.AsyncWith, child: ast.AST, exception: str) -> Care:
        """What the items entered before ``child`` swallow."""
        care = Care.NONE
        for item in node.items:
            if item is child:
                break
            call = item.context_expr
            if isinstance(call, ast.Call):
                care = max(care, self._context(call, exception))
        return care

    def _context(self, call: ast.Call, exception: str) -> Care:
        name = self.names.dotted(call.func)
        if name is None and isinstance(call.func, ast.Attribute):
            name = call.func.attr
        if name in _EXPECTING:
            return max((self._clause(arg, exception) for arg in call.args), default=Care.NONE)
        made = self.names.definition(call.func)
        return self._manager(made, exception) if isinstance(made, Function) else Care.NONE

    def _manager(self, made: Function, exception: str) -> Care:
        """A ``@contextmanager`` of this file that guards its ``yield``."""
        care = Care.NONE
        for node in ast.walk(made):
            if isinstance(node, ast.Yield) and self.syntax.function(node) is made:
                for _, field, parent in self.syntax.inline(node):
                    if field == "body" and isinstance(parent, ast.Try):
                        care = max(care, *(self._clause(h.type, exception) for h in parent.handlers), Care.NONE)
        return care

    def _clause(self, caught: ast.expr | None, exception: str) -> Care:
        """What ``except caught`` does about the exception. What cannot be read is taken to handle it: silence first."""
        if caught is None:
            return Care.HANDLED
        care = Care.NONE
        for expr in islice(self._members(caught, 0), _MANY):
            name = self.names.dotted(expr)
            if name is None:
                care = max(care, self._own(expr, exception))
            elif self.knowledge.catches(name, exception) or name.rpartition(".")[2] == exception.rpartition(".")[2]:
                return Care.HANDLED
            elif self.knowledge.catches(exception, name):
                care = Care.NARROWER
        return care

    def _own(self, expr: ast.expr, exception: str) -> Care:
        """A class of this project catches nothing from outside, unless named alike; of other names nothing is known."""
        name = expr.attr if isinstance(expr, ast.Attribute) else getattr(expr, "id", "")
        if name == exception.rpartition(".")[2] or not _CLASS.fullmatch(name):
            return Care.HANDLED
        return Care.NONE

    def _members(self, caught: ast.expr, depth: int) -> Iterator[ast.expr]:
        """The exceptions of a clause: of a tuple, of a constant that holds one, of ``A + B``."""
        if depth < _DEEP and isinstance(caught, ast.Tuple):
            for item in caught.elts:
                yield from self._members(item, depth + 1)
            return
        if depth < _DEEP and isinstance(caught, ast.Name):
            reach = self.names.reaching(caught)
            if len(reach) == 1 and isinstance(reach[0].value, ast.Tuple):
                yield from self._members(reach[0].value, depth + 1)
                return
        yield caught
