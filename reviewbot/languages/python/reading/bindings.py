"""What binds which name in a scope: imports, parameters, assignments, loops, ``with … as``, definitions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from reviewbot.languages.python.reading.syntax import Function, Position, Scope, end, position


class Kind(Enum):
    """How a name was bound."""

    IMPORT = auto()
    PARAMETER = auto()
    ASSIGNED = auto()
    UNPACKED = auto()
    LOOP = auto()
    CONTEXT = auto()
    DEFINED = auto()
    ELSE = auto()


@dataclass(frozen=True, eq=False)
class Binding:
    """One place that binds a name.

    Attributes:
        node: the statement (or parameter) that binds.
        value: what is assigned, iterated or entered; None where there is none.
        target: of an import, the dotted name it stands for; None for a relative one.
        annotation: of a parameter or an annotated assignment.
        at: from when the name has its new value.
    """

    name: str
    kind: Kind
    node: ast.AST
    at: Position
    value: ast.expr | None = None
    target: str | None = None
    annotation: ast.expr | None = None


def bindings(scope: Scope) -> Iterator[Binding]:
    """Every binding that ``scope`` itself makes, in the order of the file; nested functions and classes aside."""
    if isinstance(scope, Function | ast.Lambda):
        yield from _parameters(scope)
    if not isinstance(scope, ast.Lambda):
        yield from _block(scope.body)


def outer_names(scope: Scope) -> Iterator[str]:
    """Names that ``scope`` declares ``global`` or ``nonlocal``."""
    if isinstance(scope, Function):
        for statement in _flat(scope.body):
            if isinstance(statement, ast.Global | ast.Nonlocal):
                yield from statement.names


def _parameters(scope: Function | ast.Lambda) -> Iterator[Binding]:
    args = scope.args
    first = position(scope)
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
        yield Binding(arg.arg, Kind.PARAMETER, arg, first, annotation=arg.annotation)
    for star in (args.vararg, args.kwarg):
        if star is not None:
            yield Binding(star.arg, Kind.PARAMETER, star, first)


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block and of the blocks within it, in order, without recursion."""
    stack = body[::-1]
    while stack:
        statement = stack.pop()
        yield statement
        if isinstance(statement, Function | ast.ClassDef):
            continue
        inner: list[ast.stmt] = [*getattr(statement, "body", ())]
        for handler in getattr(statement, "handlers", ()):
            inner += handler.body
        for case in getattr(statement, "cases", ()):
            inner += case.body
        inner += [*getattr(statement, "orelse", ()), *getattr(statement, "finalbody", ())]
        stack += inner[::-1]


def _block(body: list[ast.stmt]) -> Iterator[Binding]:
    for statement in _flat(body):
        yield from _statement(statement)


def _statement(node: ast.stmt) -> Iterator[Binding]:
    match node:
        case ast.Import() | ast.ImportFrom():
            yield from _imports(node)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield Binding(node.name, Kind.DEFINED, node, position(node))
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
            yield from _assignment(node)
        case ast.For() | ast.AsyncFor() | ast.With() | ast.AsyncWith() | ast.Try() | ast.TryStar() | ast.Match():
            yield from _compound(node)


def _assignment(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete) -> Iterator[Binding]:
    match node:
        case ast.Assign():
            for target in node.targets:
                yield from _target(target, node, node.value, Kind.ASSIGNED)
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield Binding(name, Kind.ASSIGNED, node, end(node), node.value, annotation=node.annotation)
        case ast.AugAssign(target=ast.Name(id=name)):
            yield Binding(name, Kind.ELSE, node, end(node))
        case ast.Delete():
            for target in node.targets:
                yield from _target(target, node, None, Kind.ELSE)


def _compound(node: ast.stmt) -> Iterator[Binding]:
    """What the head of a compound statement binds."""
    match node:
        case ast.For() | ast.AsyncFor():
            yield from _target(node.target, node, node.iter, Kind.LOOP)
        case ast.With() | ast.AsyncWith():
            for item in node.items:
                if item.optional_vars is not None:
                    yield from _target(item.optional_vars, node, item.context_expr, Kind.CONTEXT)
        case ast.Try() | ast.TryStar():
            for handler in node.handlers:
                if handler.name:
                    yield Binding(handler.name, Kind.ELSE, handler, (handler.lineno, handler.col_offset))
        case ast.Match():
            yield from _patterns(node)


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Binding]:
    at = position(node)
    for alias in node.names:
        if isinstance(node, ast.Import):
            name = alias.asname or alias.name.partition(".")[0]
            yield Binding(name, Kind.IMPORT, node, at, target=alias.name if alias.asname else name)
        elif alias.name != "*":
            target = f"{node.module}.{alias.name}" if node.module and not node.level else None
            yield Binding(alias.asname or alias.name, Kind.IMPORT, node, at, target=target)


def _target(target: ast.expr, node: ast.stmt, value: ast.expr | None, kind: Kind) -> Iterator[Binding]:
    """Names that an assignment target binds; in ``a, b = x`` neither name has the type of ``x``."""
    at = end(value or node)
    if isinstance(target, ast.Name):
        yield Binding(target.id, kind, node, at, value)
        return
    parts: list[ast.expr] = [target]
    while parts:
        part = parts.pop()
        if isinstance(part, ast.Tuple | ast.List):
            parts += part.elts
        elif isinstance(part, ast.Starred):
            parts.append(part.value)
        elif isinstance(part, ast.Name):
            yield Binding(part.id, Kind.UNPACKED, node, at, value)


def _patterns(node: ast.Match) -> Iterator[Binding]:
    for case in node.cases:
        for part in ast.walk(case.pattern):
            name = getattr(part, "rest", None) if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
            if isinstance(name, str):
                yield Binding(name, Kind.ELSE, node, (case.pattern.lineno, case.pattern.col_offset), node.subject)
