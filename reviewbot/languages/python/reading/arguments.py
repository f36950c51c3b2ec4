"""The arguments of a call, as far as they stand in it."""

from __future__ import annotations

import ast

from reviewbot.languages.python.reading.knowledge import KnownCallable


def argument(call: ast.Call, which: int | str | None) -> ast.expr | None:
    """An argument by position or keyword; None where it is not given, or hidden behind a star."""
    if isinstance(which, str):
        return next((k.value for k in call.keywords if k.arg == which), None)
    if which is None or which >= len(call.args):
        return None
    return None if any(isinstance(a, ast.Starred) for a in call.args[: which + 1]) else call.args[which]


def file_mode(call: ast.Call, known: KnownCallable) -> str:
    """The mode with which ``open`` or ``Path.open`` is called: it follows the path where there is one; else ``""``."""
    mode = argument(call, "mode") or argument(call, known.input + 1 if isinstance(known.input, int) else 0)
    return mode.value if isinstance(mode, ast.Constant) and isinstance(mode.value, str) else ""
