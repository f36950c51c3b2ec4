"""Which names a clause may take for the exception it catches: ``except … as name`` deletes the name at its end."""

from __future__ import annotations

import ast


def loose(scope: ast.AST) -> frozenset[str]:
    """Names that something in a scope, functions within it included, uses outside of a clause that has that name.

    One pass, whatever the depth.
    """
    found: set[str] = set()
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(scope, frozenset())]
    while waiting:
        node, held = waiting.pop()
        if isinstance(node, ast.ExceptHandler):
            held = held | {node.name} if node.name else held
        elif node is not scope:
            found |= _names(node) - held
        waiting += [(child, held) for child in ast.iter_child_nodes(node)]
    return frozenset(found)


def deletes(tree: ast.Module, handler: ast.ExceptHandler, name: str) -> bool:
    """Whether a clause that is given ``name`` takes it from something that uses it."""
    scope = scope_of(tree, handler)
    clauses = [node for node in ast.walk(scope) if isinstance(node, ast.ExceptHandler) and node.name == name]
    others = [clause for clause in clauses if clause is not handler]
    return name in loose(scope) or any(_holds(one, handler) or _holds(handler, one) for one in others)


def _holds(outer: ast.ExceptHandler, inner: ast.ExceptHandler) -> bool:
    """By their lines: a clause of another ``try`` begins on a line of its own."""
    return outer.lineno < inner.lineno <= (outer.end_lineno or outer.lineno)


def scope_of(tree: ast.Module, wanted: ast.stmt | ast.ExceptHandler) -> ast.AST:
    """The innermost function or class around a statement or a clause; the module where there is none."""
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, scopes) and node.lineno <= wanted.lineno <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: (node.lineno, node.col_offset), default=tree)


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Global | ast.Nonlocal):
        return set(node.names)
    if isinstance(node, ast.keyword):
        return set()
    names = {getattr(node, field, None) for field in ("id", "arg", "name", "asname", "rest")}
    return {one for one in names if isinstance(one, str)}
