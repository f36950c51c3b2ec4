"""What one file says about failures: its calls, guards, raises and classes. Plain data, kept by the file's content."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reviewbot.languages.python.reading import imports
from reviewbot.languages.python.weighing.keys import callee_keys, exception_key, risky

_BROAD = frozenset({"Exception", "BaseException"})
_DEEP = 60


@dataclass(frozen=True)
class Guarded:
    """One ``except`` clause's exception, over what its ``try`` does.

    Attributes:
        function, owner: where it stands: the function's name, its class's; empty where there is none.
        line: of the ``try``. callees: keys of what the body calls or subscripts.
        exceptions: keys, of all its specific clauses. action: what the first handler ends with.
        small: at most 3 statements.
    """

    function: str
    owner: str
    line: int
    callees: frozenset[str]
    exceptions: tuple[str, ...]
    action: str
    small: bool


@dataclass(frozen=True)
class Defined:
    """A function of the file.

    Attributes:
        name, owner, line: as above. raises: keys of what it raises itself with nothing of its own to catch it.
        calls: keys of its calls, each with the exceptions that are caught around it there.
        docs: exceptions that its docstring says it raises.
    """

    name: str
    owner: str
    line: int
    raises: frozenset[str]
    calls: tuple[tuple[str, frozenset[str]], ...]
    docs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Digest:
    """What a file says.

    Attributes:
        guards, functions: all of them. classes: each class's bases, by last name.
        bare: calls outside any ``try``, by key.
        imports: names that imports bind, to what they stand for.
    """

    guards: tuple[Guarded, ...] = ()
    functions: tuple[Defined, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bare: Mapping[str, int] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def small(self) -> tuple[Guarded, ...]:
        """The guards that say something."""
        return tuple(guards_of(self))

    def class_rate(self, owner: str) -> float:
        """How many small guards a class has for each of its methods; of the empty name, outside classes."""
        return self._guards_of_class[owner] / max(1, self._methods[owner])

    @cached_property
    def _guards_of_class(self) -> Counter[str]:
        return Counter(guard.owner for guard in self.small)

    @cached_property
    def _methods(self) -> Counter[str]:
        return Counter(function.owner for function in self.functions)

    @cached_property
    def catches(self) -> Counter[tuple[str, str]]:
        """In how many small guards of each class each exception is caught: by class and exception."""
        return Counter((guard.owner, key) for guard in self.small for key in guard.exceptions)

    @cached_property
    def caught(self) -> Counter[str]:
        """In how many small guards of the file each exception is caught."""
        return Counter(key for guard in self.small for key in guard.exceptions)

    @cached_property
    def often(self) -> tuple[str, ...]:
        """The three exceptions that guards of any size catch most."""
        found = Counter(key for guard in self.guards for key in guard.exceptions)
        return tuple(key for key, _ in found.most_common(3))

    @cached_property
    def raises(self) -> Mapping[int, frozenset[str]]:
        """What each function raises itself, by its line."""
        return {function.line: function.raises for function in self.functions}


def digest(tree: ast.Module) -> Digest:
    """The digest of a parsed file."""
    reader = _Reader(imports.imported(tree))
    reader.block(tree.body, _Where("", "", frozenset(), 0))
    return Digest(tuple(reader.guards), tuple(reader.functions), reader.classes, reader.bare, reader.names)


@dataclass(frozen=True)
class _Where:
    function: str
    owner: str
    caught: frozenset[str]
    depth: int


@dataclass
class _Open:
    """A function while it is read."""

    raises: set[str] = field(default_factory=set)
    calls: dict[tuple[str, frozenset[str]], None] = field(default_factory=dict)


class _Reader:
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.guards: list[Guarded] = []
        self.functions: list[Defined] = []
        self.classes: dict[str, tuple[str, ...]] = {}
        self.bare: dict[str, int] = {}
        self.open = _Open()

    def block(self, body: list[ast.stmt], where: _Where) -> None:
        if where.depth > _DEEP:
            return
        for statement in body:
            self.statement(statement, where)

    def statement(self, node: ast.stmt, where: _Where) -> None:
        inner = _Where(where.function, where.owner, where.caught, where.depth + 1)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, inner)
            case ast.ClassDef():
                self.classes[node.name] = tuple(_last(b) for b in node.bases[:8])
                self.block(node.body, _Where(where.function, node.name, where.caught, where.depth + 1))
            case ast.Try() | ast.TryStar():
                self._try(node, inner)
            case ast.Raise():
                self._raise(node, where)
                self._calls(node, where)
            case _:
                self._compound(node, inner)

    def _compound(self, node: ast.stmt, where: _Where) -> None:
        """A statement's own expressions, then the blocks within it."""
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                self._calls(item.context_expr, where)
            self.block(node.body, where)
            return
        for name, value in ast.iter_fields(node):
            if name in {"body", "orelse", "finalbody"} and isinstance(value, list):
                self.block(value, where)
            elif name == "cases":
                for case in value:
                    self.block(case.body, where)
            elif isinstance(value, ast.AST):
                self._calls(value, where)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self._calls(item, where)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, where: _Where) -> None:
        outer, self.open = self.open, _Open()
        self.block(node.body, _Where(node.name, where.owner, frozenset(), where.depth))
        done, self.open = self.open, outer
        docs = documented(ast.get_docstring(node, clean=False) or "")
        self.functions.append(
            Defined(node.name, where.owner, node.lineno, frozenset(done.raises), tuple(done.calls), docs)
        )

    def _try(self, node: ast.Try | ast.TryStar, where: _Where) -> None:
        clauses = [caught_by(h, self.names) for h in node.handlers]
        flat = [key for clause in clauses for key in clause]
        specific = tuple(key for key in dict.fromkeys(flat) if key not in _BROAD)
        everything = frozenset(flat) | ({"Exception"} if any(not c for c in clauses) else frozenset())
        if specific and node.handlers:
            called = frozenset(k for s in node.body for n in risky(s) for k in callee_keys(n, self.names)[:1])
            last = type(node.handlers[0].body[-1]).__name__
            small = len(node.body) <= 3
            self.guards.append(Guarded(where.function, where.owner, node.lineno, called, specific, last, small))
        self.block(node.body, _Where(where.function, where.owner, where.caught | everything, where.depth))
        for block in (*(h.body for h in node.handlers), node.orelse, node.finalbody):
            self.block(block, where)

    def _raise(self, node: ast.Raise, where: _Where) -> None:
        if node.exc is None:
            return
        made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = imports.canonical(made, self.names)
        if name is None or not name.rpartition(".")[2][:1].isupper():
            return
        key = exception_key(name)
        if not ({key, "Exception", "BaseException"} & where.caught):
            self.open.raises.add(key)

    def _calls(self, node: ast.AST, where: _Where) -> None:
        for part in risky(node):
            keys = callee_keys(part, self.names)
            if isinstance(part, ast.Call) and keys:
                self.open.calls[keys[0], where.caught] = None
            if not where.caught:
                for key in keys:
                    self.bare[key] = self.bare.get(key, 0) + 1


