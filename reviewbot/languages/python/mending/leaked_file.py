"""A file that is opened for one reading or writing and closed by nobody: ruff's SIM115, pylint's R1732.

When it is closed is up to the garbage collector, and what was written may not be on the disk before
(https://docs.python.org/3/tutorial/inputoutput.html#reading-and-writing-files); after a failure the traceback keeps it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from reviewbot.domain.change import LineRange
from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending.view import View
from reviewbot.languages.python.reading.imports import canonical
from reviewbot.languages.python.reading.syntax import Function

RULE = "py.mend.leaked-file"
_CODES = ("SIM115", "R1732", "consider-using-with")
_CONFIDENCE = 0.6
_MOST = 200
_USUAL = ("f", "file", "fh", "fp", "handle", "stream", "source", "infile", "outfile")
_METHODS = frozenset({"read", "readline", "readlines", "write", "writelines"})
_LOADERS = frozenset(
    {
        "json.load", "json.dump", "pickle.load", "pickle.dump", "marshal.load", "marshal.dump", "tomllib.load",
        "tomli.load", "yaml.safe_load", "yaml.safe_dump", "yaml.load", "yaml.dump", "plistlib.load", "plistlib.dump",
    }
)  # fmt: skip
"""Done with the file when they return; ``csv.reader`` and its like are not."""
_SIMPLE = ast.Assign | ast.AnnAssign | ast.Return | ast.Expr
# What runs at another time, or hands the control to somebody else in between.
_ELSEWHERE = (
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.Yield, ast.YieldFrom,
    ast.NamedExpr, ast.IfExp, ast.BoolOp,
)  # fmt: skip


def statements(view: View) -> list[ast.stmt]:
    """The statements on changed lines that open a file, in the order of the file."""
    opening = [call for call in view.syntax.calls if _is_file(call, None)]
    found = {view.syntax.statement(call) for call in opening if view.touches(LineRange(call.lineno, call.lineno))}
    return sorted(found, key=lambda one: one.lineno)[:_MOST]


def find(view: View, statement: ast.stmt) -> Iterator[Mend]:
    """The mend of a statement that opens a file, uses it up, and leaves it open."""
    spot = spot_of(statement, view.imports)
    function = view.syntax.function(statement)
    lines = LineRange(statement.lineno, statement.end_lineno or statement.lineno)
    if spot is None or function is None or len(lines) > 1 or not view.builtin("open") or view.quiet([lines], _CODES):
        return
    alias = _alias(view, function)
    text = None if alias is None else _with(view, statement, spot[0], alias)
    if text is None:
        return
    yield Mend(
        path=view.syntax.file.path,
        rule=RULE,
        lines=lines,
        replacement=text,
        confidence=_CONFIDENCE,
        function=view.function(statement),
        why="nothing closes the file that is opened here",
        at=statement.lineno,
        exceptions=("OSError",),
        finding="SIM115",
    )


def spot_of(statement: ast.stmt, imports: dict[str, str], alias: str | None = None) -> tuple[ast.expr, ast.Call] | None:
    """The opened file in a statement, and the call that uses it up; None where there is none, or more goes on.

    Args:
        alias: what the file is called in the body of a ``with``; None looks for ``open(…)`` itself.
    """
    if not isinstance(statement, _SIMPLE) or statement.value is None:
        return None
    nodes = list(ast.walk(statement.value))
    if any(isinstance(node, _ELSEWHERE) for node in nodes):
        return None
    files = [node for node in nodes if _is_file(node, alias)]
    users = [node for node in nodes if isinstance(node, ast.Call) and files and _uses_up(node, files[0], imports)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and node is not (files[0] if files else None)]
    if len(files) != 1 or len(users) != 1:
        return None
    file = files[0]
    within = list(ast.walk(file))
    if not all(call in within or file in ast.walk(call) for call in calls):  # it would run in another order
        return None
    return (file, users[0]) if isinstance(file, ast.expr) and _targets_are_plain(statement) else None


def _is_file(node: ast.AST, alias: str | None) -> bool:
    if alias is not None:
        return isinstance(node, ast.Name) and node.id == alias
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"


def _uses_up(call: ast.Call, file: ast.AST, imports: dict[str, str]) -> bool:
    method = call.func
    if isinstance(method, ast.Attribute) and method.value is file:
        return method.attr in _METHODS
    return any(given is file for given in call.args) and canonical(call.func, imports) in _LOADERS


def statement_at(tree: ast.Module, line: int) -> ast.stmt | None:
    """The simple statement or the ``with`` that begins on a line."""
    kinds = _SIMPLE | ast.With
    return next((node for node in ast.walk(tree) if isinstance(node, kinds) and node.lineno == line), None)


def _targets_are_plain(statement: ast.stmt) -> bool:
    """Nothing runs to find out where the value goes: ``a[key()] = …``."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    calls = (ast.Call, *_ELSEWHERE)
    return not any(isinstance(node, calls) for target in targets if target is not None for node in ast.walk(target))


def _alias(view: View, function: Function) -> str | None:
    """The file's usual name for an open file, if the function has no use for it."""
    named = [
        item.optional_vars.id
        for node in view.syntax.links
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.optional_vars, ast.Name) and _is_file(item.context_expr, None)
    ]
    usual = [name for name, _ in Counter(named).most_common() if name in _USUAL]
    return next((name for name in (*usual, *_USUAL) if name not in view.loose(function)), None)


def _with(view: View, statement: ast.stmt, opened: ast.expr, alias: str) -> str | None:
    """The ``with`` in place of the statement; None where it does not have its line to itself."""
    line = view.syntax.file.lines[statement.lineno - 1]
    raw = line.encode("utf-8", "surrogatepass")
    before, after = raw[: statement.col_offset].decode(), raw[statement.end_col_offset or 0 :].decode(errors="replace")
    if before.strip() or (after.strip() and not after.strip().startswith("#")) or not line.endswith("\n"):
        return None
    call = raw[opened.col_offset : opened.end_col_offset]
    rest = raw[statement.col_offset : opened.col_offset] + alias.encode() + raw[opened.end_col_offset or 0 :]
    head = f"{before}with {call.decode('utf-8', 'surrogatepass')} as {alias}:"
    end = "\r\n" if line.endswith("\r\n") else "\n"
    return f"{head}{end}{before}{_unit(before)}{rest.decode('utf-8', 'surrogatepass')}"


def _unit(indentation: str) -> str:
    """One step deeper, in the manner of what stands there."""
    if "\t" in indentation:
        return "\t"
    return "  " if len(indentation) % 4 == 2 else "    "
