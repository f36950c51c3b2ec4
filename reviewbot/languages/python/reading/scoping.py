"""Which names a piece of Python binds and reads, scope by scope (language reference, 4.2.1 and 4.2.2)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Reads:
    """Names that code reads at once, and names that functions defined by it may read later."""

    now: frozenset[str]
    later: frozenset[str]


def own_nodes(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of one scope: what runs there, without the bodies of functions, classes and lambdas in it."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += _evaluated_here(node) if isinstance(node, NESTED) else ast.iter_child_nodes(node)


def _evaluated_here(node: ast.AST) -> list[ast.AST]:
    """What a definition evaluates where it stands: decorators, defaults, annotations, bases."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    here: list[ast.AST] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        here += node.decorator_list
        here += [node.returns] if node.returns else []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        arguments = node.args
        here += [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
        here += [a.annotation for a in _arguments(arguments) if a.annotation]
    return here


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the statements may bind in their own scope."""
    names: set[str] = set()
    for node in _without_comprehension_targets(nodes):
        names |= _binds(node)
    return names


def _without_comprehension_targets(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """As ``own_nodes``, but a comprehension's own variables stay inside it; a walrus in it binds outside."""
    waiting: list[tuple[ast.AST, frozenset[ast.AST]]] = [(node, frozenset()) for node in nodes]
    while waiting:
        node, hidden = waiting.pop()
        if node in hidden:
            continue
        if isinstance(node, COMPREHENSIONS):
            targets = frozenset(
                part for c in node.generators for part in ast.walk(c.target) if isinstance(part, ast.Name)
            )
            hidden |= targets
        yield node
        children = _evaluated_here(node) if isinstance(node, NESTED) else ast.iter_child_nodes(node)
        waiting += [(child, hidden) for child in children]


def _binds(node: ast.AST) -> set[str]:
    names: list[str | None] = []
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        names = [node.id]
    elif isinstance(node, ast.Import):
        names = [alias.asname or alias.name.split(".")[0] for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [alias.asname or alias.name for alias in node.names]
    elif isinstance(node, ast.MatchMapping):
        names = [node.rest]
    elif isinstance(node, _NAMED):
        names = [node.name]
    return {name for name in names if name}


def declared(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the statements declare ``global`` or ``nonlocal`` in their own scope."""
    return {name for node in own_nodes(nodes) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}


def parameters(scope: ast.AST) -> set[str]:
    """The parameters of a function or lambda; none for another scope."""
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return {argument.arg for argument in _arguments(scope.args)}
    return set()


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return given + [a for a in (arguments.vararg, arguments.kwarg) if a is not None]


def reads(nodes: Sequence[ast.AST]) -> Reads:
    """Names of the surrounding scope that the code reads or deletes, at once or when a function in it is called."""
    now: set[str] = set()
    later: set[str] = set()
    for node in _without_comprehension_targets(nodes):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load | ast.Del):
            now.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            now.add(node.target.id)
        elif isinstance(node, ast.ClassDef):
            inside = reads(node.body)
            now |= inside.now - bound(node.body)
            later |= inside.later
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            later |= _free(node)
    return Reads(frozenset(now - _comprehension_only(nodes)), frozenset(later))


def _comprehension_only(nodes: Sequence[ast.AST]) -> set[str]:
    """Variables of comprehensions that nothing outside those comprehensions reads."""
    inside: set[str] = set()
    for node in own_nodes(nodes):
        if isinstance(node, COMPREHENSIONS):
            inside |= {n.id for c in node.generators for n in ast.walk(c.target) if isinstance(n, ast.Name)}
    if not inside:
        return set()
    return inside - _read_outside_comprehensions(nodes)


def _read_outside_comprehensions(nodes: Iterable[ast.AST]) -> set[str]:
    names: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, COMPREHENSIONS):
            waiting.append(node.generators[0].iter)  # evaluated in the surrounding scope
        elif isinstance(node, NESTED):
            waiting += _evaluated_here(node)
        else:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load | ast.Del):
                names.add(node.id)
            waiting += ast.iter_child_nodes(node)
    return names


def _free(scope: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Names that a function takes from outside."""
    body = scope.body if isinstance(scope.body, list) else [scope.body]
    inside = reads(body)
    outer = declared(body)
    return (set(inside.now | inside.later) | outer) - ((bound(body) | parameters(scope)) - outer)
