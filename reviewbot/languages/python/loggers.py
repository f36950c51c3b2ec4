"""The logger that a file already has, and how the file writes to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from reviewbot.languages.python.available import available
from reviewbot.languages.python.messages import Message, dotted
from reviewbot.languages.python.scene import Scene, calls

_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
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


@dataclass(frozen=True)
class Logger:
    """A logger: the expression that names it, and the style of its calls."""

    name: str
    style: Style

    def call(self, text: Message, exc: str, quote: str) -> tuple[str, str]:
        """A warning with the failure ``exc`` at its end, and the free text in it as it stands between the quotes."""
        if self.style is Style.KEYWORD:
            fields = "".join(f", {name.rpartition('.')[2]}=str({name})" for name in text.arguments)
            return f"{self.name}.warning({quote}{text.words}{quote}{fields}, error=str({exc}))", text.words
        if self.style is Style.FSTRING:
            return f"{self.name}.warning(f{quote}{text.fstring}: {{{exc}}}{quote})", text.fstring
        arguments = ", ".join((*text.arguments, exc))
        return f"{self.name}.warning({quote}{text.percent}: %s{quote}, {arguments})", text.percent


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
        elif name in _NAMES and _used(scene, name):
            yield name, _style(scene, name, Style.PERCENT)
    yield from _attributes(scene)


def _attributes(scene: Scene) -> Iterator[tuple[str, Style]]:
    """``self.logger`` where the same class uses it, ``current_app.logger`` where the file does."""
    for call in calls(list(scene.syntax.calls)):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _METHODS:
            continue
        name = dotted(call.func.value) or ""
        root, _, last = name.partition(".")
        if last not in _NAMES or (root in {"self", "cls"} and not _same_class(scene, call)):
            continue
        yield name, _style(scene, name, Style.PERCENT)


def _same_class(scene: Scene, call: ast.Call) -> bool:
    own = scene.class_
    return own is not None and own.lineno <= call.lineno <= (own.end_lineno or 0)


def _used(scene: Scene, name: str) -> bool:
    return any(True for _ in _written(scene, name))


def _written(scene: Scene, name: str) -> Iterator[ast.Call]:
    for call in scene.syntax.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS and dotted(call.func.value) == name:
            yield call


def _style(scene: Scene, name: str, default: Style) -> Style:
    """The style of most calls that put a value in."""
    fstrings = sum(1 for call in _written(scene, name) if call.args and isinstance(call.args[0], ast.JoinedStr))
    apart = sum(1 for call in _written(scene, name) if len(call.args) > 1)
    keywords = sum(1 for c in _written(scene, name) if any(k.arg not in _STANDARD for k in c.keywords))
    if keywords > fstrings + apart:
        return Style.KEYWORD
    return Style.FSTRING if fstrings > apart + keywords else default


_STANDARD = frozenset({"exc_info", "extra", "stack_info", "stacklevel"})
