"""What the rules look at: one parsed file, its changed lines, and the comments that ask for silence."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reviewbot.domain.change import LineRange
from reviewbot.languages.python.mending.aliases import loose
from reviewbot.languages.python.mending.silenced import Silenced, named
from reviewbot.languages.python.reading.imports import builtin_exception, canonical, dotted, imported, own_classes
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.syntax import Syntax

_PLAIN = re.compile(r"[\w.]{1,60}")
_LONGEST_CLAUSE = 60
_DEEPEST = 20
_FEW = 5
_MOST = 200
"""So many ``try`` statements of a file are looked at; hostile code has more."""


@dataclass(frozen=True, eq=False)
class View:
    """One file under review.

    Attributes:
        changed: the ranges that the change adds, in any order.
        declined: rules that the repository has told its linters to leave out, see ``declined``.
    """

    syntax: Syntax
    changed: Sequence[LineRange]
    knowledge: Knowledge
    declined: frozenset[str] = frozenset()
    _loose: dict[ast.AST, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def tries(self) -> tuple[ast.Try, ...]:
        """The ``try`` statements that touch a changed line, in the order of the file; ``except*`` is left alone."""
        found = [n for n in self.syntax.links if isinstance(n, ast.Try) and self.touches(lines_of(n))]
        return tuple(sorted(found, key=lambda n: n.lineno))[:_MOST]

    @cached_property
    def silenced(self) -> Silenced:
        """The comments."""
        return Silenced(self.syntax.lines)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Names that imports bind, with the dotted paths of what they are."""
        return dict(imported(self.syntax.tree))

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """The classes of the file's top level."""
        return dict(own_classes(self.syntax.tree))

    @cached_property
    def stored(self) -> frozenset[str]:
        """Names that some scope of the file assigns or takes as a parameter: they may be another thing there."""
        return frozenset(
            node.id if isinstance(node, ast.Name) else node.arg
            for node in self.syntax.links
            if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
        )

    @cached_property
    def aliases(self) -> tuple[str, ...]:
        """The names that the file's clauses give to what they catch, the commonest first."""
        names = Counter(node.name for node in self.syntax.links if isinstance(node, ast.ExceptHandler) and node.name)
        return tuple(name for name, _ in names.most_common(_FEW))

    @cached_property
    def cut(self) -> tuple[ast.Raise, ...]:
        """Every ``raise … from None``."""
        raises = (node for node in self.syntax.links if isinstance(node, ast.Raise))
        return tuple(node for node in raises if isinstance(node.cause, ast.Constant))

    def loose(self, scope: ast.AST) -> frozenset[str]:
        """See ``aliases.loose``; each scope is read once."""
        if scope not in self._loose:
            self._loose[scope] = loose(scope)
        return self._loose[scope]

    @cached_property
    def _ranges(self) -> list[LineRange]:
        joined: list[LineRange] = []
        for one in sorted(self.changed):
            if joined and one.start <= joined[-1].end + 1:
                joined[-1] = LineRange(joined[-1].start, max(one.end, joined[-1].end))
            else:
                joined.append(one)
        return joined

    def touches(self, lines: LineRange) -> bool:
        """Whether one line at least is changed."""
        after = bisect_right(self._ranges, lines.end, key=lambda r: r.start)
        return after > 0 and self._ranges[after - 1].end >= lines.start

    def whole(self, lines: LineRange) -> bool:
        """Whether every line is changed."""
        after = bisect_right(self._ranges, lines.start, key=lambda r: r.start)
        return after > 0 and self._ranges[after - 1].covers(lines)

    def quiet(self, lines: Sequence[LineRange], codes: Sequence[str]) -> bool:
        """Whether a comment on one of the lines, one for the file, or the repository's settings ask for silence."""
        if named(self.declined, codes):
            return True
        numbers = {number for one in lines for number in range(one.start, one.end + 1)}
        return self.silenced.file(codes) or any(self.silenced.line(number, codes) for number in numbers)

    def function(self, node: ast.AST) -> str | None:
        """The dotted name of the function around ``node``."""
        found = self.syntax.function(node)
        return None if found is None else self.syntax.qualified(found)

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, class or module whose names ``node`` binds."""
        for _, block, parent in self.syntax.outward(node):
            if block == "body" and isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                return parent
        return self.syntax.tree

    def caught(self, handler: ast.ExceptHandler) -> tuple[str, ...] | None:
        """The classes that a clause names, by canonical path; None where one is no class that we know the name of."""
        if handler.type is None:
            return ()
        parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        paths = [self.path(part) for part in parts]
        return None if None in paths else tuple(path for path in paths if path)

    def path(self, expression: ast.expr) -> str | None:
        """The canonical path of an exception class; None where the expression is none that we can tell."""
        path = canonical(expression, self.imports)
        root = (dotted(expression) or "").partition(".")[0]
        if path is None or root in self.stored or not _PLAIN.fullmatch(path.lstrip(".")):
            return None
        if root in self.classes:  # one that is named like a built-in would be taken for that
            return None if builtin_exception(root) or root in self.imports else path
        if root in self.imports:
            return self.knowledge.exception(path)
        return self.knowledge.exception(path) if builtin_exception(path) else None

    def builtin(self, name: str) -> bool:
        """Whether ``name`` is the built-in everywhere in the file, as far as can be read."""
        return name not in self.stored | self._defined and name not in self.imports and "*" not in self.imports

    @cached_property
    def _defined(self) -> frozenset[str]:
        """Names of functions and classes; a method's name is its class's alone."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        links = self.syntax.links
        return frozenset(n.name for n in links if isinstance(n, kinds) and not isinstance(links[n][0], ast.ClassDef))

    def covers(self, parent: str, child: str) -> bool:
        """Whether a clause of one class surely catches the other, by the file's own classes and by what is known."""
        lineage = self._lineage(child)
        return any(self.knowledge.knows_exception(one) and self.knowledge.catches(parent, one) for one in lineage) or (
            parent in lineage
        )

    def _lineage(self, path: str) -> tuple[str, ...]:
        """A class with the bases that the file gives it, as far as it does."""
        found = {path: None}
        waiting = [path]
        while waiting and len(found) < _DEEPEST:
            made = self.classes.get(waiting.pop())
            bases = [base for expression in (made.bases if made else ()) if (base := self.path(expression))]
            waiting += [base for base in bases if base not in found]
            found.update(dict.fromkeys(bases))
        return tuple(found)


def lines_of(node: ast.stmt) -> LineRange:
    """The lines from a statement's first to its last."""
    return LineRange(node.lineno, node.end_lineno or node.lineno)


def head_of(handler: ast.ExceptHandler) -> LineRange:
    """The lines of a clause's head: from ``except`` to the line before the body, or of both."""
    last = handler.type.end_lineno if handler.type is not None else None
    return LineRange(handler.lineno, max(last or handler.lineno, handler.lineno))


def clause(handler: ast.ExceptHandler) -> str:
    """The clause for a person: ``except KeyError``."""
    text = "" if handler.type is None else ast.unparse(handler.type)
    return "this handler" if len(text) > _LONGEST_CLAUSE else f"`except {text}`" if text else "`except:`"


def handlers(view: View) -> Iterator[tuple[ast.Try, int, ast.ExceptHandler]]:
    """Each handler of the tries, with its number."""
    for guard in view.tries:
        for number, handler in enumerate(guard.handlers):
            yield guard, number, handler
