"""Short names under which calls and exceptions are counted, the same in every repository."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from reviewbot.languages.python.reading import imports

Risky = ast.Call | ast.Subscript | ast.Attribute

_SAME = {
    "IOError": "OSError", "EnvironmentError": "OSError", "socket.error": "OSError", "select.error": "OSError",
    "os.error": "OSError", "WindowsError": "OSError", "mmap.error": "OSError", "timeout": "TimeoutError",
    "ModuleNotFoundError": "ImportError",
}  # fmt: skip
_VAGUE = frozenset({"error", "Error", "exceptions"})
"""Class names that say nothing without their module."""


def exception_key(dotted: str) -> str:
    """``json.decoder.JSONDecodeError`` → ``JSONDecodeError``; ``zlib.error`` stays; ``socket.error`` is ``OSError``."""
    parts = dotted.split(".")
    key = ".".join(parts[-2:]) if parts[-1] in _VAGUE else parts[-1]
    return _SAME.get(key, key)


def callee_keys(node: Risky, names: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of what is called, subscripted or read, the most telling first; empty where it has no name.

    ``json.loads(x)`` → ``json.loads``, ``.loads``; ``int(x)`` → ``int``; ``self.save()`` → ``self.save``, ``.save``;
    ``d["a"]`` → ``[str]``; ``parts[1]`` → ``[int]``; an attribute that is only read → ``@name``.
    """
    if isinstance(node, ast.Subscript):
        return (_subscript(node),)
    if isinstance(node, ast.Attribute):
        return (f"@{node.attr}",)
    func = node.func
    if isinstance(func, ast.Name):
        target = names.get(func.id)
        if target is None:
            return (func.id,)
        return (_tail(target), f".{target.rpartition('.')[2]}")
    if not isinstance(func, ast.Attribute):
        return ()
    root = imports.canonical(func.value, names)
    if root is None:
        return (f".{func.attr}",)
    first = root.partition(".")[0]
    if first in {"self", "cls"}:
        return (f"self.{func.attr}" if root in {"self", "cls"} else f"{root.rpartition('.')[2]}.{func.attr}", f".{func.attr}")
    return (_tail(f"{root}.{func.attr}"), f".{func.attr}")


def _tail(dotted: str) -> str:
    """At most the last three parts: packages lie at different depths."""
    return ".".join(dotted.lstrip(".").split(".")[-3:])


def _subscript(node: ast.Subscript) -> str:
    match node.slice:
        case ast.Constant(value=str() | bytes()):
            return "[str]"
        case ast.Constant(value=int()) | ast.UnaryOp(operand=ast.Constant(value=int())):
            return "[int]"
    return "[]"


def risky(statement: ast.AST) -> Iterator[Risky]:
    """Calls, subscripts and attributes read that run when ``statement`` does; slices and nested functions aside."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            yield node
            stack += [*node.args, *(k.value for k in node.keywords)]
            stack += [node.func.value] if isinstance(node.func, ast.Attribute) else []
            continue
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load | ast.Del):
            if not isinstance(node.slice, ast.Slice):
                yield node
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        stack.extend(ast.iter_child_nodes(node))
