"""What a function's own shape says about a missing guard: defaults set for nothing, code that nothing reaches."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Sequence

from reviewbot.languages.python.reading.scoping import own_nodes
from reviewbot.languages.python.reading.syntax import Function, Syntax, position

_SPARE = ("default", "fallback", "strict", "fatal", "ignore", "silent", "quiet", "raise", "errors", "missing", "safe")


def siblings(syntax: Syntax, statement: ast.stmt) -> tuple[Sequence[ast.stmt], int]:
    """The block of a statement, and its place in it."""
    parent, name = syntax.links[statement]
    block = getattr(parent, name, None)
    if not isinstance(block, list):
        return [statement], 0
    return block, bisect_left(block, position(statement), key=position)


def targets(statement: ast.stmt) -> frozenset[str]:
    """Names (and ``self.x``) that an assignment binds."""
    match statement:
        case ast.Assign(targets=found):
            return frozenset(ast.unparse(t) for t in found if isinstance(t, ast.Name | ast.Attribute))
        case ast.AnnAssign(target=ast.Name() | ast.Attribute() as found):
            return frozenset({ast.unparse(found)})
    return frozenset()


def bound_within(statement: ast.stmt) -> frozenset[str]:
    """What a statement or the blocks in it assign."""
    return frozenset(name for node in ast.walk(statement) if isinstance(node, ast.stmt) for name in targets(node))


def default_for_nothing(syntax: Syntax, statement: ast.stmt) -> bool:
    """``x = None`` shortly before ``x = f()``, with no use between: the default of a guard that is not there."""
    names = bound_within(statement)
    if not names:
        return False
    block, at = siblings(syntax, statement)
    for before in reversed(block[max(0, at - 3) : at]):
        if targets(before) & names:
            return _is_default(getattr(before, "value", None))
        if any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(before)):
            return False
    return False


def _is_default(value: ast.AST | None) -> bool:
    match value:
        case ast.Constant() | ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return True
        case ast.UnaryOp(operand=ast.Constant()):
            return True
    return False


def leaves(statement: ast.stmt) -> bool:
    """Whether nothing that follows in the block can run."""
    return isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break)


def hides(syntax: Syntax, statement: ast.stmt) -> bool:
    """Whether code stands behind ``statement`` that only a failure of it could reach."""
    block, at = siblings(syntax, statement)
    return leaves(statement) and at + 1 < len(block)


def loops_once(syntax: Syntax, statement: ast.stmt) -> bool:
    """A loop that always ends with its first item: whoever wrote it meant to try the next one after a failure."""
    parent, name = syntax.links[statement]
    block, at = siblings(syntax, statement)
    if name != "body" or not isinstance(parent, ast.For | ast.While | ast.AsyncFor):
        return False
    last = block[-1]
    return isinstance(last, ast.Return | ast.Break) and at >= len(block) - 3


def unused(function: Function) -> tuple[int, int, int]:
    """Parameters for a failure (``default``, ``strict`` …), other parameters, and locals that nothing reads."""
    loaded = {n.id for n in own_nodes(function.body) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    inner = {
        n.id for s in function.body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    args = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    idle = [a for a in args if a not in loaded | inner and a not in {"self", "cls"} and not a.startswith("_")]
    spare = sum(any(word in a for word in _SPARE) for a in idle)
    stored = {n.id for n in own_nodes(function.body) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    lost = sum(1 for name in stored - loaded - inner if not name.startswith("_"))
    return spare, len(idle) - spare, lost


def asks_next(syntax: Syntax, statement: ast.stmt) -> bool:
    """Whether the next statement asks if the value is there: ``if x is None``, ``if not x``."""
    names = targets(statement)
    block, at = siblings(syntax, statement)
    if not names or at + 1 >= len(block) or not isinstance(block[at + 1], ast.If):
        return False
    test = block[at + 1].test  # type: ignore[attr-defined]
    match test:
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()]):
            return ast.unparse(left) in names
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ast.unparse(operand) in names
        case ast.Name(id=name):
            return name in names
    return False
