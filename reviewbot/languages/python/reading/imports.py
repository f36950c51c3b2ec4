"""What the names of a file stand for: imports, its own classes, built-ins."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping


def imported(tree: ast.Module) -> Mapping[str, str]:
    """Each name that an import anywhere in the file binds, with the dotted path of what it is."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".")[0]
                names[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            joint = "" if module.endswith(".") else "."
            for alias in node.names:
                names[alias.asname or alias.name] = f"{module}{joint}{alias.name}"
    return names


def dotted(node: ast.expr) -> str | None:
    """``a.b.c`` as written; None for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def canonical(node: ast.expr, names: Mapping[str, str]) -> str | None:
    """The dotted path of what an expression names, through the file's imports; None where it is no plain name."""
    written = dotted(node)
    if written is None:
        return None
    root, _, rest = written.partition(".")
    return ".".join(part for part in (names.get(root, root), rest) if part)


def own_classes(tree: ast.Module) -> Mapping[str, ast.ClassDef]:
    """The classes that the file defines at its top level, by name."""
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def builtin_exception(path: str) -> type[BaseException] | None:
    """The built-in exception of that name, ``IOError`` and the other aliases included."""
    found = getattr(builtins, path.removeprefix("builtins."), None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
