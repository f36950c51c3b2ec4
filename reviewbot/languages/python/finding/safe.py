"""When a call cannot fail as written, in the fixed words of ``rules/raises/schema.json``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from reviewbot.languages.python.reading.arguments import argument, file_mode
from reviewbot.languages.python.reading.knowledge import KnownCallable
from reviewbot.languages.python.reading.types import NUMERIC, Types

# Raised only when the keyword is given (subprocess: "if the timeout expires").
_NEEDS: Mapping[str, str] = {"subprocess.TimeoutExpired": "timeout"}


def can_fail(node: ast.Call | ast.Subscript, known: KnownCallable, exception: str, types: Types) -> bool:
    """Whether the arguments leave room for ``exception``."""
    if not isinstance(node, ast.Call):
        return True
    needed = _NEEDS.get(exception)
    if needed is not None and not any(k.arg in {needed, None} for k in node.keywords):
        return False
    return not any(_safe(word, node, known, exception, types) for word in known.safe)


def _safe(word: str, call: ast.Call, known: KnownCallable, exception: str, types: Types) -> bool:
    if word.startswith("keyword:"):
        return any(k.arg == word.removeprefix("keyword:") for k in call.keywords)
    if word == "check_false":
        return exception.endswith("CalledProcessError") and not _true(call, "check")
    if word == "numeric":
        given = argument(call, known.input)
        return given is not None and types.of(given) in NUMERIC
    return word in _BY_SHAPE and _BY_SHAPE[word](call, known)


def _literal(call: ast.Call, known: KnownCallable) -> bool:
    return isinstance(argument(call, known.input), ast.Constant)


def _default(call: ast.Call, known: KnownCallable) -> bool:
    """An argument after the input: ``next(it, None)``, ``d.pop(k, None)``."""
    first = known.input if isinstance(known.input, int) else 0
    return len(call.args) > first + 1 or any(k.arg == "default" for k in call.keywords)


def _writes(call: ast.Call, known: KnownCallable) -> bool:
    return bool(set(file_mode(call, known)) & set("wax"))


def _true(call: ast.Call, name: str) -> bool:
    """Whether a keyword may be true; ``**options`` may hold it."""
    values = [k.value for k in call.keywords if k.arg in {name, None}]
    return any(not (isinstance(v, ast.Constant) and not v.value) for v in values)


def _no_args(call: ast.Call, _: KnownCallable) -> bool:
    return not call.args and not call.keywords


_BY_SHAPE: Mapping[str, Callable[[ast.Call, KnownCallable], bool]] = {
    "literal": _literal,
    "default": _default,
    "no_args": _no_args,
    "write_mode": _writes,
}
