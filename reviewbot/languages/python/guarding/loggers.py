"""The logger that a file already has, and how the file writes to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from reviewbot.languages.python.guarding.available import available
from reviewbot.languages.python.guarding.messages import Message
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.guarding.views import dotted

_METHODS = ("debug", "info", "warning", "error", "exception", "critical")
_NAMES = frozenset({"logger", "log", "_logger", "_log"})
_MAKERS = {
    "logging.getLogger": "percent", "structlog.get_logger": "keyword", "structlog.stdlib.get_logger": "keyword",
    "loguru.logger": "fstring", "celery.utils.log.get_task_logger": "percent",
}  # fmt: skip


class Style(Enum):
    """How a message's values get into it."""

    PERCENT = "percent"
    FSTRING = "fstring"
    KEYWORD = "keyword"
    ECHO = "echo"


_STANDARD = frozenset({"exc_info", "extra", "stack_info", "stacklevel"})


@dataclass(frozen=True)
class Logger:
    """A logger: the expression that names it, and the style of its calls."""

    name: str
    style: Style

    def call(self, text: Message, exc: str, quote: str) -> tuple[str, str]:
        """A warning with the failure ``exc`` at its end, and the free text in it as it stands between the quotes."""
        if self.style is Style.ECHO:
            tail = f": {{{exc}}}" if text.cause else ""
            return f"{self.name}(f{quote}{text.fstring}{tail}{quote}, err=True)", text.fstring
        if self.style is Style.KEYWORD:
            fields = "".join(f", {name.rpartition('.')[2]}={name}" for name in text.arguments)
            return f"{self.name}.warning({quote}{text.words}{quote}{fields}, error=str({exc}))", text.words
        if self.style is Style.FSTRING:
            tail = f": {{{exc}}}" if text.cause else ""
            return f"{self.name}.warning(f{quote}{text.fstring}{tail}{quote})", text.fstring
        arguments = "".join(f", {a}" for a in (*text.arguments, *((exc,) if text.cause else ())))
        tail = ": %s" if text.cause else ""
        return f"{self.name}.warning({quote}{text.percent}{tail}{quote}{arguments})", text.percent


def logger(scene: Scene) -> Logger | None:
    """The logger to use at the scene: the module's, the object's, or the application's."""
    for name, style in _candidates(scene):
        root = name.partition(".")[0]
        if root in available(scene) and root not in scene.bound_here:
            return Logger(name, style)
    return None


def _candidates(scene: Scene) -> Iterator[tuple[str, Style]]:
    tree = scene.syntax.tree
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
            maker = scene.view.names.dotted(node.value.func)
            if maker in _MAKERS:
                yield node.targets[0].id, _style(scene, node.targets[0].id, Style(_MAKERS[maker]))
    for name, found in scene.view.names.of_scope(tree).items():
        if found[-1].target == "loguru.logger":
            yield name, Style.FSTRING
        elif name in _NAMES and _written(scene, name):
            yield name, _style(scene, name, Style.PERCENT)
    yield from _attributes(scene)


def _attributes(scene: Scene) -> Iterator[tuple[str, Style]]:
    """``self.logger`` where the same class uses it, ``current_app.logger`` where the file does, ``click.echo``."""
    for call in (one for method in _METHODS for one in scene.view.calls.get(method, ())):
        name = (dotted(call.func) or "").rpartition(".")[0]
        root, _, last = name.partition(".")
        if last in _NAMES and (root not in {"self", "cls"} or _same_class(scene, call)):
            yield name, _style(scene, name, Style.PERCENT)
    for call in scene.view.calls.get("echo", ()):
        if dotted(call.func) == "click.echo" and any(k.arg == "err" for k in call.keywords):
            yield "click.echo", Style.ECHO


def _same_class(scene: Scene, call: ast.Call) -> bool:
    own = scene.class_
    return own is not None and own.lineno <= call.lineno <= (own.end_lineno or 0)


def _written(scene: Scene, name: str) -> list[ast.Call]:
    calls = (one for method in _METHODS for one in scene.view.calls.get(method, ()))
    return [call for call in calls if (dotted(call.func) or "").rpartition(".")[0] == name]


def _style(scene: Scene, name: str, default: Style) -> Style:
    """The style of most calls that put a value in."""
    written = _written(scene, name)
    fstrings = sum(1 for call in written if call.args and isinstance(call.args[0], ast.JoinedStr))
    apart = sum(1 for call in written if len(call.args) > 1)
    keywords = sum(1 for call in written if any(k.arg not in _STANDARD for k in call.keywords))
    if keywords > fstrings + apart:
        return Style.KEYWORD
    return Style.FSTRING if fstrings > apart + keywords else default
