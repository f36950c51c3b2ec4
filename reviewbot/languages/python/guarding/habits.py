"""How this repository guards the same call elsewhere: the nearest guarded twins of a failing call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import PurePosixPath

from reviewbot.domain.draft import Shape
from reviewbot.domain.site import Region
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.languages.python.reading import syntax
from reviewbot.languages.python.reading.syntax import Unparsable

_MOST_READ, _MOST_PARSED = 40, 10
"""So many files are read and parsed for one region, those nearest to it first; a file is parsed once a process."""
_REACH = 1000  # characters from a call to the handler around it
_MOST_BYTES = 300_000


@dataclass(frozen=True)
class Guard:
    """A ``try`` of the repository.

    Attributes:
        path, function: where it stands. calls: last names of what its body calls or subscripts (``[]``).
        caught: last names of the exceptions of one handler.
        shape: what the handler does. value: what it raises, returns or assigns, as written; empty where nothing.
        logs: whether it writes to a logger first.
    """

    path: str
    function: str
    calls: frozenset[str]
    caught: frozenset[str]
    shape: Shape
    value: str
    logs: bool

    @property
    def told(self) -> str:
        """Where it is, for a person."""
        return f"`{self.function}`" if self.function else f"`{self.path}`"


def habits(region: Region, tree: Tree) -> tuple[Guard, ...]:
    """Guards of the same callee against the same failures, nearest first. Bounded in files and bytes."""
    names = {last_name(site.callee) for site in region.sites}
    lineage = {n.rpartition(".")[2] for f in region.failures for n in (f.exception, *f.ancestors)}
    words = tuple(sorted(f"{name}(" for name in names if name != "[]"))
    if not words:
        return ()
    found: list[Guard] = []
    parsed = 0
    for path in _nearest(region.path, tree.grep(words, ".py"))[:_MOST_READ]:
        data = tree.read(path)
        if data is None or len(data) > _MOST_BYTES or not _likely(data, names, lineage):
            continue
        found += [g for g in guards_in(path, data) if g.calls & names and g.caught & lineage]
        parsed += 1
        if parsed == _MOST_PARSED:
            break
    return tuple(found)


def _likely(data: bytes, names: set[str], lineage: set[str]) -> bool:
    """Whether one of the calls stands shortly before an ``except`` of one of the failures: cheaper than parsing."""
    calls = re.compile(rb"\b(" + b"|".join(re.escape(n).encode() for n in sorted(names)) + rb")\(")
    kinds = re.compile(rb"\bexcept\b[^:]{0,200}\b(" + b"|".join(k.encode() for k in sorted(lineage)) + rb")\b")
    return any(calls.search(data, max(0, at.start() - _REACH), at.start()) for at in kinds.finditer(data))


def last_name(callee: str) -> str:
    """``json.load`` → ``load``; a subscript is ``[]``."""
    return "[]" if callee.endswith("[]") else callee.rpartition(".")[2]


def _nearest(path: str, others: Sequence[str]) -> list[str]:
    """The file itself, then those that share most of its folders; tests last."""

    def distance(other: str) -> tuple[bool, bool, int, str]:
        test = any(part in {"test", "tests"} or part.startswith("test_") for part in PurePosixPath(other).parts)
        pairs = zip(PurePosixPath(path).parts[:-1], PurePosixPath(other).parts[:-1], strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return other != path, test, -shared, other

    return sorted(others, key=distance)


@lru_cache(maxsize=512)
def guards_in(path: str, data: bytes) -> tuple[Guard, ...]:
    """Every guard of a file; none where it does not parse."""
    file = SourceFile.decode(path, data)
    if file is None:
        return ()
    try:
        tree = syntax.parse(file).tree
    except Unparsable:
        return ()
    return tuple(_guards(path, tree))


def _guards(path: str, tree: ast.Module) -> Iterator[Guard]:
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        if isinstance(node, ast.Try):
            yield from _handlers(path, function, node)
        waiting += [(child, function) for child in ast.iter_child_nodes(node)]


def _handlers(path: str, function: str, node: ast.Try) -> Iterator[Guard]:
    called: set[str] = set()
    for part in (p for statement in node.body for p in ast.walk(statement)):
        if isinstance(part, ast.Call):
            called.add(ast.unparse(part.func).rpartition(".")[2])
        elif isinstance(part, ast.Subscript):
            called.add("[]")
    for handler in node.handlers:
        read = _action(handler)
        if read is not None and handler.type is not None:
            shape, value, logs = read
            parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            caught = frozenset(ast.unparse(part).rpartition(".")[2] for part in parts)
            yield Guard(path, function, frozenset(called), caught, shape, value, logs)


def _action(handler: ast.ExceptHandler) -> tuple[Shape, str, bool] | None:
    """What a short handler does: its shape, its value, and whether it logs."""
    logs = any(_logs(statement) for statement in handler.body[:-1])
    if len(handler.body) > (2 if logs else 1):
        return None
    found = _last(handler.body[-1], logs)
    return None if found is None else (*found, logs)


def _last(statement: ast.stmt, logs: bool) -> tuple[Shape, str] | None:
    """The shape of a handler by its last statement, and its value."""
    returned = Shape.LOG_RETURN if logs else Shape.RETURN
    match statement:
        case ast.Raise(exc=ast.Call(func=ast.Name() | ast.Attribute() as made)):
            return _raise(ast.unparse(made))
        case ast.Return(value=None):
            return returned, ""
        case ast.Return(value=ast.Constant() | ast.List(elts=[]) | ast.Dict(keys=[]) as value):
            return returned, ast.unparse(value)
        case ast.Continue():
            return Shape.CONTINUE, ""
        case ast.Expr(value=ast.Call(func=func)) if ast.unparse(func) in {"sys.exit", "exit"}:
            return Shape.EXIT, "sys.exit"
    return None


def _raise(name: str) -> tuple[Shape, str]:
    last = name.rpartition(".")[2]
    if last in {"SystemExit", "ClickException", "Exit"}:
        return Shape.EXIT, name
    return (Shape.HTTP_ERROR if last == "HTTPException" else Shape.RERAISE), name


def _logs(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    func = statement.value.func
    return isinstance(func, ast.Attribute) and func.attr in {"debug", "info", "warning", "error", "exception"}
