"""Where a region stands: its statements, the scopes and loops around them, and its failing expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import VerifyError
from reviewbot.domain.site import Span
from reviewbot.languages.python.checking.match import first_line
from reviewbot.languages.python.reading.scoping import NESTED, own_nodes


@dataclass(frozen=True)
class Place:
    """A run of whole statements in one block. ``around`` are the nodes above it, outermost first."""

    statements: tuple[ast.stmt, ...]
    around: tuple[ast.AST, ...]

    @property
    def scope(self) -> ast.AST:
        """The function, class or module whose names the statements bind."""
        return next(node for node in reversed(self.around) if isinstance(node, (*NESTED, ast.Module)))


def find_place(tree: ast.Module, lines: LineRange) -> Place:
    """The statements that stand on exactly ``lines``.

    Raises:
        VerifyError: the lines are not whole statements of one block.
    """
    for around, block in _blocks(tree, ()):
        inside = [s for s in block if lines.covers(LineRange(first_line(s), s.end_lineno or s.lineno))]
        if inside and not any(s not in inside and _overlaps(s, lines) for s in block):
            return Place(tuple(inside), around)
    raise VerifyError(f"Lines {lines.start}-{lines.end} are not whole statements, so they cannot be run apart.")


def _blocks(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[tuple[ast.AST, ...], Sequence[ast.stmt]]]:
    """Every block of statements with the nodes above it, outer blocks first."""
    for _, held in ast.iter_fields(node):
        if isinstance(held, list) and held and isinstance(held[0], ast.stmt):
            yield (*around, node), held
    for child in ast.iter_child_nodes(node):
        yield from _blocks(child, (*around, node))


def _overlaps(node: ast.stmt, lines: LineRange) -> bool:
    return lines.overlaps(LineRange(first_line(node), node.end_lineno or node.lineno))


def kind_of(before: Place, after: Place) -> str:
    """How the region must be run: ``plain``, ``generator``, ``coroutine`` or ``async generator``."""
    nodes = list(own_nodes([*before.statements, *after.statements]))
    waits = isinstance(before.scope, ast.AsyncFunctionDef) or any(isinstance(n, ast.Await) for n in nodes)
    yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in nodes)
    return {(False, False): "plain", (False, True): "generator", (True, False): "coroutine"}.get(
        (waits, yields), "async generator"
    )


def jumps(statements: Sequence[ast.stmt]) -> bool:
    """Whether the statements ``continue`` or ``break`` a loop around them."""
    for statement in statements:
        if isinstance(statement, ast.Continue | ast.Break):
            return True
        if isinstance(statement, NESTED):
            continue
        loop = isinstance(statement, ast.For | ast.AsyncFor | ast.While)
        for name, held in ast.iter_fields(statement):
            if (loop and name == "body") or not isinstance(held, list):
                continue
            inner = [part for one in held for part in (getattr(one, "body", [one]) if _wraps(one) else [one])]
            if jumps([part for part in inner if isinstance(part, ast.stmt)]):
                return True
    return False


def _wraps(node: ast.AST) -> bool:
    return isinstance(node, ast.ExceptHandler | ast.match_case)


def find_node(place: Place, span: Span, lines: Sequence[str]) -> ast.AST:
    """The node at a span: a call or subscript rather than what merely stands in the same place.

    Args:
        lines: the file's lines, since ``ast`` counts columns in UTF-8 bytes.

    Raises:
        VerifyError: there is none.
    """
    wanted = (
        span.line,
        len(lines[span.line - 1][: span.column].encode("utf-8")),
        span.end_line,
        len(lines[span.end_line - 1][: span.end_column].encode("utf-8")),
    )
    found = [node for top in place.statements for node in ast.walk(top) if _span(node) == wanted]
    if not found:
        raise VerifyError(f"The failing expression on line {span.line} was not found, so no fault can be injected.")
    return min(found, key=_rank)


def _span(node: ast.AST) -> tuple[int, int, int, int] | None:
    if not isinstance(node, ast.expr | ast.stmt):
        return None
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0


def _rank(node: ast.AST) -> int:
    if isinstance(node, ast.Call | ast.Subscript):
        return 0
    return 1 if isinstance(node, ast.expr) else 2