def _last(base: ast.expr) -> str:
    """The last name of a base class; ``Generic`` of ``Generic[T]``; empty where there is none."""
    if isinstance(base, ast.Subscript):
        base = base.value
    return base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""


def caught_by(handler: ast.ExceptHandler, names: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of what a handler catches; empty for a bare one, or where it is no plain name."""
    if handler.type is None:
        return ()
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    found = (imports.canonical(part, names) for part in parts)
    return tuple(exception_key(name) for name in found if name is not None)


def documented(text: str) -> frozenset[str]:
    """Exceptions that a docstring names as raised: words that end as exceptions do, from "raise" on."""
    at = text.lower().find("raise")
    if at < 0:
        return frozenset()
    words = (word.strip(".,:;`()[]*~") for word in text[at:].split())
    return frozenset(exception_key(w) for w in words if looks_like_exception(w.rpartition(".")[2]))


def looks_like_exception(name: str) -> bool:
    """By its name alone: ``…Error``, ``…Exception``, ``…Warning`` aside."""
    return name.endswith(("Error", "Exception", "Failure", "NotFound", "Timeout")) and name[:1].isupper()


def guards_of(found: Digest) -> Iterator[Guarded]:
    """The guards that say something: small ones."""
    return (guard for guard in found.guards if guard.small)
