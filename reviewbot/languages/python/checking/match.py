"""Compare the tree after an edit with the one before it: nothing but inserted ``try`` statements may differ."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reviewbot.domain.change import LineRange

_BLOCKS = ("body", "orelse", "finalbody")


@dataclass
class Matched:
    """How the edited tree maps onto the original.

    Attributes:
        inserted: the ``try`` statements that the edit brought, outermost first.
        pairs: equal subtrees of the statements that touch the edited lines, before and after.
    """

    inserted: list[ast.Try] = field(default_factory=list)
    pairs: list[tuple[ast.AST, ast.AST]] = field(default_factory=list)

    def counterpart(self) -> dict[ast.AST, ast.AST]:
        """Each node of the original region with the same node of the edited one."""
        return {
            before: after
            for pair in self.pairs
            for before, after in zip(ast.walk(pair[0]), ast.walk(pair[1]), strict=True)
        }


class _Matcher:
    """One comparison. A node outside the edited lines is equal when it stands in the same, shifted, place:
    its text is the same by construction, so its tree is too."""

    def __init__(self, edited: LineRange, added_lines: int) -> None:
        self._edited = edited
        self._shift = added_lines
        self.matched = Matched()

    def block(self, before: Sequence[ast.stmt], after: Sequence[ast.stmt]) -> bool:
        """Whether ``after`` is ``before`` with nothing but inserted ``try`` statements."""
        end = self._prefix(before, 0, after)
        return end == len(before)

    def _prefix(self, before: Sequence[ast.stmt], start: int, after: Sequence[ast.stmt]) -> int | None:
        """How far ``before`` is used up by all of ``after``; None where they differ."""
        at: int | None = start
        for statement in after:
            if at is None:
                return None
            at = self._statement(before, at, statement)
        return at

    def _statement(self, before: Sequence[ast.stmt], at: int, after: ast.stmt) -> int | None:
        if at < len(before) and self._attempt(lambda: self._same(before[at], after)):
            return at + 1
        if isinstance(after, ast.Try) and not after.finalbody and after.handlers:
            self.matched.inserted.append(after)
            return self._prefix(before, at, [*after.body, *after.orelse])
        return None

    def _attempt(self, comparison: Callable[[], bool]) -> bool:
        kept = len(self.matched.inserted), len(self.matched.pairs)
        if comparison():
            return True
        del self.matched.inserted[kept[0] :], self.matched.pairs[kept[1] :]
        return False

    def _same(self, before: ast.stmt, after: ast.stmt) -> bool:
        if type(before) is not type(after):
            return False
        if self._outside(before):
            return self._place(before, self._shift_of(before)) == self._place(after, 0)
        if not any(_blocks(before)):
            return self._equal(before, after)
        return self._compound(before, after)

    def _compound(self, before: ast.AST, after: ast.AST) -> bool:
        """Headers must be equal; blocks may hold inserted statements."""
        for name in before._fields:
            ours, theirs = getattr(before, name, None), getattr(after, name, None)
            if name in _BLOCKS and isinstance(ours, list):
                if not self.block(ours, theirs or []):
                    return False
            elif name in {"handlers", "cases"} and isinstance(ours, list):
                if len(ours) != len(theirs or []) or not all(map(self._compound, ours, theirs or [])):
                    return False
            elif not self._values(ours, theirs):
                return False
        return True

    def _values(self, ours: object, theirs: object) -> bool:
        if isinstance(ours, ast.AST) and isinstance(theirs, ast.AST):
            return self._equal(ours, theirs)
        if isinstance(ours, list) and isinstance(theirs, list):
            return len(ours) == len(theirs) and all(map(self._values, ours, theirs))
        return type(ours) is type(theirs) and ours == theirs

    def _equal(self, before: ast.AST, after: ast.AST) -> bool:
        if ast.dump(before) != ast.dump(after):
            return False
        self.matched.pairs.append((before, after))
        return True

    def _outside(self, node: ast.stmt) -> bool:
        first = first_line(node)
        return (node.end_lineno or first) < self._edited.start or first > self._edited.end

    def _shift_of(self, node: ast.stmt) -> int:
        return self._shift if first_line(node) > self._edited.end else 0

    @staticmethod
    def _place(node: ast.stmt, shift: int) -> tuple[int, int, int, int]:
        return node.lineno + shift, node.col_offset, (node.end_lineno or 0) + shift, node.end_col_offset or 0


def match(before: ast.Module, after: ast.Module, edited: LineRange, added_lines: int) -> Matched | None:
    """How ``after`` maps onto ``before``; None where more than inserted ``try`` statements differs.

    Args:
        edited: the original's lines that were replaced. added_lines: how many more lines the replacement has.
    """
    matcher = _Matcher(edited, added_lines)
    return matcher.matched if matcher.block(before.body, after.body) else None


def first_line(node: ast.stmt) -> int:
    """The line a statement begins on, its decorators included."""
    decorators = getattr(node, "decorator_list", [])
    return int(min([node.lineno, *(d.lineno for d in decorators)]))


def _blocks(node: ast.AST) -> Iterator[bool]:
    for name in (*_BLOCKS, "handlers", "cases"):
        held = getattr(node, name, None)
        yield isinstance(held, list) and bool(held)
