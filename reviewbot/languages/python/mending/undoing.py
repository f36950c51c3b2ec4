"""Take a mend back in the edited tree, rule by rule: what is then left must be the original."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending import lost_cause


@dataclass(frozen=True)
class Undone:
    """What was found.

    Attributes:
        same: with the mend taken back, both trees are equal, and there was something to take back.
        new, gone: the words that the mend brought and took away, each as often as it did.
        names: what is wrong with the names; None where nothing is.
    """

    same: bool
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    names: str | None = None


_NOT = Undone(same=False)


def undone(before: ast.Module, after: ast.Module, mend: Mend) -> Undone:
    """The mend taken back. Changes ``after``."""
    ours, theirs = statement_at(before, mend.at), statement_at(after, mend.at)
    if ours is None or theirs is None or len(ours.handlers) != len(theirs.handlers):
        return _NOT
    taken = _BY_RULE[mend.rule](ours, theirs, after, mend)
    same = taken.same and ast.dump(before) == ast.dump(after)
    return Undone(same, taken.new, taken.gone, taken.names)


def statement_at(tree: ast.Module, line: int) -> ast.Try | None:
    """The ``try`` that begins on a line: there is one at most."""
    return next((node for node in ast.walk(tree) if isinstance(node, ast.Try) and node.lineno == line), None)


def _cause(before: ast.Try, after: ast.Try, tree: ast.Module, mend: Mend) -> Undone:
    """``as name`` and ``from name``."""
    ours, theirs = before.handlers[mend.subjects[0]], after.handlers[mend.subjects[0]]
    given, new = theirs.name, []
    pairs = list(zip(lost_cause.own_raises(ours), lost_cause.own_raises(theirs), strict=False))
    for one, other in pairs:
        if one.cause is None and isinstance(other.cause, ast.Name) and other.cause.id == given:
            other.cause = None
            new += ["from", str(given)]
    fault = f"`{given}` is bound anew in the handler" if given in lost_cause.rebound(theirs.body) else None
    if ours.name is None and given is not None:
        theirs.name = None
        new += ["as", given]
        scope = _scope(tree, theirs)
        if not lost_cause.free(scope, theirs, given):
            fault = f"the handler would delete `{given}`, which is used elsewhere"
    return Undone("from" in new, tuple(new), names=fault)


def _scope(tree: ast.Module, wanted: ast.AST) -> ast.AST:
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    around = [n for n in ast.walk(tree) if isinstance(n, scopes) and any(wanted is part for part in ast.walk(n))]
    return min(around, key=lambda n: sum(1 for _ in ast.walk(n)), default=tree)


_BY_RULE: Mapping[str, Callable[[ast.Try, ast.Try, ast.Module, Mend], Undone]] = {lost_cause.RULE: _cause}
