"""Handlers where nothing near by shows the way: what functions of such a kind do in general.

Only for failures that are known to want a guard here, by a probability calibrated over many repositories: for a mere
possibility silence is better than a general answer.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reviewbot.domain.draft import Shape
from reviewbot.domain.source_file import Tree
from reviewbot.languages.python.guarding.domain_errors import domain_errors, takes_text
from reviewbot.languages.python.guarding.going_on import about_item
from reviewbot.languages.python.guarding.plans import LEAST, Pen, Plan
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
_IN_OTHER_WORDS = 0.5
"""Of 30 suggestions that were read, none of the 11 that raised the same error in other words was worth a click
(docs/benchmarks.md), so that such a handler is shown by default only where the want is nearly certain."""
_ENDS_LOOP = frozenset({"StopIteration", "EOFError", "queue.Empty", "StopAsyncIteration"})
_ENDS = _ENDS_LOOP | {"IndexError", "KeyError", "LookupError"}
_SPARE = frozenset({"default", "fallback", "default_value", "otherwise"})
_FROM_TEXT = (
    "ValueError", "OSError", "TypeError", "AttributeError", "ImportError", "TimeoutError", "NotImplementedError",
    "RuntimeError", "LookupError", "IndexError", "KeyError", "FileNotFoundError", "PermissionError", "ConnectionError",
    "EOFError", "ArithmeticError", "OverflowError", "ZeroDivisionError",
)  # fmt: skip
"""Built-in exceptions that are made from one text; the first two stand for what is below them."""


def general(pen: Pen, caught: Sequence[Caught], tree: Tree) -> Iterator[Plan]:
    """The plans, best first of each kind; none where a site is only a possibility."""
    scene = pen.scene
    if scene.function is None or not all(site.calibrated for site in scene.region.sites):
        return
    yield from _special(pen, scene.function.name, caught)
    yield from _next_item(pen, caught)
    yield from _answering(pen)
    yield from _reporting(pen)
    yield from _raising(pen, caught, tree)


def _prior(scene: Scene, *kinds: str) -> float:
    """How well a handler of such kinds fits, from what handlers of such failures do in other code; 0.5 to 0.8."""
    shares = dict(scene.region.sites[0].manner)
    return round(LEAST + 0.3 * sum(shares.get(kind, 0.0) for kind in kinds), 3)


def _special(pen: Pen, name: str, caught: Sequence[Caught]) -> Iterator[Plan]:
    because = f"callers of `{name}` expect it"
    ended = all(one.canonical in _ENDS for one in caught)  # other failures would cut the data off in silence
    if name in _PROTOCOL and (ended or name not in {"__next__", "__anext__"}):
        asked = _asked(pen.scene)
        made = f"{_PROTOCOL[name]}({asked})" if asked else _PROTOCOL[name]
        yield Plan(Shape.RERAISE, (f"raise {made} from {pen.exc}",), None, 0.92, because)
    if name in _ANSWERS:
        yield pen.silent(Shape.RETURN, f"return {_ANSWERS[name]}", 0.92, because)


def _asked(scene: Scene) -> str | None:
    """The key or name that a special method is asked for: its parameter after ``self``, unless that was bound anew."""
    args = scene.function.args.args if scene.function is not None else []
    name = args[1].arg if len(args) > 1 else None
    changed = any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in scene.body_nodes)
    return None if changed else name


def _next_item(pen: Pen, caught: Sequence[Caught]) -> Iterator[Plan]:
    scene = pen.scene
    around = next(
        (p for p, f in scene.owners if isinstance(p, ast.For | ast.AsyncFor | ast.While) and f == "body"), None
    )
    if isinstance(around, ast.While) and all(one.canonical in _ENDS_LOOP for one in caught):
        yield pen.silent(Shape.BREAK, "break", 0.66, "the loop ends when there is nothing more")
    if scene.loop is not None and _one_of(scene, scene.loop):
        yield pen.silent(Shape.CONTINUE, "continue", 0.8, "the loop tries one after the other until one does")
    goes_on_from_itself = bool(scene.bound_here & scene.read_here)  # ``m = getattr(m, name)``: each item needs the last
    if scene.loop is None or goes_on_from_itself or not about_item(scene, scene.loop):
        return
    because = "the next item of the loop can still be used"
    prior = _prior(scene, "continue", "pass", "say")
    plan = pen.logged(Shape.CONTINUE, "continue", prior + 0.04, because)
    if plan is not None:
        yield plan
    yield pen.silent(Shape.CONTINUE, "continue", prior, because)


def _one_of(scene: Scene, loop: ast.For | ast.AsyncFor) -> bool:
    """Whether the loop is left with the first item that works: its last statement leaves it."""
    leaves = isinstance(loop.body[-1], ast.Return | ast.Break) and scene.run.parent is loop
    items = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    return leaves and bool(scene.read_here & items)


def _answering(pen: Pen) -> Iterator[Plan]:
    """``return False`` of a question, ``return None`` of a search, ``return default``."""
    scene = pen.scene
    function = scene.function
    if function is None or scene.generator or function.name in NO_VALUE:
        return
    spare = next((a.arg for a in (*function.args.args, *function.args.kwonlyargs) if a.arg in _SPARE), None)
    if spare is not None:
        yield pen.silent(Shape.RETURN, f"return {spare}", 0.7, f"`{spare}` is what the caller wants in that case")
    kept = _unchanged(scene)
    if kept is not None:
        yield pen.silent(Shape.RETURN, f"return {kept}", 0.78, f"`{kept}` can be given back as it came")
    if _is_question(scene) and allows(scene, "False"):
        no = "True" if _next_return(scene) == "False" else "False"
        yield pen.silent(
            Shape.RETURN, f"return {no}", 0.57, "the function answers a question, and a failure is an answer"
        )
    elif _SEARCH.match(function.name) and returns_values(scene) and allows(scene, "None"):
        yield pen.silent(Shape.RETURN, "return None", 0.55, f"`{function.name}` may find nothing")


def _unchanged(scene: Scene) -> str | None:
    """``x`` of ``x = decoded(x)`` where the function then gives ``x`` back."""
    statement = scene.statement
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
    ):
        return None
    name = statement.targets[0].id
    return name if name in scene.read_here and _next_return(scene) == name else None


def _next_return(scene: Scene) -> str | None:
    """What the statement right behind the region returns, as written; None where it does not return."""
    following = scene.run.block[scene.run.last + 1 :]
    if not following and isinstance(scene.run.parent, ast.If) and scene.function is not None:
        following = [s for s in scene.function.body if s.lineno > scene.region.lines.end][:1]
    last = following[0] if following else None
    return ast.unparse(last.value) if isinstance(last, ast.Return) and last.value is not None else None


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
    prior = _prior(scene, "say", "pass") + (0.06 if ending else 0.01)
    because = f"`{function.name}` has to go on" if ending else "nothing is returned, so the failure can be reported"
    plan = pen.reported(prior, because) if isinstance(statement, ast.Expr) else None
    if plan is None and function.name not in NO_VALUE:
        plan = pen.logged(Shape.LOG_RETURN, "return", prior - 0.01, because)
    if plan is not None:
        yield plan


def _raising(pen: Pen, caught: Sequence[Caught], tree: Tree) -> Iterator[Plan]:
    """An error that is raised near by, else one that the callers of this code expect anyway, with words of its own."""
    scene = pen.scene
    near = [
        error for error in domain_errors(scene, tree) if error.here or error.handlers or _of_class(scene, error.name)
    ]
    if near:
        because = f"`{near[0].name}` is what is raised here for other failures"
        yield pen.raising(near[0].name, _prior(scene, "raise") + 0.04, because, Shape.RERAISE)
    if scene.function is not None and not _ENDING.match(scene.function.name):
        because = "callers that handle it go on doing so, and it says what could not be done"
        plan = pen.raising(_expected(scene, caught, tree), _prior(scene, "raise"), because, Shape.RERAISE)
        yield replace(plan, share=_IN_OTHER_WORDS)


def _of_class(scene: Scene, name: str) -> bool:
    """Whether another method of the same class raises it."""
    own = scene.class_
    return own is not None and any(
        raised == name and own.lineno <= node.lineno <= (own.end_lineno or 0) for node, _, raised in scene.view.raised
    )


def _expected(scene: Scene, caught: Sequence[Caught], tree: Tree) -> str:
    """The caught class itself where it can be made from a text, else the nearest built-in one that can."""
    if len(caught) == 1 and "." not in caught[0].canonical and caught[0].canonical in _FROM_TEXT:
        return caught[0].spelled
    if len(caught) == 1 and not hasattr(builtins, caught[0].canonical) and takes_text(scene, caught[0].spelled, tree):
        return caught[0].spelled
    lines = [{f.exception, *f.ancestors} for f in scene.region.failures]
    return next((name for name in _FROM_TEXT[:2] if all(name in line for line in lines)), "RuntimeError")
