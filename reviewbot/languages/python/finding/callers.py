"""Who in the same file calls a function: whether all of them handle its failures, and where the chain ends."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from reviewbot.languages.python.finding.handled import Care, Handlers
from reviewbot.languages.python.reading.syntax import Function, Syntax, position

_DEEP = 5
_MANY = 50
"""More calls than this are not followed."""

# Decorators that leave it to the file's own calls when the function runs.
_HARMLESS = frozenset({"staticmethod", "classmethod", "cache", "lru_cache", "wraps", "override", "final", "inline"})


@dataclass(frozen=True)
class Uses:
    """The uses of a function in its file: ``calls``, and whether it is passed around as well."""

    calls: tuple[ast.Call, ...]
    escapes: bool


class Callers:
    """Answers for one file."""

    def __init__(self, syntax: Syntax, handlers: Handlers) -> None:
        self.syntax, self.handlers = syntax, handlers
        self._uses: dict[ast.AST, Uses] = {}
        self._ends: dict[Function, Function | None] = {}
        self._known: dict[tuple[ast.AST, str], bool] = {}

    def handle(self, function: Function, exception: str, depth: int = 0) -> bool:
        """Whether the file calls ``function``, and each call's failure is handled there or further up."""
        key = (function, exception)
        if key not in self._known:
            self._known[key] = False  # a function that only calls itself is not handled
            self._known[key] = depth < _DEEP and self._handle(function, exception, depth)
        return self._known[key]

    def _handle(self, function: Function, exception: str, depth: int) -> bool:
        uses = self.uses(function)
        if uses.escapes or not uses.calls or len(uses.calls) > _MANY:
            return False
        first = [call for call in uses.calls if self.syntax.function(call) is not function]  # recursion decides nothing
        return bool(first) and all(self._handled(call, function, exception, depth) for call in first)

    def _handled(self, call: ast.Call, function: Function, exception: str, depth: int) -> bool:
        inner = self.syntax.function(call)
        if not self._runs_here(call, function):
            return False
        if self.handlers.around(call, exception) is Care.HANDLED:
            return True
        return inner is not None and self.handle(inner, exception, depth + 1)

    def _runs_here(self, call: ast.Call, function: Function) -> bool:
        """A coroutine runs where it is awaited, a generator where it is iterated; anything else where it is called."""
        parent, field = self.syntax.links[call]
        if isinstance(function, ast.AsyncFunctionDef):
            return isinstance(parent, ast.Await)
        if self._generator(function):
            consumed = isinstance(parent, ast.For) and field == "iter"
            return consumed or isinstance(parent, ast.YieldFrom | ast.Call | ast.comprehension)
        return not any(isinstance(p, ast.Lambda | ast.GeneratorExp) for _, _, p in self.syntax.inline(call))

    def _generator(self, function: Function) -> bool:
        yields = (n for n in ast.walk(function) if isinstance(n, ast.Yield | ast.YieldFrom))
        return any(self.syntax.function(node) is function for node in yields)

    def uses(self, function: Function) -> Uses:
        """Every use of the function's name in the file."""
        if function not in self._uses:
            self._uses[function] = self._find(function)
        return self._uses[function]

    def _find(self, function: Function) -> Uses:
        calls: list[ast.Call] = []
        escapes = any(_decorator(d) not in _HARMLESS for d in function.decorator_list)
        method = self._owner(function) is not None
        for node in self.syntax.mentions.get(function.name, ()):
            if not self._means(node, function, method):
                continue
            parent, field = self.syntax.links[node]
            if isinstance(parent, ast.Call) and field == "func":
                calls.append(parent)
            else:
                escapes = True
        return Uses(tuple(sorted(calls, key=position)), escapes)

    def _means(self, node: ast.expr, function: Function, method: bool) -> bool:
        """Whether a mention may be this function: any ``x.name`` for a method, what the scope says for a function."""
        if isinstance(node, ast.Attribute):
            return method
        if not isinstance(node, ast.Name) or method:
            return False
        _, found = self.handlers.names.all(node)
        return any(binding.node is function for binding in found)

    def _owner(self, function: Function) -> ast.ClassDef | None:
        parent, _ = self.syntax.links[function]
        return parent if isinstance(parent, ast.ClassDef) else None

    def end(self, function: Function) -> Function | None:
        """The outermost caller in the file: itself where nobody calls it, None where the module itself does."""
        if function not in self._ends:
            self._ends[function] = self._outermost(function)
        return self._ends[function]

    def _outermost(self, function: Function) -> Function | None:
        seen = {function}
        while True:
            calls = self.uses(function).calls
            callers = {self.syntax.function(call): call for call in reversed(calls[:_MANY])}
            fresh = [(position(call), caller) for caller, call in callers.items() if caller not in seen]
            if not fresh:
                return function
            _, outer = min(fresh, key=lambda pair: pair[0])
            if outer is None:
                return None
            function = outer
            seen.add(outer)


def _decorator(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
