"""Handlers that return: what the function's annotation, its docstring and its other exits say about having nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from reviewbot.domain.draft import Shape
from reviewbot.languages.python.guarding.defaults import sentinel
from reviewbot.languages.python.guarding.plans import Pen, Plan
from reviewbot.languages.python.guarding.scene import Scene

NO_VALUE = frozenset(
    {"__init__", "__exit__", "__aexit__", "__del__", "__new__", "__init_subclass__", "__set_name__", "__enter__"}
)
"""Methods whose result is not theirs to choose."""
_VALUE = r"`*(?P<{}>None|False)\b`*"
_WHEN = r"[ ,]*(?:otherwise|else|if|when|where|while|on|unless|for)\b"
# "Return the rate, or None if …", "returns None when …": in a sentence that says what is returned.
_RETURNS = re.compile(
    rf"\b(?:returns?|gives?):? (?:(?!\b(?:where|whose|with|may|can)\b)[^.;]){{0,80}}?{_VALUE.format('a')}", re.I
)
# "The rate, or None if it is no number.", "None if there is none.": in the sentence that says what the function is.
_SUMMARY = re.compile(rf"(?:\bor |^){_VALUE.format('b')}(?:{_WHEN}|\.?$)", re.I)
_CONDITION = re.compile(r"^(if|when)\b", re.I)
_ASKS = re.compile(r"_*(is|has|can|could|should|check|validate|verify|exists|contains|supports|needs)_")
_TRIES = re.compile(r"_*(parse|find|get|load|read|try|lookup|fetch|guess|detect|maybe|extract|safe|resolve)(_|$)")


def returning(pen: Pen) -> Iterator[Plan]:
    """The plans that return from the function, best first of each kind."""
    scene = pen.scene
    function = scene.function
    if function is None or function.name in NO_VALUE or scene.generator:
        return
    found = _value(scene)
    if found is None:
        return
    value, prior, because = found
    world = _world(scene)
    if value == "None" and not returns_values(scene):
        plan = None if world else pen.logged(Shape.LOG_RETURN, "return", prior, because)
        yield from [plan] if plan is not None else []
        return
    told = _documented(scene) is not None
    # Someone should hear of it where the world failed, or where nothing was promised about the value.
    plan = pen.logged(Shape.LOG_RETURN, f"return {value}", prior + (0.03 if world or not told else -0.03), because)
    if plan is not None:
        yield plan
    elif not told and (_speaks_before(scene) or (world and value != "None")):
        return  # in silence it would look like the value that the function gives for other reasons
    yield pen.silent(Shape.RETURN, f"return {value}", prior if told or not world else prior - 0.12, because)


def _world(scene: Scene) -> bool:
    """Whether files, the network or other programs failed, not a value."""
    return any("OSError" in (f.exception, *f.ancestors) for f in scene.region.failures)


def _value(scene: Scene) -> tuple[str, float, str] | None:
    """What to return when there is nothing, how well that fits, and why."""
    return _documented(scene) or _other_exit(scene) or _annotated(scene)


def _documented(scene: Scene) -> tuple[str, float, str] | None:
    summary = re.split(r"(?<=[.;]) ", scene.docstring)[0]
    match = None if _CONDITION.match(summary) else _SUMMARY.search(summary)
    match = match or _RETURNS.search(scene.docstring)
    if match is None or any(isinstance(r.value, ast.Tuple) for r in scene.returns):
        return None
    value = match[1].capitalize()
    return (value, 0.85, f"the docstring promises `{value}` for this") if allows(scene, value) else None


def _other_exit(scene: Scene) -> tuple[str, float, str] | None:
    """An early exit of the same function that says "nothing"."""
    ends = [value for r in _early(scene) if (value := sentinel(r.value)) is not None and value != "True"]
    if not ends:
        return None
    best = max(sorted(set(ends)), key=ends.count)
    if not allows(scene, best):
        return None
    if best not in {"None", "False", "[]", "{}"}:
        return None
    if best == "None" and not returns_values(scene):
        logged = any(_after_log(scene, r) for r in _early(scene))
        return (best, 0.62, "the function leaves early with a log message elsewhere") if logged else None
    return best, 0.72, f"the function returns `{best}` elsewhere when it has nothing"


def _early(scene: Scene) -> list[ast.Return]:
    """Returns under a condition, or in a handler."""
    function = scene.function
    return [r for r in scene.returns if scene.syntax.links[r][0] is not function]


def _speaks_before(scene: Scene) -> bool:
    """Whether the function says something before it leaves early: then leaving in silence is not its way."""
    return any(_before(scene, r) is not None for r in _early(scene))


def _before(scene: Scene, node: ast.Return) -> ast.Call | None:
    """The call that stands alone right before a ``return``."""
    parent, field = scene.syntax.links[node]
    block = getattr(parent, field)
    index = block.index(node)
    before = block[index - 1] if index else None
    return before.value if isinstance(before, ast.Expr) and isinstance(before.value, ast.Call) else None


def _after_log(scene: Scene, node: ast.Return) -> bool:
    call = _before(scene, node)
    func = None if call is None else call.func
    return isinstance(func, ast.Attribute) and func.attr in {"warning", "error", "info", "debug", "exception"}


def _annotated(scene: Scene) -> tuple[str, float, str] | None:
    function = scene.function
    if function is None or function.returns is None:
        return None
    if _optional(function.returns) and _TRIES.match(function.name):
        return "None", 0.6, "the function's annotation allows `None`"
    if ast.unparse(function.returns) == "bool" and _ASKS.match(function.name):
        return "False", 0.6, "the function answers a question, and a failure means no"
    return None


def returns_values(scene: Scene) -> bool:
    """Whether the function gives its caller something."""
    function = scene.function
    inside = [n for s in scene.run.statements for n in ast.walk(s) if isinstance(n, ast.Return)]
    if any(r.value is not None and not _is_none(r.value) for r in (*scene.returns, *inside)):
        return True
    annotation = None if function is None else function.returns
    return annotation is not None and ast.unparse(annotation) not in {"None", "'None'"}


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def allows(scene: Scene, value: str) -> bool:
    """Whether the function's annotation allows it to return ``value``; without one it does."""
    annotation = None if scene.function is None else scene.function.returns
    if annotation is None:
        return True
    text = ast.unparse(annotation).strip("'\"")
    if value == "None":
        return _optional(annotation) or text in {"None", "Any", "object", "typing.Any"}
    kinds = {"False": "bool", "True": "bool", "[]": "list", "{}": "dict", "()": "tuple", "''": "str", "0": "int"}
    kind = kinds.get(value)
    wide = {"list": ("list", "List", "Sequence", "Iterable", "Collection"), "dict": ("dict", "Dict", "Mapping")}
    heads = {re.split(r"[\[ ]", part.strip().rpartition(".")[2])[0] for part in text.split("|")}
    return kind is not None and bool(heads & set(wide.get(kind, (kind, kind.capitalize()))))


def _optional(annotation: ast.expr) -> bool:
    text = ast.unparse(annotation).strip("'\"")
    if re.fullmatch(r"(typing\.|t\.)?Optional\[.*\]", text):
        return True
    if re.fullmatch(r"(typing\.|t\.)?Union\[.*\]", text):
        return bool(re.search(r"\bNone\]$|, None,|\[None,", text))
    return isinstance(annotation, ast.BinOp | ast.Constant) and "None" in {p.strip() for p in text.split("|")}
