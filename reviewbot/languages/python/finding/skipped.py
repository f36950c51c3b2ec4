"""Places that are never suggested on, however they fail."""

from __future__ import annotations

import ast
import re

from reviewbot.languages.python.reading.syntax import Function, Syntax

_IGNORE = re.compile(r"#\s*reviewbot:\s*ignore\b")
_SIGNATURE = frozenset(
    {"decorator_list", "args", "returns", "annotation", "defaults", "kw_defaults", "bases", "keywords"}
)


class Skipped:
    """Answers for one file."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self._ignored = frozenset(
            number for number, line in enumerate(syntax.lines, 1) if "reviewbot" in line and _IGNORE.search(line)
        )
        self._stubs: dict[ast.AST, bool] = {}

    def __call__(self, node: ast.expr | ast.stmt) -> bool:
        """Whether ``node`` is asked to be left alone, is no running code, or runs elsewhere than where it stands."""
        if self._ignored and self._asked(node):
            return True
        for child, field, parent in self.syntax.outward(node):
            if _elsewhere(self.syntax, child, field, parent):
                return True
            if isinstance(parent, ast.If) and field in {"body", "test"} and _type_checking(parent.test):
                return True
            if isinstance(parent, Function) and field == "body" and self._stub(parent):
                return True
        return False

    def _asked(self, node: ast.expr | ast.stmt) -> bool:
        """``# reviewbot: ignore`` on a line of the statement; of a compound one, on a line of its head."""
        statement = self.syntax.statement(node)
        body = getattr(statement, "body", None)
        last = body[0].lineno - 1 if body else (statement.end_lineno or statement.lineno)
        return any(number in self._ignored for number in range(statement.lineno, max(last, statement.lineno) + 1))

    def _stub(self, function: Function) -> bool:
        """A function that ends in ``raise NotImplementedError``."""
        if function not in self._stubs:
            last = function.body[-1]
            raised = last.exc if isinstance(last, ast.Raise) else None
            raised = raised.func if isinstance(raised, ast.Call) else raised
            self._stubs[function] = isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
        return self._stubs[function]


def _elsewhere(syntax: Syntax, child: ast.AST, field: str, parent: ast.AST) -> bool:
    """A lambda, a signature, a generator that someone else will run: ``try`` around it would not protect it."""
    if isinstance(parent, ast.Lambda):
        return True
    if isinstance(parent, Function | ast.arguments | ast.arg):
        return field != "body"
    if isinstance(parent, ast.ClassDef | ast.AnnAssign):
        return field in _SIGNATURE
    if isinstance(parent, ast.GeneratorExp):
        holder, slot = syntax.links[parent]
        return not (isinstance(holder, ast.Call) and slot == "args")
    return False


def _type_checking(test: ast.expr) -> bool:
    return (test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")) == "TYPE_CHECKING"
