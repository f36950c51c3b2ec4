"""The check ``names``: no name unbound after a handler, none that the handler deletes, none that it cannot know."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from reviewbot.languages.python.checking.flow import Flow
from reviewbot.languages.python.reading.scoping import NESTED, Scope, bound, declared, own_nodes, parameters, reads

_MODULE_NAMES = {"__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__", "__path__"}


def names_fault(tree: ast.Module, inserted: Sequence[ast.Try]) -> str | None:
    """What is wrong with the names around the inserted handlers; None where nothing is.

    Args:
        tree: the file after the edit. inserted: its new ``try`` statements.
    """
    chains = dict(_scopes(tree, set(inserted)))
    for guard in inserted:
        chain = chains[guard]
        fault = _scope_fault(tree, chain, inserted)
        if fault:
            return fault
        for handler in guard.handlers:
            fault = _alias_fault(chain, handler)
            if fault:
                return fault
    return None


def _scopes(tree: ast.Module, wanted: set[ast.Try]) -> Iterator[tuple[ast.Try, list[Scope]]]:
    """Each wanted statement with the scopes around it, outermost first."""

    def walk(scope: Scope, outer: list[Scope]) -> Iterator[tuple[ast.Try, list[Scope]]]:
        chain = [*outer, scope]
        for node in own_nodes(_body(scope)):
            if isinstance(node, ast.Try) and node in wanted:
                yield node, chain
            if isinstance(node, NESTED):
                yield from walk(node, chain)

    yield from walk(tree, [])


def _body(scope: Scope) -> list[ast.AST]:
    return [scope.body] if isinstance(scope, ast.Lambda) else list(scope.body)


def _scope_fault(tree: ast.Module, chain: list[Scope], inserted: Sequence[ast.Try]) -> str | None:
    scope = chain[-1]
    body = [node for node in _body(scope) if isinstance(node, ast.stmt)]
    flow = Flow(frozenset(inserted))
    known = parameters(scope) | (_MODULE_NAMES if isinstance(scope, ast.Module) else set())
    outer = declared(body)
    end = flow.run(body, known | (outer & _bound_around(chain, inserted)))
    if flow.unbound:
        name, line = min(flow.unbound.items(), key=lambda found: found[1])
        return f"`{name}` is read on line {line}, where the handler may have left it unbound"
    lost = set(flow.ever_lost)
    later = reads(body).later & lost
    if later:
        return f"`{min(later)}` is read by a function, and the handler may leave it unbound"
    seen = _visible_outside(scope, set(end.lost) if end else set(), tree) | (lost & outer)
    if seen:
        return f"`{min(seen)}` can be used from elsewhere, and the handler may leave it unbound"
    return _unknown_fault(tree, chain, flow)


def _visible_outside(scope: Scope, lost: set[str], tree: ast.Module) -> set[str]:
    """Lost names that other code may use: attributes of a class, public names of a module."""
    if isinstance(scope, ast.ClassDef):
        return lost
    if isinstance(scope, ast.Module):
        script = bound([node for node in tree.body if _is_main_guard(node)])
        exported = {part.value for part in _all_names(tree)}
        return {name for name in lost if name in exported or not (name.startswith("_") or name in script)}
    return set()


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"__name__ == '__main__'", "'__main__' == __name__"}


def _all_names(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets) and node.value:
                yield from (part for part in ast.walk(node.value) if isinstance(part, ast.Constant))


def _bound_around(chain: list[Scope], inserted: Sequence[ast.Try]) -> set[str]:
    """Names that the scopes around bind in statements that hold nothing of the edit."""
    names: set[str] = set()
    for scope in chain[:-1]:
        free = [node for node in _body(scope) if not any(guard in ast.walk(node) for guard in inserted)]
        names |= bound(free) | parameters(scope)
    return names


def _unknown_fault(tree: ast.Module, chain: list[Scope], flow: Flow) -> str | None:
    """A name that a handler reads must be bound when it runs."""
    local = bound(_body(chain[-1])) | parameters(chain[-1])
    local -= declared(_body(chain[-1]))
    around = _around(tree, chain)
    for handler, state in flow.handler_states.items():
        known = set(state.sure) | ({handler.name} if handler.name else set())
        for statement in handler.body:
            for name in sorted(reads([statement]).now - known):
                if name in local:
                    return f"the handler reads `{name}`, which may not be bound when the failure comes"
                if around is not None and name not in around:
                    return f"the handler reads `{name}`, which the file does not define"
            known |= bound([statement])
        kinds = reads([handler.type]).now - state.sure if handler.type else frozenset()
        if kinds & local or (around is not None and kinds - around):
            return f"the handler names `{min(kinds)}`, which is not known there"
    return None


def _around(tree: ast.Module, chain: list[Scope]) -> set[str] | None:
    """Names from outside the scope; None where a star import may bring any."""
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(tree)):
        return None
    names = set(dir(builtins)) | _MODULE_NAMES
    for scope in chain[:-1]:
        if not isinstance(scope, ast.ClassDef):
            names |= bound(_body(scope)) | parameters(scope)
    return names | {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}


def _alias_fault(chain: list[Scope], handler: ast.ExceptHandler) -> str | None:
    """``except … as name`` deletes the name at its end, so nothing else in the scope may use it."""
    name, scope = handler.name, chain[-1]
    if name is None:
        return None
    if name in parameters(scope) | declared(_body(scope)):
        return f"the handler would delete `{name}`, which the function uses"
    nodes = [part for top in _body(scope) for part in ast.walk(top)]
    aliases = [node for node in nodes if isinstance(node, ast.ExceptHandler) and node.name == name]
    if any(other is not handler and handler in ast.walk(other) for other in aliases):
        return f"the handler would delete `{name}` of the handler around it"
    allowed = {id(part) for alias in aliases for part in ast.walk(alias) if isinstance(part, ast.Name)}
    if any(isinstance(node, ast.Name) and node.id == name and id(node) not in allowed for node in nodes):
        return f"the handler would delete `{name}`, which is used elsewhere"
    return None
