"""Runs of statements: what stands on which whole lines, and what must stay together to be guarded as one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Span
from reviewbot.languages.python.reading.syntax import Syntax

_FIELDS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, eq=False)
class Run:
    """Neighbouring statements of one block.

    Attributes:
        parent, field: the block: ``field`` of ``parent`` is the list that holds the statements.
        first, last: positions in that list, both inclusive.
    """

    parent: ast.AST
    field: str
    first: int
    last: int

    @property
    def block(self) -> Sequence[ast.stmt]:
        """All statements of the block."""
        held: Sequence[ast.stmt] = getattr(self.parent, self.field)
        return held

    @property
    def statements(self) -> Sequence[ast.stmt]:
        """The statements of the run."""
        return self.block[self.first : self.last + 1]

    @property
    def lines(self) -> LineRange:
        """The lines from the first statement's beginning, decorators included, to the last one's end."""
        last = self.statements[-1]
        return LineRange(beginning(self.statements[0]), last.end_lineno or last.lineno)

    def joined(self, other: Run) -> Run:
        """One run over both, which stand in the same block."""
        return Run(self.parent, self.field, min(self.first, other.first), max(self.last, other.last))


def beginning(statement: ast.AST) -> int:
    """The line a statement begins on, its decorators included."""
    lines = [getattr(statement, "lineno", 1), *(d.lineno for d in getattr(statement, "decorator_list", []))]
    return int(min(lines))


def run_of(syntax: Syntax, lines: LineRange) -> Run | None:
    """The innermost run of which every statement lies within ``lines`` and which touches their first line."""
    node: ast.AST | None = syntax.tree
    while node is not None:
        inner = None
        for parent, field, block in blocks_within(node):
            held = [i for i, s in enumerate(block) if lines.covers(_span(s))]
            if held and beginning(block[held[0]]) == lines.start:
                return Run(parent, field, held[0], held[-1])
            inner = inner or next((s for s in block if _span(s).covers(lines)), None)
        node = inner
    return None


def holder(syntax: Syntax, span: Span) -> Run | None:
    """The innermost statement that holds the expression, as a run of one."""
    node: ast.AST | None = syntax.tree
    found: Run | None = None
    while node is not None:
        inner = None
        for parent, field, block in blocks_within(node):
            for index, statement in enumerate(block):
                if _holds(syntax, statement, span):
                    found, inner = Run(parent, field, index, index), statement
        node = inner
    return found


def blocks_within(node: ast.AST) -> Iterator[tuple[ast.AST, str, Sequence[ast.stmt]]]:
    """The lists of statements that ``node`` holds itself, those of its handlers and cases included."""
    for field in _FIELDS:
        held = getattr(node, field, None)
        if isinstance(held, list) and held:
            yield node, field, held
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part, "body", part.body


def enlarged(syntax: Syntax, run: Run) -> Run | None:
    """The smallest run around ``run`` that has its lines to itself; None where none has."""
    while True:
        wider = _neighbours(run)
        owner = wider.parent
        if isinstance(owner, ast.Module) or not _shares_line_with_owner(syntax, wider):
            return wider
        outer = _run_of_owner(syntax, owner)
        if outer is None:
            return None
        run = outer


def parent_run(syntax: Syntax, run: Run) -> Run | None:
    """The statement whose block ``run`` stands in, as a run of one; None at the file's top."""
    return _run_of_owner(syntax, run.parent)


def _run_of_owner(syntax: Syntax, owner: ast.AST) -> Run | None:
    if isinstance(owner, ast.ExceptHandler | ast.match_case):
        owner = syntax.links[owner][0]
    link = syntax.links.get(owner)
    if link is None:
        return None
    parent, field = link
    index = getattr(parent, field).index(owner)
    return Run(parent, field, index, index)


def _neighbours(run: Run) -> Run:
    """With the statements that begin or end on the same lines, as ``a; b`` does."""
    block, first, last = run.block, run.first, run.last
    while first > 0 and (block[first - 1].end_lineno or 0) >= beginning(block[first]):
        first -= 1
    while last + 1 < len(block) and beginning(block[last + 1]) <= (block[last].end_lineno or 0):
        last += 1
    return Run(run.parent, run.field, first, last)


def _shares_line_with_owner(syntax: Syntax, run: Run) -> bool:
    """``if x: statement``, and ``elif``, which is an ``if`` that cannot be guarded apart."""
    first = run.statements[0]
    begin = beginning(first)
    text = syntax.lines[begin - 1]
    column = first.col_offset if first.lineno == begin else len(text) - len(text.lstrip())
    head = text.encode()[:column].decode(errors="replace").lstrip("\ufeff")
    if head.strip() and not head.strip().startswith("@"):
        return True
    return run.field == "orelse" and isinstance(first, ast.If) and text.lstrip().startswith("elif")


def _span(statement: ast.stmt) -> LineRange:
    return LineRange(beginning(statement), statement.end_lineno or statement.lineno)


def _holds(syntax: Syntax, statement: ast.stmt, span: Span) -> bool:
    """Whether an expression's place lies within a statement, decorators included."""
    if not _span(statement).covers(span.lines):
        return False
    start = (span.line, _bytes(syntax, span.line, span.column))
    last = (span.end_line, _bytes(syntax, span.end_line, span.end_column))
    begin = (beginning(statement), 0) if getattr(statement, "decorator_list", None) else None
    begin = begin or (statement.lineno, statement.col_offset)
    return begin <= start and last <= (statement.end_lineno or 0, statement.end_col_offset or 0)


def _bytes(syntax: Syntax, line: int, column: int) -> int:
    text = syntax.lines[line - 1]
    return column if text.isascii() else len(text[:column].encode())
