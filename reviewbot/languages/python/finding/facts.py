"""What is known to be true where an expression stands: the checks on the way to it that still hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Comprehension, Function, Position, Syntax, end, position

_MANY = 64
"""So many checks before an expression are looked at, the nearest first."""
_DEEP = 6
_LARGE = 200
"""A check of more nodes than this is not looked into."""

_LEAVES = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort", "pytest.skip", "pytest.fail"})


@dataclass(frozen=True, eq=False)
class Fact:
    """``test`` was found true (``holds``) or false, at ``at``."""

    test: ast.expr
    holds: bool
    at: Position


class Facts:
    """Answers for one file."""

    def __init__(self, syntax: Syntax, names: Names) -> None:
        self.syntax, self.names = syntax, names
        self._exits: dict[tuple[ast.AST, str], Sequence[tuple[ast.stmt, ast.expr, bool]]] = {}

    def at(self, node: ast.expr) -> Iterator[Fact]:
        """The facts at ``node``, nearest first, each as simple as can be: no ``and``, ``or``, ``not`` on top."""
        seen = 0
        for test, holds in self._tests(node):
            for atom, truth in _atoms(test, holds):
                seen += 1
                if seen > _MANY:
                    return
                if self._stands(atom, node):
                    yield Fact(atom, truth, end(atom))

    def _tests(self, node: ast.expr) -> Iterator[tuple[ast.expr, bool]]:
        for child, field, parent in self.syntax.outward(node):
            yield from _around(child, field, parent)
            if isinstance(child, ast.stmt):
                for statement, test, holds in reversed(self._block(parent, field)):
                    if position(statement) < position(child):
                        yield test, holds
            if field == "body" and isinstance(parent, Function | ast.Lambda):
                return

    def _block(self, parent: ast.AST, field: str) -> Sequence[tuple[ast.stmt, ast.expr, bool]]:
        """What is known after statements of a block: ``assert x``, and ``if not x: return``."""
        key = (parent, field)
        if key not in self._exits:
            body = getattr(parent, field)
            self._exits[key] = [found for s in body for found in self._after(s)] if isinstance(body, list) else []
        return self._exits[key]

    def _after(self, statement: ast.AST, depth: int = 0) -> Iterator[tuple[ast.stmt, ast.expr, bool]]:
        if isinstance(statement, ast.Assert):
            yield statement, statement.test, True
        elif isinstance(statement, ast.If):
            if self._leaves(statement.body):
                yield statement, statement.test, False
                for inner in statement.orelse[:1] if depth < _DEEP else ():  # ``elif … : return`` counts as well
                    yield from ((statement, test, holds) for _, test, holds in self._after(inner, depth + 1))
            elif statement.orelse and self._leaves(statement.orelse):
                yield statement, statement.test, True
        elif isinstance(statement, ast.While) and not any(isinstance(n, ast.Break) for n in ast.walk(statement)):
            yield statement, statement.test, False

    def _leaves(self, body: Sequence[ast.stmt], depth: int = 0) -> bool:
        """Whether a block never goes on to the statement after it."""
        last = body[-1]
        if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
            return True
        if isinstance(last, ast.If):
            inner = (last.body, last.orelse)
            return depth < _DEEP and bool(last.orelse) and all(self._leaves(block, depth + 1) for block in inner)
        call = last.value if isinstance(last, ast.Expr) else None
        if not isinstance(call, ast.Call):
            return False
        return self.names.dotted(call.func) in _LEAVES or _named(call.func) in {"error", "fail", "abort", "exit"}

    def _stands(self, atom: ast.expr, node: ast.expr) -> bool:
        """Whether no name in the check is bound anew between it and ``node``."""
        before = position(node)
        loop = next(
            (p for _, f, p in self.syntax.inline(node) if f == "body" and isinstance(p, ast.For | ast.While)), None
        )
        parts = list(islice(ast.walk(atom), _LARGE + 1))
        if len(parts) > _LARGE:
            return False
        for part in parts:
            if not isinstance(part, ast.Name):
                continue
            if self.names.rebound(part, end(atom), before):
                return False
            if loop is not None and position(loop) > end(atom) and self.names.rebound(part, before, end(loop)):
                return False
        return True


def _around(child: ast.AST, field: str, parent: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """What a parent's test says about a child."""
    if isinstance(parent, ast.If | ast.IfExp) and field in {"body", "orelse"}:
        yield parent.test, field == "body"
    elif isinstance(parent, ast.While) and field == "body":
        yield parent.test, True
    elif isinstance(parent, ast.BoolOp):
        for value in reversed(parent.values[: _index(parent.values, child)]):
            yield value, isinstance(parent.op, ast.And)
    elif isinstance(parent, Comprehension):
        generators = parent.generators
        count = _index(generators, child) if field == "generators" else len(generators)
        for generator in generators[:count]:
            yield from ((test, True) for test in generator.ifs)
    elif isinstance(parent, ast.comprehension) and field == "ifs":
        yield from ((test, True) for test in parent.ifs[: _index(parent.ifs, child)])
    elif isinstance(parent, ast.match_case) and parent.guard is not None and field == "body":
        yield parent.guard, True


def _index(items: Sequence[ast.AST], child: ast.AST) -> int:
    return next((i for i, item in enumerate(items) if item is child), 0)


def _atoms(test: ast.expr, holds: bool, depth: int = 0) -> Iterator[tuple[ast.expr, bool]]:
    if depth < _DEEP:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield from _atoms(test.operand, not holds, depth + 1)
            return
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is holds:
            for value in test.values:
                yield from _atoms(value, holds, depth + 1)
            return
    yield test, holds


def _named(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else ""
