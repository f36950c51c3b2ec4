"""Handlers where nothing near by shows the way: what functions of such a kind do in general.

Only for failures that are known to want a guard here, by a probability calibrated over many repositories: for a mere
possibility silence is better than a general answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from reviewbot.domain.draft import Shape
from reviewbot.domain.source_file import Tree
from reviewbot.languages.python.guarding.domain_errors import domain_errors
from reviewbot.languages.python.guarding.going_on import about_item
from reviewbot.languages.python.guarding.plans import Pen, Plan
from reviewbot.languages.python.guarding.reachable import Caught
from reviewbot.languages.python.guarding.returning import NO_VALUE, allows, returns_values
from reviewbot.languages.python.guarding.scene import Scene

_PROTOCOL = {
    "__getattr__": "AttributeError", "__getattribute__": "AttributeError", "__delattr__": "AttributeError",
    "__getitem__": "KeyError", "__delitem__": "KeyError", "__next__": "StopIteration",
    "__anext__": "StopAsyncIteration",     "__index__": "TypeError", "__int__": "ValueError", "__float__": "ValueError",
}  # fmt: skip
"""What callers of a special method expect it to raise ("Data model", docs.python.org/3/reference/datamodel.html)."""
_ANSWERS = {
    **dict.fromkeys(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"), "NotImplemented"),
    **dict.fromkeys(("__add__", "__sub__", "__mul__", "__and__", "__or__"), "NotImplemented"),
    "__contains__": "False", "__bool__": "False",
}  # fmt: skip
_QUESTION = re.compile(r"_*(is|has|can|could|should|check|validate|verify|exists|contains|supports|needs|was|are)(_|$)")
_SEARCH = re.compile(
    r"_*(find|get|lookup|look_up|detect|guess|maybe|try|safe|match|search|probe|peek|first|resolve|extract|parse)(_|$)|"
    r".*(_or_none|_or_default|_if_exists)$"
)
_ENDING = re.compile(
    r"_*(close|stop|shutdown|cleanup|clean|teardown|tear_down|kill|exit|remove|delete|unlink|disconnect|"
    r"unregister|release|terminate|flush|dispose|on_|handle)"
)
_ENDS_LOOP = frozenset({"StopIteration", "EOFError", "queue.Empty", "StopAsyncIteration"})
_SPARE = frozenset({"default", "fallback", "default_value", "otherwise"})
_SAME = frozenset({"TypeError", "AttributeError", "ImportError", "TimeoutError", "NotImplementedError", "RuntimeError"})
"""Built-in exceptions that are raised again as what they are, with words of the function's own."""


def general(pen: Pen, caught: Sequence[Caught], tree: Tree) -> Iterator[Plan]:
    """The plans, best first of each kind; none where a site is only a possibility."""
    scene = pen.scene
    if scene.function is None or not all(site.calibrated for site in scene.region.sites):
        return
    yield from _special(pen, scene.function.name)
    yield from _next_item(pen, caught)
    yield from _answering(pen)
    yield from _reporting(pen)
    yield from _raising(pen, caught, tree)


def _special(pen: Pen, name: str) -> Iterator[Plan]:
    because = f"callers of `{name}` expect it"
    if name in _PROTOCOL:
        yield pen.raising(_PROTOCOL[name], 0.8, because, Shape.RERAISE)
    if name in _ANSWERS:
        yield pen.silent(Shape.RETURN, f"return {_ANSWERS[name]}", 0.8, because)


def _next_item(pen: Pen, caught: Sequence[Caught]) -> Iterator[Plan]:
    scene = pen.scene
    around = next(
        (p for p, f in scene.owners if isinstance(p, ast.For | ast.AsyncFor | ast.While) and f == "body"), None
    )
    if isinstance(around, ast.While) and all(one.canonical in _ENDS_LOOP for one in caught):
        yield pen.silent(Shape.BREAK, "break", 0.66, "the loop ends when there is nothing more")
    if scene.loop is None or not about_item(scene, scene.loop):
        return
    because = "the next item of the loop can still be used"
    plan = pen.logged(Shape.CONTINUE, "continue", 0.58, because)
    if plan is not None:
        yield plan
    yield pen.silent(Shape.CONTINUE, "continue", 0.54, because)


def _answering(pen: Pen) -> Iterator[Plan]:
    """``return False`` of a question, ``return None`` of a search, ``return default``."""
    scene = pen.scene
    function = scene.function
    if function is None or scene.generator or function.name in NO_VALUE:
        return
    spare = next((a.arg for a in (*function.args.args, *function.args.kwonlyargs) if a.arg in _SPARE), None)
    if spare is not None:
        yield pen.silent(Shape.RETURN, f"return {spare}", 0.7, f"`{spare}` is what the caller wants in that case")
    if _is_question(scene) and allows(scene, "False"):
        yield pen.silent(Shape.RETURN, "return False", 0.57, "the function answers a question, and a failure means no")
    elif _SEARCH.match(function.name) and returns_values(scene) and allows(scene, "None"):
        yield pen.silent(Shape.RETURN, "return None", 0.55, f"`{function.name}` may find nothing")


def _is_question(scene: Scene) -> bool:
    function = scene.function
    if function is None:
        return False
    if function.returns is not None:
        return ast.unparse(function.returns) == "bool"
    inside = [n for s in scene.run.statements for n in ast.walk(s) if isinstance(n, ast.Return)]
    values = [r.value for r in (*scene.returns, *inside) if r.value is not None]
    plain = values and all(_is_truth(value) for value in values)
    return bool(plain) or (bool(_QUESTION.match(function.name)) and bool(values))


def _is_truth(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, bool)
    return isinstance(value, ast.Compare) or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))


def _reporting(pen: Pen) -> Iterator[Plan]:
    """A line in the log where the work is an end in itself: tidying up, telling someone."""
    scene = pen.scene
    function, statement = scene.function, scene.statement
    if function is None or scene.generator or returns_values(scene):
        return
    ending = bool(_ENDING.match(function.name)) or function.name in {"__del__", "__exit__", "__aexit__"}
    prior = 0.6 if ending else 0.53
    because = f"`{function.name}` has to go on" if ending else "nothing is returned, so the failure can be reported"
    plan = pen.reported(prior, because) if isinstance(statement, ast.Expr) else None
    if plan is None and function.name not in NO_VALUE:
        plan = pen.logged(Shape.LOG_RETURN, "return", prior - 0.01, because)
    if plan is not None:
        yield plan


def _raising(pen: Pen, caught: Sequence[Caught], tree: Tree) -> Iterator[Plan]:
    """An error of the file's own, else a built-in one that says what could not be done."""
    errors = domain_errors(pen.scene, tree)
    if errors:
        near = errors[0]
        prior = 0.56 if near.here or near.handlers else 0.52
        yield pen.raising(near.name, prior, f"`{near.name}` is what this file raises", Shape.RERAISE)
    elif pen.scene.function is not None and not _ENDING.match(pen.scene.function.name):
        because = "the caller learns what could not be done"
        yield pen.raising(_built_in(pen.scene, caught), 0.5, because, Shape.RERAISE)


def _built_in(scene: Scene, caught: Sequence[Caught]) -> str:
    names = {one.canonical for one in caught}
    if len(names) == 1 and names <= _SAME:
        return next(iter(names))
    lines = [{f.exception, *f.ancestors} for f in scene.region.failures]
    return (
        "ValueError"
        if all({"ValueError", "LookupError", "ArithmeticError"} & line for line in lines)
        else "RuntimeError"
    )
