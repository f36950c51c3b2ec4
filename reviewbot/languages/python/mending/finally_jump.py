"""``return``, ``break`` or ``continue`` at the end of ``finally``: ruff's B012, pylint's W0134 and W0150.

It throws away the exception that is on its way, also ``KeyboardInterrupt``; Python 3.14 warns of it (PEP 765,
https://peps.python.org/pep-0765/). Moved behind the statement it is reached only where nothing is on its way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from reviewbot.domain.change import LineRange
from reviewbot.domain.mend import Mend
from reviewbot.languages.python.faulting.places import jumps
from reviewbot.languages.python.mending.view import View, lines_of
from reviewbot.languages.python.reading.scoping import own_nodes

RULE = "py.mend.jump-in-finally"
_CODES = ("B012", "SIM107", "PLE0116", "W0134", "return-in-finally", "W0150", "lost-exception", "E0116")
_CONFIDENCE = 0.6
_MOST = 9
_FINALISERS = {"__del__", "__exit__", "__aexit__"}
"""What they return or let out is a matter of its own."""


def find(view: View, guard: ast.Try) -> Iterator[Mend]:
    """The mend of a ``try`` whose ``finally`` ends in a jump."""
    jump = guard.finalbody[-1] if guard.finalbody else None
    if not isinstance(jump, ast.Return | ast.Break | ast.Continue) or not _safe(view, guard):
        return
    every = tuple(dict.fromkeys(path for one in guard.handlers for path in view.caught(one) or ()))
    edit = _edit(view, guard, jump)
    if edit is None or len(every) > _MOST or view.quiet([edit[0], lines_of(jump)], _CODES):
        return
    yield Mend(
        path=view.syntax.file.path,
        rule=RULE,
        lines=edit[0],
        replacement=edit[1],
        confidence=_CONFIDENCE,
        function=view.function(guard),
        why=f"`{type(jump).__name__.lower()}` in `finally` throws away the exception that is on its way",
        at=guard.lineno,
        others=every,
        finding="B012",
    )


def _safe(view: View, guard: ast.Try) -> bool:
    """Whether the jump can stand behind the statement: nothing else leaves the statement, and it is no generator's."""
    function = view.syntax.function(guard)
    if function is not None and function.name in _FINALISERS:
        return False
    blocks = [guard.body, *(one.body for one in guard.handlers), guard.orelse, guard.finalbody[:-1]]
    statements = [statement for block in blocks for statement in block]
    leaving = ast.Return | ast.Yield | ast.YieldFrom
    return not jumps(statements) and not any(isinstance(node, leaving) for node in own_nodes(statements))


def _edit(view: View, guard: ast.Try, jump: ast.stmt) -> tuple[LineRange, str] | None:
    """The jump as deep as its ``try``, without the ``finally`` if it was all of that; None where that is not plain."""
    lines, at = view.syntax.file.lines, jump.lineno
    text = lines[at - 1]
    if jump.end_lineno != at or guard.end_lineno != at:
        return None
    if len(text[: _indent(text)].encode()) != jump.col_offset or not view.touches(LineRange(at, at)):
        return None
    depth = lines[guard.lineno - 1]
    moved = depth[: _indent(depth)] + text[_indent(text) :]
    if len(guard.finalbody) > 1:
        return LineRange(at, at), moved
    plain = lines[at - 2].strip() == "finally:" and guard.handlers and view.touches(LineRange(at - 1, at - 1))
    return (LineRange(at - 1, at), moved) if plain else None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
