"""The reason for a site, in one sentence that a developer accepts."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from reviewbot.domain.site import Failure
from reviewbot.languages.python.names import Names
from reviewbot.languages.python.syntax import Syntax

_LONGEST = 60


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
    expr = node.func if isinstance(node, ast.Call) else node.value
    parts: list[str] = []
    while isinstance(expr, ast.Attribute):
        parts.append(expr.attr)
        expr = expr.value
    if not isinstance(expr, ast.Name):
        return canonical
    parts.append(expr.id)
    text = ".".join(reversed(parts)) + ("[]" if isinstance(node, ast.Subscript) else "")
    return text if len(text) <= _LONGEST else canonical


def spelled_exception(exception: str, names: Names, syntax: Syntax) -> str:
    """The exception as the file can name it at its top level: ``JSONDecodeError`` after ``from json import …``."""
    top = names.of_scope(syntax.tree)
    for name, found in top.items():
        target = found[-1].target
        if target is not None and (exception == target or exception.startswith(f"{target}.")):
            return name + exception[len(target) :]
    return exception
