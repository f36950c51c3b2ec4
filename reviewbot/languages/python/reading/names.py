"""From a name in the file to what it stands for: which bindings reach it, and which outside thing it names."""

from __future__ import annotations

import ast
import builtins
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from reviewbot.languages.python.reading.bindings import Binding, Kind, bindings, outer_names
from reviewbot.languages.python.reading.syntax import Comprehension, Function, Position, Scope, Syntax, end, position

_BUILTINS = frozenset(dir(builtins))
_DEEP = 12
"""So many steps are followed from a name; hostile code has longer chains."""
_MANY = 16
"""So many bindings of one name are looked at."""


class Names:
    """Resolves the names of one file. Scopes are read when first asked for, and kept."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self._scopes: dict[ast.AST, Mapping[str, Sequence[Binding]]] = {}
        self._outer: dict[ast.AST, frozenset[str]] = {}
        self._dotted: dict[ast.expr, str | None] = {}
        self._walruses: dict[ast.AST, list[ast.NamedExpr]] = {}
        for walrus in sorted(syntax.walruses, key=position):
            self._walruses.setdefault(self._scope_of(walrus), []).append(walrus)

    def of_scope(self, scope: Scope) -> Mapping[str, Sequence[Binding]]:
        """The bindings that a scope makes, by name, in the order of the file."""
        if scope not in self._scopes:
            found: dict[str, list[Binding]] = {}
            for binding in bindings(scope):
                found.setdefault(binding.name, []).append(binding)
            for walrus in self._walruses.get(scope, ()):
                made = Binding(
                    walrus.target.id, Kind.ASSIGNED, self.syntax.statement(walrus), end(walrus), walrus.value
                )
                found.setdefault(made.name, []).append(made)
            for same_name in found.values():
                same_name.sort(key=_at)
            self._scopes[scope] = found
            self._outer[scope] = frozenset(outer_names(scope))
        return self._scopes[scope]

    def _scope_of(self, node: ast.AST) -> Scope:
        for _, name, parent in self.syntax.outward(node):
            if name == "body" and isinstance(parent, Scope):
                return parent
        return self.syntax.tree

    def all(self, name: ast.Name) -> tuple[Scope | None, Sequence[Binding]]:
        """The innermost scope that binds ``name`` as seen from where it stands, and its bindings there."""
        inner = True
        for child, field, parent in self.syntax.outward(name):
            if isinstance(parent, Comprehension):
                made = _comprehension(parent, name.id, child)
                if made:
                    return None, (made,)
            if not isinstance(parent, Scope) or field != "body":
                continue
            if not isinstance(parent, ast.ClassDef) or inner:
                found = self.of_scope(parent).get(name.id)
                if found and name.id not in self._outer[parent]:
                    return parent, found
            inner = False
        return None, ()

    def reaching(self, name: ast.Name) -> Sequence[Binding]:
        """The bindings that ``name`` can have its value from; empty when the file does not bind it."""
        scope, found = self.all(name)
        if scope is None or len(found) == 1:
            return found
        if scope is not self._scope_of(name):
            return found[-_MANY:]  # a closure, or a global: any of them may have run last
        before = bisect_right(found, position(name), key=_at)
        reach: list[Binding] = []
        for binding in reversed(found[max(before - _MANY, 0) : before]):
            reach.append(binding)
            if self.syntax.dominates(binding.node, name):
                break
        return reach or found[-_MANY:]

    def rebound(self, name: ast.Name, after: Position, before: Position) -> bool:
        """Whether the file binds ``name`` anew between two places of its scope."""
        _, found = self.all(name)
        return bisect_right(found, after, key=_at) < bisect_right(found, before, key=_at)

    def dotted(self, expr: ast.expr, depth: int = 0) -> str | None:
        """The dotted name of a thing from outside the file: ``json.load``, ``sys.argv``, ``open``; else None."""
        if depth > _DEEP or not isinstance(expr, ast.Name | ast.Attribute):
            return None
        if expr not in self._dotted:
            self._dotted[expr] = None  # a name that is bound to itself names nothing
            self._dotted[expr] = self._read(expr, depth)
        return self._dotted[expr]

    def _read(self, expr: ast.Name | ast.Attribute, depth: int) -> str | None:
        if isinstance(expr, ast.Attribute):
            base = self.dotted(expr.value, depth + 1)
            return None if base is None else f"{base}.{expr.attr}"
        reach = self.reaching(expr)
        if not reach:
            return expr.id if expr.id in _BUILTINS else None
        return _preferred({self._of_binding(binding, depth) for binding in reach})

    def dotted_text(self, text: str) -> str | None:
        """As ``dotted``, for a name that is quoted, as seen from the module's top level."""
        first, dot, rest = text.partition(".")
        found = self.of_scope(self.syntax.tree).get(first)
        if found is None:
            return text if text in _BUILTINS else None
        base = self._of_binding(found[-1], 0)
        return None if base is None else f"{base}{dot}{rest}"

    def _of_binding(self, binding: Binding, depth: int) -> str | None:
        if binding.kind is Kind.IMPORT:
            return binding.target
        if binding.kind is Kind.ASSIGNED and isinstance(binding.value, ast.Name | ast.Attribute):
            return self.dotted(binding.value, depth + 1)
        return None

    def definition(self, expr: ast.expr) -> Function | ast.ClassDef | None:
        """The function or class of this file that ``expr`` names, when there is exactly one."""
        if not isinstance(expr, ast.Name):
            return None
        reach = self.reaching(expr)
        node = reach[0].node if len(reach) == 1 else None
        return node if isinstance(node, Function | ast.ClassDef) else None


def _at(binding: Binding) -> Position:
    return binding.at


def _preferred(names: set[str | None]) -> str | None:
    """Of ``try: import simplejson as json … except ImportError: import json`` the standard library's."""
    if None in names:
        return None
    known = sorted((name for name in names if name), key=lambda n: (len(n), n))
    return known[0] if known else None


def _comprehension(node: Comprehension, name: str, child: ast.AST) -> Binding | None:
    """The binding of ``name`` by a generator of the comprehension."""
    for generator in node.generators:
        if generator is child:  # its own iterable is evaluated before it binds
            continue
        targets = [generator.target]
        exact = isinstance(generator.target, ast.Name)
        while targets:
            target = targets.pop()
            if isinstance(target, ast.Tuple | ast.List):
                targets += target.elts
            elif isinstance(target, ast.Name) and target.id == name:
                kind = Kind.LOOP if exact else Kind.UNPACKED
                return Binding(name, kind, generator, position(target), generator.iter)
    return None
