"""Handlers after which the function goes on: with the next item of a loop, or with a default."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from reviewbot.domain.draft import Shape
from reviewbot.languages.python.guarding.commands import prints_errors
from reviewbot.languages.python.guarding.defaults import visible_default
from reviewbot.languages.python.guarding.plans import Pen, Plan
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.reading.scoping import bound

_SKIPS = re.compile(r"\b(skip(s|ped|ping)?|ignor(e|es|ed|ing)|left out|leaves? out|omit(s|ted)?)\b", re.I)

_ITEMS = re.compile(
    r"(?<![a-z])(lines?|rows?|records?|files?|paths?|entry|entries|items?|messages?|msgs?|events?|urls?|feeds?|pages?|"
    r"glob|iterdir|listdir|walk|scandir|readlines|splitlines|reader)(?![a-z])",
    re.I,
)
"""Loops over such things go over what came from outside, piece by piece; others may need every item."""


def skipping(pen: Pen) -> Iterator[Plan]:
    """The plans that go on with the next item, where one bad item says nothing about the others."""
    scene = pen.scene
    loop = scene.loop
    if loop is None or not about_item(scene, loop):
        return
    documented = _SKIPS.search(scene.docstring) is not None
    if not documented and not _ITEMS.search(f"{ast.unparse(loop.target)} {ast.unparse(loop.iter)}"):
        return
    because = (
        "the docstring says that such items are skipped" if documented else "the items of the loop are independent"
    )
    plan = pen.logged(Shape.CONTINUE, "continue", 0.87 if documented else 0.66, because)
    if plan is not None:
        yield plan
    elif prints_errors(scene):
        literal, hole = pen.literal()
        body = (f"print({literal}, file=sys.stderr)", "continue")
        yield Plan(Shape.CONTINUE, body, hole, 0.8 if documented else 0.6, because)
    if documented:
        yield pen.silent(Shape.CONTINUE, "continue", 0.7, because)


def about_item(scene: Scene, loop: ast.For | ast.AsyncFor) -> bool:
    """Whether the region reads the loop's item, at once or through what the loop's body made of it."""
    made = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    for statement in loop.body:
        read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
        if read & made:
            made |= bound([statement])
    return bool(scene.read_here & made) and not _carried(loop)


def _carried(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether the loop is left early on purpose, or counts on every item: then they are not independent."""
    return any(
        isinstance(n, ast.Return | ast.Break | ast.Yield | ast.YieldFrom) for s in loop.body for n in ast.walk(s)
    )


def defaulting(pen: Pen) -> Iterator[Plan]:
    """The plans that use a default in sight."""
    scene = pen.scene
    seen = visible_default(scene)
    last = None if seen is None else _last(scene, seen[0])
    if seen is None or last is None:
        return
    value, where = seen
    shape, statement = last
    because = f"{where} is {value}" if value not in where else f"{where} is what the code falls back on"
    plan = pen.logged(Shape.ASSIGN if shape is Shape.ASSIGN else Shape.LOG_RETURN, statement, 0.72, because,
                      more=f", using {value}" if re.fullmatch(r"[\w.-]+", value) else "")  # fmt: skip
    if plan is not None:
        yield plan
    yield pen.silent(shape, statement, 0.6, because)


def _last(scene: Scene, value: str) -> tuple[Shape, str] | None:
    """The statement that puts the default where the value would have gone."""
    statement = scene.statement
    if isinstance(statement, ast.Return):
        return Shape.RETURN, f"return {value}"
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    target = targets[0]
    if len(targets) != 1 or not isinstance(statement, ast.Assign | ast.AnnAssign):
        return None
    if not isinstance(target, ast.Name | ast.Attribute) or scene.bound_here - {getattr(target, "id", "")}:
        return None
    return Shape.ASSIGN, f"{ast.unparse(target)} = {value}"
