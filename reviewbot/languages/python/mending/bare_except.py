"""``except:`` that also swallows what ends a program: ruff's E722, pylint's W0702.

A bare clause catches ``KeyboardInterrupt`` and ``SystemExit``, so Ctrl-C and ``sys.exit()`` do nothing there
(https://docs.python.org/3/library/exceptions.html#exception-hierarchy). What a clause re-raises it does not swallow.
"""

from __future__ import annotations

import ast
import re
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
_TIDYING = re.compile(
    "raise|rollback|roll_back|abort|exit|quit|kill|die|fail|terminate|cancel|stop|shutdown|shut_down|restore|reset|"
    "release|unlock|close|clean|undo|revert|tidy|remove|unlink|delete|rmtree|drop|disconnect|handle|exc_info",
    re.IGNORECASE,
)
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
    return not any(_does_more(node) for node in own_nodes(handler.body))


def _does_more(node: ast.AST) -> bool:
    """Whether a part of the clause may raise again, ends the process, or tidies up, which Ctrl-C must not skip.

    Libraries raise again in helpers (``with safe_reraise():``), which nobody sees from here.
    """
    if isinstance(node, ast.Raise | ast.With | ast.AsyncWith) or (isinstance(node, ast.Name) and node.id in _AWARE):
        return True
    if isinstance(node, ast.Attribute) and node.attr in _AWARE:
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return dotted(node.func) in _ENDING or _TIDYING.search(name) is not None
