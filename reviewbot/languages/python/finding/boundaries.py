"""What a function is to the program: a boundary with nobody above it, or one that promises its failures."""

from __future__ import annotations

import ast
import re

from reviewbot.languages.python.reading.syntax import Function

_NAMES = frozenset({"main", "cli", "run", "handle", "handler", "lambda_handler", "__main__", "__del__", "__exit__"})

# Decorators by which frameworks call a function: Flask, FastAPI, Django, Click, Typer, Celery, discord.py.
_DECORATORS = frozenset(
    {"route", "get", "post", "put", "patch", "delete", "websocket", "api_view", "command", "group", "callback",
     "task", "shared_task", "job", "cron", "event", "listener", "on_event", "subscribe", "errorhandler", "receiver"}
)  # fmt: skip
_PROMISES = re.compile(
    r"\b(?:None|False|empty|0|default)\W{0,4}(?:if|when|while|where|on|unless|otherwise)\b"
    r"|\b(?:if|when|otherwise)\b[^.;]{0,60}\breturns? \W{0,2}(?:None|False)\b"
    r"|\b(?:skipp(?:ed|ing|s)?|ignor(?:ed|ing|es)|never (?:raises|fails))\b",
    re.I,
)
_RAISES = re.compile(r"\braises?\b", re.I)


def boundary(function: Function | None) -> bool:
    """Whether nobody in the program stands above it who could handle a failure better; module level is one."""
    if function is None or function.name in _NAMES:
        return True
    return any(_last(decorator) in _DECORATORS for decorator in function.decorator_list)


def documents(function: Function, lineage: tuple[str, ...]) -> bool:
    """Whether the docstring says that the function raises one of ``lineage``: then that is its contract."""
    text = ast.get_docstring(function, clean=False)
    promise = _RAISES.search(text or "")
    if text is None or promise is None:
        return False
    words = set(re.findall(r"\w+", text[promise.start() :]))
    return any(name.rpartition(".")[2] in words for name in lineage)


def promises(function: Function) -> bool:
    """Whether the docstring promises to go on where there is nothing: "or None if …", "damaged ones are skipped"."""
    return _PROMISES.search(ast.get_docstring(function, clean=False) or "") is not None


def _last(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    return decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
