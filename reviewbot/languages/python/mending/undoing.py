"""Take a mend back in the edited tree, rule by rule: what is then left must be the original."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending import (
    aliases,
    bare_except,
    finally_jump,
    handler_order,
    leaked_file,
    lost_cause,
)
from reviewbot.languages.python.reading.imports import imported


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
    if mend.rule == leaked_file.RULE:
        taken = _leak(after, mend)
        return taken if taken.same and ast.dump(before) == ast.dump(after) else _NOT
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
        if aliases.deletes(tree, theirs, given):
            fault = f"the handler would delete `{given}`, which is used elsewhere"
    return Undone("from" in new, tuple(new), names=fault)


def _bare(before: ast.Try, after: ast.Try, tree: ast.Module, mend: Mend) -> Undone:
    """``Exception``, the built-in."""
    ours, theirs = before.handlers[mend.subjects[0]], after.handlers[mend.subjects[0]]
    if ours.type is not None or not isinstance(theirs.type, ast.Name) or theirs.type.id != "Exception":
        return _NOT
    theirs.type = None
    bound = "Exception" in imported(tree) or any(_is_bound(node, "Exception") for node in ast.walk(tree))
    return Undone(True, ("Exception",), names="`Exception` is not the built-in here" if bound else None)


def _is_bound(node: ast.AST, name: str) -> bool:
    stored = isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    return stored or (isinstance(node, ast.arg | ast.ClassDef | ast.FunctionDef) and name in vars(node).values())


def _order(before: ast.Try, after: ast.Try, tree: ast.Module, mend: Mend) -> Undone:
    """The clauses, in their old order."""
    places = {ast.dump(handler): at for at, handler in enumerate(before.handlers)}
    moved = [places.get(ast.dump(handler)) for handler in after.handlers]
    numbers = [at for at in moved if at is not None]
    if sorted(numbers) != list(range(len(before.handlers))) or numbers == sorted(numbers):
        return _NOT
    after.handlers = [after.handlers[numbers.index(at)] for at in range(len(numbers))]
    return Undone(True)


def _jump(before: ast.Try, after: ast.Try, tree: ast.Module, mend: Mend) -> Undone:
    """The jump, back at the end of ``finally``."""
    block = next(b for b in _blocks(tree) if any(one is after for one in b))
    at = next(number for number, one in enumerate(block) if one is after) + 1
    if at >= len(block) or not before.finalbody or ast.dump(block[at]) != ast.dump(before.finalbody[-1]):
        return _NOT
    gone = () if after.finalbody else ("finally", ":")
    after.finalbody.append(block.pop(at))
    return Undone(True, gone=gone)


def _leak(after: ast.Module, mend: Mend) -> Undone:
    """``with open(…) as name``, and ``name`` in place of the call."""
    made = leaked_file.statement_at(after, mend.at)
    if not isinstance(made, ast.With) or len(made.items) != 1 or len(made.body) != 1:
        return _NOT
    item, inner = made.items[0], made.body[0]
    if not isinstance(item.optional_vars, ast.Name):
        return _NOT
    name, scope = item.optional_vars.id, aliases.scope_of(after, made)
    block = next(b for b in _blocks(after) if any(one is made for one in b))
    block[next(at for at, one in enumerate(block) if one is made)] = _Filled(name, item.context_expr).visit(inner)
    fault = f"`{name}` is used elsewhere" if name in aliases.loose(scope) else None
    return Undone(True, ("with", "as", name, ":", name), names=fault)


class _Filled(ast.NodeTransformer):
    """Puts an expression in the place of a name, once."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self._name, self._value = name, value
        self._done = False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The first one alone: a second would have to be opened again."""
        if node.id != self._name or self._done:
            return node
        self._done = True
        return self._value


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for _, held in ast.iter_fields(node):
            if isinstance(held, list) and held and isinstance(held[0], ast.stmt):
                yield held


_BY_RULE: Mapping[str, Callable[[ast.Try, ast.Try, ast.Module, Mend], Undone]] = {
    lost_cause.RULE: _cause,
    bare_except.RULE: _bare,
    handler_order.RULE: _order,
    finally_jump.RULE: _jump,
}
