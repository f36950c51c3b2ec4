"""The two versions of the statement that a mend is about, each node marked that tells which way a run took.

0 and up are places of a body, where faults are raised, 100 is the clause that the mend is about, 101 the one it is
compared with, 102 and up are the others, 200 and up are raises of the first clause, 300 is a jump that ends ``finally``
or stands behind it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import VerifyError
from reviewbot.domain.mend import Mend
from reviewbot.languages.python.faulting.places import Place, find_place
from reviewbot.languages.python.mending import leaked_file
from reviewbot.languages.python.mending.lost_cause import own_raises
from reviewbot.languages.python.mending.undoing import statement_at
from reviewbot.languages.python.reading.imports import imported

HANDLER, RAISE, JUMP = 100, 200, 300
POINTS = 3
"""Places of a body: before its first statement, before its last, after it."""


@dataclass(frozen=True)
class Side:
    """One version.

    Attributes:
        place: its statements and what stands around them.
        marks: the marked nodes. own: names that the construct itself binds, which are no outcome.
    """

    place: Place
    marks: Mapping[ast.AST, int]
    own: frozenset[str]


def sides(before: ast.Module, after: ast.Module, mend: Mend, longer: int) -> tuple[Side, Side]:
    """Both versions. Adds statements that do nothing where there is none to mark.

    Args:
        longer: how many more lines the replacement has.

    Raises:
        VerifyError: the statement is not there, or not as a mend of this rule leaves it.
    """
    if mend.rule == leaked_file.RULE:
        return _opening(before, mend, 0), _opening(after, mend, longer)
    ours, theirs = (_found(statement_at(tree, mend.at)) for tree in (before, after))
    places = _place(before, ours, mend, 0), _place(after, theirs, mend, longer)
    numbers = _numbers(ours, theirs, mend)
    made = [
        Side(place, _marked(place, guard, order), frozenset(one.name for one in guard.handlers if one.name))
        for place, guard, order in zip(places, (ours, theirs), numbers, strict=True)
    ]
    return made[0], made[1]


def _found(guard: ast.Try | None) -> ast.Try:
    if guard is None:
        raise VerifyError("The statement to be mended was not found again.")
    return guard


def _place(tree: ast.Module, statement: ast.stmt, mend: Mend, longer: int) -> Place:
    """The statement, with what the mend put behind it."""
    end = max(statement.end_lineno or statement.lineno, mend.lines.end + longer)
    return find_place(tree, LineRange(statement.lineno, end))


def _opening(tree: ast.Module, mend: Mend, longer: int) -> Side:
    """The statement that opens a file: 0 is the call that uses it up, 1 the one that opens it."""
    statement = leaked_file.statement_at(tree, mend.at)
    names = dict(imported(tree))
    if isinstance(statement, ast.With) and isinstance(alias := statement.items[0].optional_vars, ast.Name):
        found = leaked_file.spot_of(statement.body[0], names, alias.id)
        opened: ast.expr = statement.items[0].context_expr
        own = frozenset({alias.id})
    else:
        found = leaked_file.spot_of(statement, names) if statement is not None else None
        opened, own = (found[0] if found else ast.Constant(None)), frozenset()
    if statement is None or found is None:
        raise VerifyError("The call that uses the file up was not found again.")
    return Side(_place(tree, statement, mend, longer), {found[1]: 0, opened: 1}, own)


def _numbers(before: ast.Try, after: ast.Try, mend: Mend) -> tuple[list[int], list[int]]:
    """The marks of the clauses on both sides, in their order there. A clause that moved keeps its mark."""
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


def _marked(place: Place, guard: ast.Try, numbers: Sequence[int]) -> dict[ast.AST, int]:
    behind = place.statements[-1]
    jump = guard.finalbody[-1] if behind is guard and guard.finalbody else behind
    marks: dict[ast.AST, int] = {jump: JUMP} if isinstance(jump, ast.Return | ast.Break | ast.Continue) else {}
    for handler, number in zip(guard.handlers, numbers, strict=True):
        if number == HANDLER:
            marks |= {node: RAISE + at for at, node in enumerate(own_raises(handler))}
        handler.body.insert(0, _nothing(handler, marks, number))
    marks.setdefault(guard.body[-1], 1)
    guard.body.insert(0, _nothing(guard, marks, 0))
    guard.body.append(_nothing(guard, marks, 2))
    return marks


def _nothing(near: ast.AST, marks: dict[ast.AST, int], number: int) -> ast.stmt:
    made = ast.Pass()
    marks[ast.copy_location(made, near)] = number
    return made
