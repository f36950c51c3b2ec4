"""``except:`` that also swallows what ends a program: ruff's E722, pylint's W0702.

A bare clause catches ``KeyboardInterrupt`` and ``SystemExit``, so Ctrl-C and ``sys.exit()`` do nothing there
(https://docs.python.org/3/library/exceptions.html#exception-hierarchy). What a clause re-raises it does not swallow.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending.edits import Insertion, inserted
from reviewbot.languages.python.mending.view import View, head_of
from reviewbot.languages.python.reading.imports import dotted
from reviewbot.languages.python.reading.scoping import own_nodes

RULE = "py.mend.bare-except"
STOPPING = ("KeyboardInterrupt", "SystemExit")
"""What ends a program on purpose (https://docs.python.org/3/library/exceptions.html#KeyboardInterrupt)."""
_CODES = ("E722", "B001", "W0702", "bare-except")
_CONFIDENCE = 0.65
_KEYWORD = "except"
# Whoever names these knows what a bare clause catches; whoever ends the process swallows nothing.
_AWARE = {*STOPPING, "BaseException", "GeneratorExit", "CancelledError"}
_ENDING = {"sys.exit", "exit", "quit", "os._exit", "os.abort", "os.kill"}
_FINALISERS = {"__del__"}
"""Run while the interpreter comes down, where nothing may escape."""


def find(view: View, guard: ast.Try) -> Iterator[Mend]:
    """The mend of a ``try`` whose last clause is bare."""
    last = guard.handlers[-1] if guard.handlers else None
    if last is None or last.type is not None or not _swallows(view, guard, last):
        return
    if not view.touches(head_of(last)) or view.quiet([head_of(last)], _CODES) or not view.builtin("Exception"):
        return
    place = Insertion(last.lineno, last.col_offset + len(_KEYWORD), " Exception")
    lines, replacement = inserted(view.syntax.file, [place])
    yield Mend(
        path=view.syntax.file.path,
        rule=RULE,
        lines=lines,
        replacement=replacement,
        confidence=_CONFIDENCE,
        function=view.function(guard),
        why="`except:` swallows also what should end the program",
        at=guard.lineno,
        subjects=(len(guard.handlers) - 1,),
        exceptions=STOPPING,
        finding="E722",
        alike=("E722", "BLE001", "broad-except"),
    )


def _swallows(view: View, guard: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether the clause goes on after any exception, as far as can be read."""
    function = view.syntax.function(guard)
    if function is not None and function.name in _FINALISERS:
        return False
    for node in own_nodes(handler.body):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and dotted(node.func) in _ENDING):
            return False
        if isinstance(node, ast.Name | ast.Attribute) and (dotted(node) or "").rpartition(".")[2] in _AWARE:
            return False
    return True
