"""Handlers after the repository's own example: how it guards the same call elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.domain.draft import Shape
from reviewbot.domain.source_file import Tree
from reviewbot.languages.python.guarding.defaults import sentinel
from reviewbot.languages.python.guarding.domain_errors import takes_text
from reviewbot.languages.python.guarding.habits import Guard, habits
from reviewbot.languages.python.guarding.plans import Pen, Plan
from reviewbot.languages.python.guarding.returning import NO_VALUE, allows
from reviewbot.languages.python.guarding.scene import Scene

_NEAR = 0.9  # in the same file
_FAR = 0.82
_LEAST_COMMON = frozenset({"int", "float", "open", "get", "[]", "str", "next", "index", "decode"})
"""Callees too common for an example in another file to say anything."""


def like_twins(pen: Pen, tree: Tree) -> Iterator[Plan]:
    """The plans that do as the nearest guarded twins do, where that is possible here."""
    seen: set[tuple[Shape, str]] = set()
    for guard in habits(pen.scene.region, tree):
        near = guard.path == pen.scene.region.path
        if not near and guard.calls & _LEAST_COMMON and not _specific(pen.scene, guard):
            continue
        if (guard.shape, guard.value) in seen:
            continue
        seen.add((guard.shape, guard.value))
        plan = _as(pen, guard, tree, _NEAR if near else _FAR)
        if plan is not None:
            yield plan


def _specific(scene: Scene, guard: Guard) -> bool:
    """Whether a callee that is not common is guarded by both."""
    names = {site.callee.rpartition(".")[2] for site in scene.region.sites} - _LEAST_COMMON
    return bool(guard.calls & names)


def _as(pen: Pen, guard: Guard, tree: Tree, prior: float) -> Plan | None:
    scene = pen.scene
    because = f"{guard.told} guards the same call so"
    match guard.shape:
        case Shape.RERAISE if takes_text(scene, guard.value, tree):
            return pen.raising(guard.value, prior, because, Shape.RERAISE)
        case Shape.RETURN | Shape.LOG_RETURN:
            return _return(pen, guard, prior - 0.02, because)
        case Shape.CONTINUE if scene.loop is not None:
            if guard.logs:
                return pen.logged(Shape.CONTINUE, "continue", prior, because)
            return pen.silent(Shape.CONTINUE, "continue", prior, because)
    return None


def _return(pen: Pen, guard: Guard, prior: float, because: str) -> Plan | None:
    scene = pen.scene
    function = scene.function
    if function is None or scene.generator or function.name in NO_VALUE:
        return None
    value = guard.value or "None"
    if function.returns is None and value not in {sentinel(r.value) for r in scene.returns}:
        return None  # nothing says that callers of this function expect such a value
    if not allows(scene, value):
        return None
    last = f"return {guard.value}" if guard.value else "return"
    if guard.logs:
        return pen.logged(Shape.LOG_RETURN, last, prior, because)
    return pen.silent(Shape.RETURN, last, prior, because) if guard.value else None
