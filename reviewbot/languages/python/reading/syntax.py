"""A parsed file: its tree, who stands in whom, and places in the file's own lines and characters."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reviewbot.domain.site import Span
from reviewbot.domain.source_file import SourceFile

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Position = tuple[int, int]
"""Line from 1 and column in UTF-8 bytes from 0, as ``ast`` counts; good for order, not for showing."""

_BODIES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
_LEAF_FIELDS = frozenset(
    {"ctx", "op", "ops", "id", "attr", "name", "names", "arg", "asname", "module", "level", "kind", "value_s",
     "type_comment", "type_ignores", "lineno", "is_async", "simple", "conversion", "rest", "kwd_attrs"}
)  # fmt: skip
_LONE_CR = re.compile(r"\r(?!\n)")


class Unparsable(Exception):
    """The file is not Python that can be placed line by line; the message completes "the file …"."""


@dataclass(frozen=True, eq=False)
class Syntax:
    """A parsed file.

    Attributes:
        links: of every node but the root, its parent and the parent's field that it stands in.
        calls, subscripts, walruses: every such node, in no order.
    """

    file: SourceFile
    tree: ast.Module
    links: Mapping[ast.AST, tuple[ast.AST, str]]
    calls: tuple[ast.Call, ...]
    subscripts: tuple[ast.Subscript, ...]
    walruses: tuple[ast.NamedExpr, ...]
    _functions: dict[ast.AST, Function | None] = field(default_factory=dict)

    def outward(self, node: ast.AST) -> Iterator[tuple[ast.AST, str, ast.AST]]:
        """``(child, field, parent)`` from ``node`` up to the module, through functions."""
        link = self.links.get(node)
        while link is not None:
            parent, name = link
            yield node, name, parent
            node, link = parent, self.links.get(parent)

    def inline(self, node: ast.AST) -> Iterator[tuple[ast.AST, str, ast.AST]]:
        """As ``outward``, up to where running stops being inline: the body of a function or lambda."""
        for child, name, parent in self.outward(node):
            if name == "body" and isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return
            yield child, name, parent

    def function(self, node: ast.AST) -> Function | None:
        """The function whose running runs ``node``; None at module level."""
        for _, name, parent in self.outward(node):
            if isinstance(parent, Function) and name == "body":
                return parent
        return None

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds ``node``."""
        if isinstance(node, ast.stmt):
            return node
        return next(parent for _, _, parent in self.outward(node) if isinstance(parent, ast.stmt))

    def qualified(self, node: Function) -> str:
        """``Class.method``, or ``outer.inner``: the dotted name of a function."""
        names = [node.name]
        for _, name, parent in self.outward(node):
            if name == "body" and isinstance(parent, Function | ast.ClassDef):
                names.append(parent.name)
        return ".".join(reversed(names))

    def same_block(self, one: ast.AST, other: ast.AST) -> bool:
        """Whether two nodes stand in the same list of statements."""
        return self.links.get(one) == self.links.get(other)

    def dominates(self, before: ast.AST, node: ast.AST) -> bool:
        """Whether ``node`` cannot be reached without passing the statement ``before`` (or stands within it)."""
        link = self.links.get(before)
        if link is None:
            return True
        return any(child is before or self.links.get(child) == link for child in self._path(node))

    def _path(self, node: ast.AST) -> Iterator[ast.AST]:
        yield node
        for _, _, parent in self.outward(node):
            yield parent

    def span(self, node: ast.expr) -> Span:
        """The place of an expression, columns in characters."""
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset or 0
        return Span(node.lineno, self._column(node.lineno, node.col_offset), end_line, self._column(end_line, end))

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="replace"))

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.file.text.split("\n")

    @cached_property
    def mentions(self) -> Mapping[str, tuple[ast.expr, ...]]:
        """Every ``name`` and ``x.name`` of the file that is read, by ``name``."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.links:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found.setdefault(node.id, []).append(node)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.setdefault(node.attr, []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}


def position(node: ast.expr | ast.stmt) -> Position:
    """Where a node begins."""
    return node.lineno, node.col_offset


def end(node: ast.expr | ast.stmt) -> Position:
    """Where a node ends, exclusive."""
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def parse(file: SourceFile) -> Syntax:
    """The file's syntax.

    Raises:
        Unparsable: it is not Python 3, is nested too deep, or has lines that git counts otherwise.
    """
    if _LONE_CR.search(file.text):
        raise Unparsable("has carriage returns of its own, so its line numbers are not those of git")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in someone's string is their linter's business
            tree = ast.parse(file.text)
    except SyntaxError as error:
        raise Unparsable(f"does not parse: {error.msg} at line {error.lineno or 1}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unparsable(
            "does not parse: it is nested too deep or holds characters that Python does not take"
        ) from error
    return _index(file, tree)


def _index(file: SourceFile, tree: ast.Module) -> Syntax:
    """One pass over all nodes, without recursion."""
    links: dict[ast.AST, tuple[ast.AST, str]] = {}
    calls: list[ast.Call] = []
    subscripts: list[ast.Subscript] = []
    walruses: list[ast.NamedExpr] = []
    fields: dict[type[ast.AST], tuple[str, ...]] = {}
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is ast.Call:
            calls.append(node)  # type: ignore[arg-type]  # ``kind`` says so; isinstance costs a tenth of the pass
        elif kind is ast.Subscript:
            subscripts.append(node)  # type: ignore[arg-type]
        elif kind is ast.NamedExpr:
            walruses.append(node)  # type: ignore[arg-type]
        names = fields.get(kind)
        if names is None:
            names = fields[kind] = tuple(f for f in kind._fields if _holds_nodes(kind, f))
        for name in names:
            value = getattr(node, name, None)
            if value.__class__ is list:
                for item in value:
                    if isinstance(item, ast.AST):
                        links[item] = (node, name)
                        stack.append(item)
            elif isinstance(value, ast.AST):
                links[value] = (node, name)
                stack.append(value)
    return Syntax(file, tree, links, tuple(calls), tuple(subscripts), tuple(walruses))


def _holds_nodes(kind: type[ast.AST], name: str) -> bool:
    if kind is ast.Constant:
        return False
    return name not in _LEAF_FIELDS
