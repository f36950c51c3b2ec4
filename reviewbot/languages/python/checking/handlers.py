"""The check ``handlers``: exact exceptions that the file knows, and a body that only reports, replaces or leaves."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from reviewbot.languages.python.reading.imports import builtin_exception, canonical, imported, own_classes
from reviewbot.languages.python.reading.scoping import bound

_TOO_WIDE = {Exception, BaseException, Warning}
_STATEMENTS = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return, ast.Raise, ast.Continue, ast.Break, ast.Pass)
_NEVER_CALLED = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "open",
    "input",
    "globals",
    "setattr",
    "delattr",
    "breakpoint",
}
_RISKY_ROOTS = {"os", "subprocess", "shutil", "socket", "ctypes", "importlib", "pickle", "builtins", "runpy", "pty"}
_LEAVING = {"os._exit"}
_MOST_STATEMENTS = 4
_NO_EXPRESSION = (
    ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def handlers_fault(tree: ast.Module, inserted: Sequence[ast.Try], exceptions: Sequence[str]) -> str | None:
    """What is wrong with the inserted handlers; None where nothing is.

    Args:
        tree: the file after the edit. inserted: its new ``try`` statements.
        exceptions: what the draft says it catches, by canonical name.
    """
    names = imported(tree)
    caught: list[str] = []
    for guard, handler in ((outer, one) for outer in inserted for one in outer.handlers):
        kinds = _kinds(handler)
        if not kinds:
            return "a handler catches everything"
        for kind in kinds:
            path = canonical(kind, names)
            fault = _kind_fault(kind, path, tree, names)
            if fault or path is None:
                return fault
            caught.append(path)
        fault = _body_fault(handler, names) or _target_fault(guard, handler)
        if fault:
            return fault
    return _told_fault(caught, exceptions)


def _kinds(handler: ast.ExceptHandler) -> list[ast.expr]:
    if isinstance(handler.type, ast.Tuple):
        return list(handler.type.elts)
    return [handler.type] if handler.type else []


def _kind_fault(kind: ast.expr, path: str | None, tree: ast.Module, names: Mapping[str, str]) -> str | None:
    if path is None:
        return f"a handler catches `{ast.unparse(kind)}`, which is not the plain name of an exception"
    found = builtin_exception(path)
    if found in _TOO_WIDE:
        return f"a handler catches `{path}`, which hides every defect"
    root = (ast.unparse(kind)).split(".")[0]
    if found is None and root not in names and root not in own_classes(tree):
        return f"`{ast.unparse(kind)}` is neither imported nor defined in the file"
    return None


def _body_fault(handler: ast.ExceptHandler, names: Mapping[str, str]) -> str | None:
    if all(isinstance(s, ast.Pass) or _is_constant(s) for s in handler.body):
        return "a handler passes the failure over in silence"
    if len(handler.body) > _MOST_STATEMENTS:
        return f"a handler has more than {_MOST_STATEMENTS} statements"
    for statement in handler.body:
        if not isinstance(statement, _STATEMENTS):
            return f"a handler holds `{type(statement).__name__}`, which no handler needs"
        for node in ast.walk(statement):
            fault = _expression_fault(node, names)
            if fault:
                return fault
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and (last.exc is None or _is_name(last.exc, handler.name)):
        return "a handler only raises the same exception again"
    return None


def _target_fault(guard: ast.Try, handler: ast.ExceptHandler) -> str | None:
    """A handler may set what the guarded statements would have set, and nothing else."""
    expected = bound([*guard.body, *guard.orelse]) | set(_targets([*guard.body, *guard.orelse]))
    for target in _targets(handler.body):
        if target not in expected:
            return f"a handler sets `{target}`, which the guarded statements do not"
    return None


def _targets(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """What the statements assign to, as it is written."""
    for node in (part for statement in statements for part in ast.walk(statement)):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            yield ast.unparse(node)


def _expression_fault(node: ast.AST, names: Mapping[str, str]) -> str | None:
    if isinstance(node, _NO_EXPRESSION):
        return f"a handler holds `{type(node).__name__}`, which no handler needs"
    if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
        return f"a handler uses `{node.attr}`"
    if isinstance(node, ast.Call):
        path = canonical(node.func, names)
        if path is None:
            return None
        if path in _NEVER_CALLED or (path.split(".")[0] in _RISKY_ROOTS and path not in _LEAVING):
            return f"a handler calls `{path}`"
    return None


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_name(node: ast.expr, name: str | None) -> bool:
    return name is not None and isinstance(node, ast.Name) and node.id == name


def _told_fault(caught: Sequence[str], exceptions: Sequence[str]) -> str | None:
    """The draft's own list must be what its handlers catch; a library may export one class by several paths."""
    if sorted(map(_short, caught)) != sorted(map(_short, exceptions)):
        return (
            f"the handlers catch {', '.join(caught) or 'nothing'}, the draft says {', '.join(exceptions) or 'nothing'}"
        )
    return None


def _short(path: str) -> str:
    found = builtin_exception(path)
    return found.__name__ if found else path.rpartition(".")[2]
