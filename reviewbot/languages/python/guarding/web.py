"""Handlers of web requests: the answer that the framework already imported gives for a failure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from reviewbot.domain.draft import Shape
from reviewbot.languages.python.guarding.plans import Pen, Plan
from reviewbot.languages.python.guarding.reachable import Caught
from reviewbot.languages.python.guarding.scene import Scene

_VERBS = frozenset({"route", "get", "post", "put", "patch", "delete", "api_route", "websocket", "head", "options"})
_UPSTREAM = ("requests.", "httpx.", "aiohttp.", "urllib.error.", "urllib3.", "botocore.", "redis.")
_MISSING = frozenset({"FileNotFoundError", "KeyError", "LookupError", "sqlalchemy.exc.NoResultFound"})
_EXCEPTIONS = frozenset(
    {"fastapi.HTTPException", "fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"}
)


def answering(pen: Pen, caught: Sequence[Caught]) -> Iterator[Plan]:
    """The plans that answer the request with an error, best first."""
    scene = pen.scene
    status = _status(scene, caught)
    if status is None or scene.generator:
        return
    name = scene.function.name if scene.function else ""
    because = f"`{name}` answers a web request"
    if _routed(scene):
        for error in _named(scene, *_EXCEPTIONS):
            literal, hole = pen.literal(cause=False)
            body = f"raise {error}(status_code={status}, detail={literal}) from {pen.exc}"
            yield Plan(Shape.HTTP_ERROR, (body,), hole, 0.88, because)
        for abort in _named(scene, "flask.abort"):
            literal, hole = pen.literal(cause=False)
            yield Plan(Shape.HTTP_ERROR, (f"return {abort}({status}, description={literal})",), hole, 0.82, because)
    if _django_view(scene):
        yield from _django(pen, status, because)


def _status(scene: Scene, caught: Sequence[Caught]) -> int | None:
    """The status by RFC 9110: 404 nothing there, 400 a wrong value, 502 another server failed; else None."""
    names = [one.canonical for one in caught]
    if all(name.startswith(_UPSTREAM) for name in names):
        return 502
    if not _from_request(scene):
        return None
    if all(name in _MISSING for name in names):
        return 404
    return 400 if any(name.endswith(("ValueError", "DecodeError", "KeyError")) for name in names) else None


def _from_request(scene: Scene) -> bool:
    """Whether the region reads what the client sent: a parameter, or a framework's ``request``."""
    function = scene.function
    if function is None:
        return False
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    given = {a.arg for a in arguments if a.arg not in {"self", "cls", "db", "session"}} | {"request"}
    seen: set[str] = set(scene.read_here)
    bindings = scene.view.names.of_scope(function)
    for name in tuple(seen):
        for binding in bindings.get(name, ()):
            if binding.value is not None:
                seen |= {n.id for n in ast.walk(binding.value) if isinstance(n, ast.Name)}
    return bool(seen & given)


def _routed(scene: Scene) -> bool:
    function = scene.function
    for decorator in function.decorator_list if function else ():
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(func, ast.Attribute) and func.attr in _VERBS:
            return True
    return False


def _named(scene: Scene, *things: str) -> Iterator[str]:
    """The names under which the file imports one of ``things``."""
    for name, found in scene.view.names.of_scope(scene.syntax.tree).items():
        if len(found) == 1 and found[0].target in things:
            yield name


def _django_view(scene: Scene) -> bool:
    function = scene.function
    arguments = [a.arg for a in function.args.args if a.arg != "self"] if function else []
    return bool(arguments) and arguments[0] == "request"


def _django(pen: Pen, status: int, because: str) -> Iterator[Plan]:
    literal, hole = pen.literal(cause=False)
    if status == 404:
        for error in _named(pen.scene, "django.http.Http404"):
            yield Plan(Shape.HTTP_ERROR, (f"raise {error}({literal}) from {pen.exc}",), hole, 0.85, because)
    if status == 400:
        for answer in _named(pen.scene, "django.http.HttpResponseBadRequest"):
            yield Plan(Shape.HTTP_ERROR, (f"return {answer}({literal})",), hole, 0.82, because)
