"""From an annotation to the one type that it names."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from reviewbot.languages.python.reading.names import Names

_DEEP = 10
_NUMBERS = frozenset({"int", "float", "bool", "complex"})

# Abstract names in annotations, and the class whose methods the knowledge lists.
_STANDS_FOR: Mapping[str, str] = {
    "typing.TextIO": "io.TextIOWrapper",
    "typing.IO": "io.TextIOWrapper",
    "typing.BinaryIO": "io.BufferedReader",
    "typing.Text": "str",
    "pathlib.PurePath": "pathlib.Path",
    "pathlib.PosixPath": "pathlib.Path",
}
_TRANSPARENT = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Awaitable"})


def named_type(node: ast.expr, names: Names, depth: int = 0) -> str | None:
    """The canonical type that an annotation names, ``None`` taken out of unions; None where there is not just one."""
    if depth > _DEEP:
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _standing(names.dotted_text(node.value))
    if isinstance(node, ast.Name | ast.Attribute):
        return _standing(names.dotted(node))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _only([node.left, node.right], names, depth)
    return _generic(node, names, depth) if isinstance(node, ast.Subscript) else None


def _generic(node: ast.Subscript, names: Names, depth: int) -> str | None:
    head = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if head == "Union":
        return _only(parts, names, depth)
    if head in _TRANSPARENT and parts:
        return named_type(parts[0], names, depth + 1)
    return named_type(node.value, names, depth + 1)


def _only(parts: list[ast.expr], names: Names, depth: int) -> str | None:
    """The one member of a union that is not ``None``; numbers count as one."""
    given = [p for p in parts if not (isinstance(p, ast.Constant) and p.value is None)]
    kinds = {named_type(p, names, depth + 1) for p in given}
    if kinds and kinds <= _NUMBERS:
        return "float"
    return kinds.pop() if len(kinds) == 1 else None


def _standing(dotted: str | None) -> str | None:
    return None if dotted is None else _STANDS_FOR.get(dotted, dotted)
