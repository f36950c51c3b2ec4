"""The reason for a site, in one sentence that a developer accepts."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from reviewbot.domain.site import Failure
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Syntax

_LONGEST = 60
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,40}")  # what can stand in a comment without being markup


def why(callee: str, failures: Sequence[tuple[str, Failure]], here: str | None, end: str | None) -> str:
    """``callee`` raises what and when, and that nothing handles it.

    Args:
        callee: as the file spells it. failures: each with the file's spelling of its exception; two are told.
        here: the function's dotted name, None at module level.
        end: that of its outermost caller in the file, None where the module's top level calls it.
    """
    told = " and ".join(f"`{name}` when {failure.when}" for name, failure in failures[:2])
    them = "it" if len(failures) == 1 else "them"
    if here is None:
        where = "nothing at module level handles"
    elif end is None:
        where = "nothing between here and the module's top level handles"
    elif end == here:
        where = f"nothing in `{here}` handles"
    else:
        where = f"nothing between here and `{end}` handles"
    return f"`{callee}` raises {told}; {where} {them}."


def spelled(node: ast.Call | ast.Subscript, canonical: str) -> str:
    """The callee as the file spells it, where that is plain names; else its canonical name."""
    if isinstance(node, ast.Call):
        text = _plain(node.func)
    else:
        base: ast.expr = node
        while isinstance(base, ast.Subscript):
            base = base.value
        text = _plain(base) and f"{_plain(base)}[{_key(node.slice) if base is node.value else ''}]"
    return text if text and len(text) <= _LONGEST else canonical


def _key(key: ast.expr) -> str:
    value = key.value if isinstance(key, ast.Constant) else None
    if isinstance(value, str) and _KEY.fullmatch(value):
        return f'"{value}"'
    return str(value) if type(value) is int and value < 1000 else ""


def _plain(expr: ast.expr) -> str:
    """``a.b.c``, or nothing where it is no such chain of names."""
    parts: list[str] = []
    while isinstance(expr, ast.Attribute):
        parts.append(expr.attr)
        expr = expr.value
    return ".".join([expr.id, *reversed(parts)]) if isinstance(expr, ast.Name) else ""


def spelled_exception(exception: str, names: Names, syntax: Syntax) -> str:
    """The exception as the file can name it at its top level: ``JSONDecodeError`` after ``from json import …``."""
    best = ("", exception)
    for name, found in names.of_scope(syntax.tree).items():
        target = found[-1].target or ""
        if len(target) > len(best[0]) and f"{exception}.".startswith(f"{target}."):
            best = (target, name + exception[len(target) :])
    return best[1]
