"""Two versions of a file: the specific guards that the second one has around code that the first one left unguarded."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.guards.histories import Guard
from benchmarks.guards.strip import Function, action, caught_names
from reviewbot.languages.python.reading.imports import canonical, imported

MOST_LINES = 15
"""Of the code that got its guard. Around more than that, whatever is suggested would be a hit."""
_NEVER = frozenset({"Exception", "BaseException"})
_CONTROL = frozenset({"KeyboardInterrupt", "SystemExit", "GeneratorExit", "CancelledError"})
"""These are no failures: somebody asked the program to stop."""
_SAME = {
    **dict.fromkeys(
        ("IOError", "EnvironmentError", "WindowsError", "os.error", "socket.error", "select.error"), "OSError"
    ),
    **dict.fromkeys(("socket.timeout", "asyncio.TimeoutError", "asyncio.exceptions.TimeoutError"), "TimeoutError"),
    "zipfile.BadZipfile": "zipfile.BadZipFile",
}
"""Old names of today's exceptions: https://docs.python.org/3/library/exceptions.html#OSError."""
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
Run = tuple[ast.stmt, ...]


def guards(before: str, after: str) -> list[Guard]:
    """The guards that were added, in the order of the code before; none where either is no Python."""
    first, second = _parsed(before), _parsed(after)
    if first is None or second is None:
        return []
    functions, names = _functions(first), imported(second)
    found = []
    for name, function in _functions(second).items():
        if name in functions:
            found += [
                guard
                for node in _own(function)
                if isinstance(node, ast.Try) and (guard := _guard(name, functions[name], node, names))
            ]
    return sorted(found, key=lambda guard: guard.start)


def specific(guard: ast.Try) -> list[str] | None:
    """The names that a ``try`` catches; None where one is broad, no plain name, or no failure."""
    names: list[str] = []
    for handler in guard.handlers:
        caught = caught_names(handler.type)
        if not caught or any(name.split(".")[-1] in _NEVER | _CONTROL for name in caught):
            return None
        names += caught
    return names or None


def _guard(name: str, before: Function, guard: ast.Try, imports: Mapping[str, str]) -> Guard | None:
    caught = specific(guard)
    if caught is None or any(isinstance(n, ast.Import | ast.ImportFrom) for s in guard.body for n in ast.walk(s)):
        return None
    run, match = _stood(before, tuple(guard.body))
    if run is None or _caught_already(before, run):
        return None
    start, end = run[0].lineno, run[-1].end_lineno or run[-1].lineno
    if end - start >= MOST_LINES:
        return None
    resolved = tuple(resolve(one, imports) for one in caught)
    return Guard(name, start, end, match, tuple(caught), resolved, action(guard.handlers[0]))


def resolve(written: str, imports: Mapping[str, str]) -> str:
    """What a name of an exception stands for, through the imports and the other names that Python keeps for it."""
    path = canonical(ast.parse(written, mode="eval").body, imports) or written
    return _SAME.get(path, path)


def _stood(before: Function, body: Run) -> tuple[Run | None, str]:
    """Where the body of a ``try`` stood, if one place alone: as it is, else its calls, else a statement with more."""
    calls = _calls(body)
    if not calls:
        return None, ""
    wanted = [ast.dump(statement) for statement in body]
    same = [run for run in _runs(before, len(body)) if [ast.dump(s) for s in run] == wanted]
    if same:
        return (same[0] if len(same) == 1 else None), "same"
    alike = [run for length in range(1, len(body) + 3) for run in _runs(before, length) if _calls(run) == calls]
    inmost = [run for run in alike if not any(other != run and _within(other, run) for other in alike)]
    if inmost:
        return (inmost[0] if len(inmost) == 1 else None), "calls"
    more = [run for run in _runs(before, 1) if len(body) == 1 and _simple(run[0]) and calls <= _calls(run)]
    return (more[0] if len(more) == 1 else None), "part"


def _runs(function: Function, length: int) -> Iterator[Run]:
    """Each run of so many neighbouring statements."""
    for block in _blocks(function):
        for first in range(len(block) - length + 1):
            yield tuple(block[first : first + length])


def _blocks(function: Function) -> Iterator[Sequence[ast.stmt]]:
    yield function.body
    for node in _own(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and not isinstance(node, _INNER):
                yield block


def _calls(run: Run) -> Counter[str]:
    """What can fail in a run: its calls, and what it looks up; not those in functions that are defined in it."""
    return Counter(ast.dump(node) for statement in run for node in _inline(statement) if _can_fail(node))


def _can_fail(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) or (isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Store))


def _within(inner: Run, outer: Run) -> bool:
    return outer[0].lineno <= inner[0].lineno and (inner[-1].end_lineno or 0) <= (outer[-1].end_lineno or 0)


def _simple(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr | ast.Return | ast.Assign | ast.AnnAssign | ast.AugAssign)


def _caught_already(function: Function, run: Run) -> bool:
    """Whether a ``try`` with handlers, or ``suppress``, of the function holds the run, or is in it."""
    if any(isinstance(n, ast.Try | ast.TryStar) and n.handlers for statement in run for n in _inline(statement)):
        return True
    for node in _own(function):
        body = getattr(node, "body", None)
        catches = (isinstance(node, ast.Try | ast.TryStar) and node.handlers) or _suppresses(node)
        if catches and isinstance(body, list) and any(run[0] in ast.walk(s) for s in body):
            return True
    return False


def _suppresses(node: ast.AST) -> bool:
    items = node.items if isinstance(node, ast.With | ast.AsyncWith) else []
    return any("suppress" in ast.unparse(item.context_expr) for item in items)


def _own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions and classes in it."""
    for statement in function.body:
        yield from _inline(statement)


def _inline(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, _INNER):
        for child in ast.iter_child_nodes(node):
            yield from _inline(child)


def _functions(tree: ast.Module) -> dict[str, Function]:
    """The functions by qualified name; none that is defined twice."""
    found = list(_named(tree, ""))
    times = Counter(name for name, _ in found)
    return {name: function for name, function in found if times[name] == 1}


def _named(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        name = f"{prefix}{child.name}" if isinstance(child, Function | ast.ClassDef) else prefix
        if isinstance(child, Function):
            yield name, child
        yield from _named(child, f"{name}." if named else prefix)


def _parsed(text: str) -> ast.Module | None:
    if "\r" in text.replace("\r\n", "\n"):  # Python would count lines otherwise than git does
        return None
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
