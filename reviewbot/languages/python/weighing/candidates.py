"""Candidates: a statement that may want a guard, and one exception that the guard would catch."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reviewbot.languages.python.reading.syntax import Function, Syntax
from reviewbot.languages.python.weighing.digest import Digest, looks_like_exception
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.keys import Risky, callee_keys, exception_key, risky
from reviewbot.languages.python.weighing.repository import Repository

_BUILT_IN = tuple(
    """
    ValueError TypeError KeyError IndexError AttributeError OSError FileNotFoundError ImportError
    PermissionError UnicodeDecodeError UnicodeEncodeError UnicodeError RuntimeError StopIteration
    KeyboardInterrupt EOFError ZeroDivisionError OverflowError TimeoutError ConnectionError LookupError
    NotImplementedError AssertionError SystemExit MemoryError RecursionError SyntaxError ArithmeticError
    FileExistsError NotADirectoryError IsADirectoryError ProcessLookupError BrokenPipeError BufferError
    ConnectionResetError ConnectionRefusedError ConnectionAbortedError InterruptedError ChildProcessError
    BlockingIOError StopAsyncIteration NameError UnboundLocalError ReferenceError GeneratorExit
    FloatingPointError
    """.split()  # noqa: SIM905
)
"""Not ``Exception``: a guard names what it expects."""
_MOST = 8
"""So many exceptions a statement are weighed, those first that the field or the repository catches most there."""

_NEVER = frozenset({"contextlib.suppress"})
"""What is no call that fails, but a guard itself."""

Known = Mapping[ast.AST, Mapping[str, float]]
"""By call or subscript: how sure analysis is of each exception, by key, from the exception knowledge."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One statement and one exception.

    Attributes:
        statement, function: where. node: what is most likely to raise. exception: its key. spelled: as ``Nameable``.
        first, last: 1-based lines, of a compound statement those of its head.
    """

    statement: ast.stmt
    function: Function | None
    node: Risky
    exception: str
    dotted: str
    nodes: tuple[tuple[Risky, tuple[str, ...]], ...]
    first: int
    last: int


def nameable(found: Digest, repository: Repository) -> Mapping[str, str]:
    """Exceptions that the file has a name for: by key, the dotted name through its imports."""
    names: dict[str, str] = {name: name for name in _BUILT_IN}
    for target in found.imports.values():
        last = target.rpartition(".")[2]
        if looks_like_exception(last) or (last in repository.classes and _is_exception(last, repository.classes)):
            names.setdefault(exception_key(target), target)
        for key in _MODULES.get(last, ()):
            names.setdefault(exception_key(f"{target}.{key}"), f"{target}.{key}")
    classes = {**repository.classes, **found.classes}
    for name in found.classes:
        if _is_exception(name, classes):
            names.setdefault(exception_key(name), name)
    return names


_MODULES = {
    "json": ("JSONDecodeError",), "subprocess": ("CalledProcessError", "TimeoutExpired", "SubprocessError"),
    "re": ("error",), "zlib": ("error",), "struct": ("error",), "binascii": ("Error",), "queue": ("Empty", "Full"),
    "sqlite3": ("Error",), "configparser": ("NoOptionError", "NoSectionError", "Error"),
    "shutil": ("Error", "SameFileError"), "ssl": ("SSLError",), "yaml": ("YAMLError",),
    "requests": ("RequestException",), "zipfile": ("BadZipFile",), "tokenize": ("TokenError",),
    "asyncio": ("TimeoutError", "CancelledError", "QueueEmpty"), "urllib.error": ("HTTPError", "URLError"),
    "csv": ("Error",), "socket": ("gaierror", "timeout"), "pickle": ("PicklingError", "UnpicklingError"),
    "locale": ("Error",),
}  # fmt: skip
"""What a module that is imported whole gives a name to, of what is caught."""


def _is_exception(name: str, classes: Mapping[str, tuple[str, ...]]) -> bool:
    seen = set()
    queue = [name]
    while queue:
        one = queue.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in {"Exception", "BaseException"} or (one != name and looks_like_exception(one)):
            return True
        queue += classes.get(one, ())
    return False


@dataclass(frozen=True, eq=False)
class Finder:
    """Finds the candidates of one file."""

    syntax: Syntax
    digest: Digest
    repository: Repository
    field: Field

    def statements(self, function: Function) -> Iterator[ast.stmt]:
        """The statements of a function that stand in no ``try`` with handlers, nested functions and classes aside."""
        waiting = list(reversed(function.body))
        while waiting:
            statement = waiting.pop()
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            yield statement
            inner: list[ast.stmt] = []
            if isinstance(statement, ast.Try | ast.TryStar):
                inner += [] if statement.handlers else statement.body
                for handler in statement.handlers:
                    inner += handler.body
            else:
                inner += [*getattr(statement, "body", ())]
            for case in getattr(statement, "cases", ()):
                inner += case.body
            inner += [*getattr(statement, "orelse", ()), *getattr(statement, "finalbody", ())]
            waiting += reversed(inner)

    def candidates(
        self, function: Function, statement: ast.stmt, known: Known, names: Mapping[str, str]
    ) -> Iterator[Candidate]:
        """The candidates of one statement, at most ``_MOST``."""
        nodes = tuple((n, callee_keys(n, self.digest.imports)) for head in heads(statement) for n in risky(head))
        nodes = tuple((n, keys) for n, keys in nodes if keys and keys[0] not in _NEVER)
        if not nodes or isinstance(statement, ast.Raise | ast.Assert):
            return
        weights: dict[str, float] = {}
        best: dict[str, tuple[float, Risky]] = {}
        for node, keys in nodes:
            for exception, weight in self._hypotheses(node, keys, known).items():
                if weight > weights.get(exception, 0.0):
                    weights[exception] = weight
                    best[exception] = weight, node
        for exception, weight in self._around(function).items():
            call = next((n for n, _ in nodes if isinstance(n, ast.Call)), None)
            if call is not None and exception not in weights:
                weights[exception], best[exception] = weight, (weight, call)
        usable = [e for e in weights if e in names]
        first, last = statement.lineno, heads_end(statement)
        for exception in sorted(usable, key=lambda e: (-weights[e], e))[:_MOST]:
            yield Candidate(statement, function, best[exception][1], exception, names[exception], nodes, first, last)

    def _hypotheses(self, node: Risky, keys: tuple[str, ...], known: Known) -> dict[str, float]:
        found: dict[str, float] = {}
        for key in keys:
            uses = self.field.guards.get(key, {})
            for exception in uses:
                if exception != "*":
                    found[exception] = max(found.get(exception, 0.0), self.field.rate(key, exception))
            own: Mapping[str, int] = self.repository.guards.get(key, {})
            total = own.get("*", 0) + self.repository.bare.get(key, 0) + 1
            for exception, times in own.items():
                if exception != "*":
                    found[exception] = max(found.get(exception, 0.0), times / total)
        if isinstance(node, ast.Call):
            for exception, depth in self.repository.escapes.get(keys[0].rpartition(".")[2], {}).items():
                found[exception] = max(found.get(exception, 0.0), 0.3 / (1 + depth))
        for exception, score in known.get(node, {}).items():
            found[exception] = max(found.get(exception, 0.0), score)
        return found

    def _around(self, function: Function) -> dict[str, float]:
        """What functions of that name, and the file, catch elsewhere: hypotheses for any call of the function."""
        found: dict[str, float] = {}
        twins = self.repository.twins.get(function.name, Counter())
        for exception, times in twins.most_common(4):
            if exception != "*":
                found[exception] = min(0.25, 0.05 * times)
        for exception in self.digest.often:
            found.setdefault(exception, 0.01)
        return found


def heads(statement: ast.stmt) -> list[ast.AST]:
    """What a statement itself evaluates: of a compound one its head alone."""
    match statement:
        case ast.If() | ast.While():
            return [statement.test]
        case ast.For() | ast.AsyncFor():
            return [statement.iter]
        case ast.With() | ast.AsyncWith():
            return [item.context_expr for item in statement.items]
        case ast.Match():
            return [statement.subject]
        case ast.Try() | ast.TryStar():
            return []
    return [statement]


def heads_end(statement: ast.stmt) -> int:
    """The last line of that."""
    ends = [getattr(head, "end_lineno", None) or statement.lineno for head in heads(statement)]
    return max(ends, default=statement.lineno)
