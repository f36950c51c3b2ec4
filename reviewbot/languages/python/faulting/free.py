"""What the free names of a region stand for when it is run apart."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence

from reviewbot.domain.site import Failure
from reviewbot.languages.python.faulting.places import Place
from reviewbot.languages.python.reading.imports import canonical, imported, own_classes
from reviewbot.languages.python.reading.scoping import bound, own_nodes, parameters


def bindings(before: Place, after: Place) -> set[str]:
    """Names that the region binds, the handlers' own ``as`` names apart: those are gone when a handler ends."""
    return bound(before.statements) | bound(after.statements)


def free_names(tree: ast.Module, before: Place, after: Place) -> Mapping[str, str]:
    """Each name that must be there before the region runs, with its dotted path.

    A name that only the region itself binds is left out: reading it too early must fail here as it would there.
    """
    scope = before.scope
    elsewhere = _bound_outside(scope, before) | parameters(scope)
    own = bindings(before, after) - (elsewhere if not isinstance(scope, ast.Module) else _bound_outside(tree, before))
    paths = dict(imported(tree))
    in_file = bound(list(own_nodes(tree.body))) | elsewhere
    read = {
        node.id
        for top in (*before.statements, *after.statements)
        for node in ast.walk(top)
        if isinstance(node, ast.Name)
    }
    wanted = read - (own - _declared_outer(before)) - {"__name__"}
    return {
        name: paths.get(name, name)
        for name in sorted(wanted)
        if name in in_file or name in paths or not hasattr(builtins, name)
    }


def _bound_outside(scope: ast.AST, before: Place) -> set[str]:
    """Names that the scope binds in statements other than the region's."""
    body = getattr(scope, "body", [])
    inside = {id(node) for top in before.statements for node in ast.walk(top)}
    holding = {id(node) for node in before.around}
    names: set[str] = set()
    waiting = list(body) if isinstance(body, list) else [body]
    while waiting:
        node = waiting.pop()
        if id(node) in inside:
            continue
        if id(node) in holding:  # its header and its other blocks, not the region
            waiting += ast.iter_child_nodes(node)
            names |= {node.name} if isinstance(node, ast.ExceptHandler) and node.name else set()
        else:
            names |= bound([node])
    return names


def _declared_outer(before: Place) -> set[str]:
    body = getattr(before.scope, "body", [])
    if isinstance(before.scope, ast.Module) or not isinstance(body, list):
        return set()
    return {name for n in own_nodes(body) if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names}


def exception_paths(
    tree: ast.Module, places: Sequence[Place], failures: Sequence[Failure]
) -> Mapping[str, tuple[tuple[str, ...], bool]]:
    """The exception classes the region names or may raise: their ancestors, and whether a package may give them."""
    names, classes = imported(tree), own_classes(tree)
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    for expression in _named_classes(places):
        path = canonical(expression, names)
        root = path.split(".")[0] if path else ""
        if path and (root in classes or root in {p.split(".")[0] for p in names.values()} or hasattr(builtins, root)):
            found[path] = (_ancestors(path, classes, names), False)
    for failure in failures:
        line = (failure.exception, *failure.ancestors)
        found |= {path: (line[number + 1 :], True) for number, path in enumerate(line)}
    return found


def _named_classes(places: Sequence[Place]) -> list[ast.expr]:
    """What stands after ``except`` and ``raise``."""
    named: list[ast.expr] = []
    for node in [part for place in places for top in place.statements for part in ast.walk(top)]:
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            named += node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if isinstance(node, ast.Raise) and node.exc is not None:
            named.append(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
    return named


def _ancestors(path: str, classes: Mapping[str, ast.ClassDef], names: Mapping[str, str]) -> tuple[str, ...]:
    """The first base of a class of this file, the base's first base, and so on."""
    chain: list[str] = []
    while path in classes and len(chain) < 20:
        bases = [found for found in (canonical(base, names) for base in classes[path].bases) if found]
        if not bases:
            break
        path = bases[0]
        chain.append(path)
    return tuple(chain)
