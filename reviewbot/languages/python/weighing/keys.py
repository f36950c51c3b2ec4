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
    match node:
        case ast.Subscript():
            return (_subscript(node),)
        case ast.Attribute():
            return (f"@{node.attr}",)
        case ast.Call(func=ast.Name(id=name)):
            target = names.get(name)
            return (name,) if target is None else (_tail(target), f".{target.rpartition('.')[2]}")
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)):
            return _method(imports.canonical(owner, names), attr)
    return ()


def _method(root: str | None, attr: str) -> tuple[str, ...]:
    """``root``: what the method is called on, None where it has no name."""
    if root is None:
        return (f".{attr}",)
    if root in {"self", "cls"}:
        return (f"self.{attr}", f".{attr}")
    if root.startswith(("self.", "cls.")):
        return (f"{root.rpartition('.')[2]}.{attr}", f".{attr}")
    return (_tail(f"{root}.{attr}"), f".{attr}")


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
