"""The program of a mend: its ``try`` statement, before and after, with each exception raised at places of the body.

Marks tell which way a run took: 0 and up are places of the body, 100 is the handler that the mend is about, 101 the
one it is compared with, 102 and up are the others, 200 and up are raises of the first handler, 300 is a jump that
ends ``finally`` or stands behind it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import VerifyError
from reviewbot.domain.mend import Mend
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import FaultProgram
from reviewbot.languages.python.checking.parse import Unparsable, parse
from reviewbot.languages.python.faulting.bundling import bundle
from reviewbot.languages.python.faulting.free import bindings, exception_paths, free_names
from reviewbot.languages.python.faulting.instrument import instrument
from reviewbot.languages.python.faulting.places import Place, find_place, jumps, kind_of
from reviewbot.languages.python.mending.bare_except import STOPPING
from reviewbot.languages.python.mending.lost_cause import own_raises
from reviewbot.languages.python.mending.undoing import statement_at
from reviewbot.languages.python.reading.knowledge import Knowledge

HANDLER, RAISE, JUMP = 100, 200, 300
_POINTS = 3
_MOST = 12
EVERYDAY = ("RuntimeError",)
"""Injected beside what the handlers name: a failure that nobody thought of."""


@dataclass(frozen=True)
class _Side:
    """The region of one version of the file."""

    place: Place
    guard: ast.Try


def program(file: SourceFile, mend: Mend, knowledge: Knowledge) -> FaultProgram:
    """The program.

    Raises:
        VerifyError: the statement cannot be run apart; the message says why.
    """
    try:
        trees = parse(file.text), parse(file.replace(mend.lines, mend.replacement).text)
    except Unparsable as error:
        raise VerifyError(f"The file does not parse, so nothing in it can be run: {error}.") from error
    try:
        return bundle(_spec(trees, file, mend, knowledge), mend, entry="watch")
    except RecursionError as error:
        raise VerifyError("The statements are nested too deeply to be run apart.") from error


def faults(mend: Mend) -> list[tuple[int, str]]:
    """What is injected where: each exception at each place of the body."""
    paths = dict.fromkeys([*mend.exceptions, *mend.others, *EVERYDAY, *STOPPING])
    return [(point, path) for path in list(paths)[:_MOST] for point in range(_POINTS)]


def _spec(
    trees: tuple[ast.Module, ast.Module], file: SourceFile, mend: Mend, knowledge: Knowledge
) -> dict[str, object]:
    longer = len(SourceFile("", mend.replacement).lines) - len(mend.lines)
    before, after = _side(trees[0], mend, 0), _side(trees[1], mend, longer)
    places = before.place, after.place
    names = bindings(*places) - {h.name for side in (before, after) for h in side.guard.handlers}
    told: dict[str, object] = {
        "kind": kind_of(*places),
        "names": free_names(trees[1], *places),
        "bindings": sorted(name for name in names if name),
        "classes": _classes(trees[1], places, mend, knowledge),
        "faults": faults(mend),
    }
    loop = jumps(places[0].statements) or jumps(places[1].statements)
    order = _numbers(before.guard, after.guard, mend)
    for name, side, numbers in (("before", before, order[0]), ("after", after, order[1])):
        marks = _marked(side, numbers)
        told[name] = instrument(side.place.statements, marks, bindings(*places), kind_of(*places), loop=loop)
    return told


def _side(tree: ast.Module, mend: Mend, longer: int) -> _Side:
    guard = statement_at(tree, mend.at)
    if guard is None:
        raise VerifyError("The statement to be mended was not found again.")
    end = max(guard.end_lineno or guard.lineno, mend.lines.end + longer)
    return _Side(find_place(tree, LineRange(guard.lineno, end)), guard)


def _classes(
    tree: ast.Module, places: Sequence[Place], mend: Mend, knowledge: Knowledge
) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Every exception class, with the bases that the file or our knowledge gives it."""
    classes = dict(exception_paths(tree, places, ()))
    for path in (*classes, *mend.exceptions, *mend.others, *EVERYDAY, *STOPPING):
        ancestors = knowledge.ancestors(path)
        if ancestors or path not in classes:
            classes[path] = (ancestors, bool(ancestors) and "." in path)
    return classes


def _numbers(before: ast.Try, after: ast.Try, mend: Mend) -> tuple[list[int], list[int]]:
    """The marks of the handlers on both sides, in their order there. A handler that moved keeps its mark."""
    if len(before.handlers) != len(after.handlers):
        raise VerifyError("The edit adds or takes away a clause, so before and after cannot be compared.")
    rest = [n for n in range(len(before.handlers)) if n not in mend.subjects]
    rank = {number: HANDLER + at for at, number in enumerate([*mend.subjects, *rest])}
    ours = [rank[number] for number in range(len(before.handlers))]
    texts = [ast.dump(handler) for handler in before.handlers]
    moved = [ast.dump(handler) for handler in after.handlers]
    if len(set(texts)) == len(texts) and sorted(texts) == sorted(moved):
        return ours, [ours[texts.index(text)] for text in moved]
    return ours, ours


def _marked(side: _Side, numbers: Sequence[int]) -> dict[ast.AST, int]:
    """The nodes to mark. Adds statements that do nothing where there is none to mark."""
    guard = side.guard
    behind = side.place.statements[-1]
    jump = guard.finalbody[-1] if behind is guard and guard.finalbody else behind
    marks: dict[ast.AST, int] = {jump: JUMP} if isinstance(jump, ast.Return | ast.Break | ast.Continue) else {}
    for handler, number in zip(guard.handlers, numbers, strict=True):
        if number == HANDLER:
            marks |= {node: RAISE + at for at, node in enumerate(own_raises(handler))}
        handler.body.insert(0, _nothing(handler, marks, number))
    body = guard.body
    marks.setdefault(body[-1], 1)
    body.insert(0, _nothing(guard, marks, 0))
    body.append(_nothing(guard, marks, 2))
    return marks


def _nothing(near: ast.AST, marks: dict[ast.AST, int], number: int) -> ast.stmt:
    made = ast.Pass()
    marks[ast.copy_location(made, near)] = number
    return made
