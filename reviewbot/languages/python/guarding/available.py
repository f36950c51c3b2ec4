"""Names that surely have a value where a region begins, so that its handler may use them."""

from __future__ import annotations

import ast
from functools import lru_cache

from reviewbot.languages.python.guarding.reachable import scopes
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.reading.bindings import Binding, Kind
from reviewbot.languages.python.reading.syntax import Function, Scope, position


@lru_cache(maxsize=16)  # asked for once a name of a message
def available(scene: Scene) -> frozenset[str]:
    """The names. A name of an outer function counts only as its parameter; a global at any time but module level's."""
    found: set[str] = set()
    hidden: set[str] = set()
    for depth, scope in enumerate(scopes(scene)):
        bindings = scene.view.names.of_scope(scope)
        for name, made in bindings.items():
            if name not in hidden and any(_sure(scene, scope, one, depth == 0) for one in made):
                found.add(name)
        hidden |= set(bindings)
    return frozenset(found)


def _sure(scene: Scene, scope: Scope, binding: Binding, here: bool) -> bool:
    if binding.kind is Kind.PARAMETER:
        return True
    if isinstance(binding.node, ast.ExceptHandler | ast.Delete | ast.Match | ast.AugAssign):
        return False
    if not here:
        return isinstance(scope, ast.Module) and scene.syntax.links[binding.node][0] is scope
    return not (isinstance(scope, Function) and binding.name in _declared(scene)) and _before(scene, binding)


def _before(scene: Scene, binding: Binding) -> bool:
    """Whether the region cannot be reached without passing the binding."""
    first = scene.run.statements[0]
    if binding.at >= position(first) or binding.node is first:
        return False
    if isinstance(binding.node, ast.For | ast.AsyncFor | ast.With | ast.AsyncWith):
        return any(parent is binding.node and field == "body" for parent, field in scene.owners)
    return scene.syntax.dominates(binding.node, first)


def _declared(scene: Scene) -> frozenset[str]:
    return frozenset(n for node in scene.body_nodes if isinstance(node, ast.Global | ast.Nonlocal) for n in node.names)
