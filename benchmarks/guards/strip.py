"""Taking one ``try``/``except`` away from its source: what may be taken, and the lines without it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BROAD = {"Exception", "BaseException"}


def caught_names(node: ast.expr | None) -> list[str] | None:
    """The exceptions of a clause as written; None where they are no plain names."""
    if node is None:
        return None
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    if not all(isinstance(part, ast.Name | ast.Attribute) for part in parts):
        return None
    return [ast.unparse(part) for part in parts]


def eligible(node: ast.AST) -> list[str] | None:
    """What a small, specific guard catches; None where it is another kind of ``try``."""
    if not isinstance(node, ast.Try | ast.TryStar) or node.orelse or node.finalbody or len(node.body) > 3:
        return None
    if any(isinstance(s, ast.Import | ast.ImportFrom) for s in node.body):
        return None
    if not any(isinstance(n, ast.Call | ast.Subscript | ast.Attribute) for s in node.body for n in ast.walk(s)):
        return None
    names: list[str] = []
    for handler in node.handlers:
        got = caught_names(handler.type)
        if not got or any(name.split(".")[-1] in _BROAD for name in got):
            return None
        names += got
    return names


def strip(lines: list[str], guard: ast.Try | ast.TryStar) -> tuple[list[str], tuple[int, int]] | None:
    """The lines with the body in the guard's place, and where that stands (1-based); None where it cannot."""
    first, last = guard.body[0].lineno - 1, guard.body[-1].end_lineno or 0
    if guard.body[0].lineno == guard.lineno:
        return None
    cut = guard.body[0].col_offset - guard.col_offset
    body = []
    for line in lines[first:last]:
        if line.strip() and line[:cut].strip():
            return None
        body.append(line[cut:] if line.strip() else line)
    start = guard.lineno
    return lines[: start - 1] + body + lines[guard.end_lineno :], (start, start - 1 + len(body))


def action(handler: ast.ExceptHandler) -> str:
    """The kind of a handler's last statement."""
    return type(handler.body[-1]).__name__


_KINDS = {
    "Raise": "raise", "Return": "return", "Assign": "assign", "AugAssign": "assign", "Expr": "say", "Pass": "pass",
    "Continue": "continue", "Break": "break",
}  # fmt: skip


def kind_of_action(statement: str) -> str:
    """``action`` in the words of ``weighing.manner.KINDS``."""
    return _KINDS.get(statement, "other")


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function, nested ones included."""
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def has_inner(function: Function) -> bool:
    """Whether a function or class is defined within."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(n, inner) for s in function.body for n in ast.walk(s))
