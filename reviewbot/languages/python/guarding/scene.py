"""Where a region stands: its function and how that ends elsewhere, its loop, and what a handler may do there."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Region
from reviewbot.languages.python.guarding import blocks
from reviewbot.languages.python.guarding.blocks import Run
from reviewbot.languages.python.guarding.views import View
from reviewbot.languages.python.reading.scoping import bound, own_nodes, reads
from reviewbot.languages.python.reading.syntax import Function, Syntax, position

_LONGEST_HEADER = 6
"""A compound statement guarded for its header's sake is at most so many lines."""
_LONGEST = 16
"""More lines than this in one ``try`` hide where a failure comes from."""


@dataclass(frozen=True, eq=False)
class Scene:
    """The place of one region.

    Attributes:
        view: the file. region: what is guarded. run: its statements.
        function: the function whose running runs them; None at module level or in a class body.
    """

    view: View
    region: Region
    run: Run
    function: Function | None

    @property
    def syntax(self) -> Syntax:
        """The file's syntax."""
        return self.view.syntax

    @cached_property
    def owners(self) -> tuple[tuple[ast.AST, str], ...]:
        """Statements around the region and the field they hold it in, inside out, up to the function."""
        around: list[tuple[ast.AST, str]] = [(self.run.parent, self.run.field)]
        around += [(parent, field) for _, field, parent in self.syntax.inline(self.run.parent)]
        if self.function is not None and self.run.parent is self.function:
            return ()
        return tuple((p, f) for p, f in around if not isinstance(p, ast.Module | Function))

    @property
    def in_class_body(self) -> bool:
        """Whether the statements run while a class is made."""
        return any(isinstance(p, ast.ClassDef) for p, _ in self.owners)

    @property
    def in_finally(self) -> bool:
        """Whether the statements run in a ``finally`` block of their function."""
        return any(field == "finalbody" for _, field in self.owners)

    @property
    def in_main_guard(self) -> bool:
        """Whether the statements stand under ``if __name__ == "__main__"``."""
        return self.function is None and any(is_main_guard(p) for p, f in self.owners if f == "body")

    @cached_property
    def loop(self) -> ast.For | ast.AsyncFor | None:
        """The innermost loop around the region when it is a ``for``, so that ``continue`` goes to the next item."""
        for parent, field in self.owners:
            if isinstance(parent, ast.For | ast.AsyncFor | ast.While) and field == "body":
                return None if isinstance(parent, ast.While) else parent
        return None

    @cached_property
    def class_(self) -> ast.ClassDef | None:
        """The class of which the function is a method."""
        if self.function is None:
            return None
        parent, _ = self.syntax.links[self.function]
        return parent if isinstance(parent, ast.ClassDef) else None

    @cached_property
    def body_nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the function (or of the module's own code), nested functions aside."""
        body = self.syntax.tree.body if self.function is None else self.function.body
        return tuple(own_nodes(body))

    @property
    def generator(self) -> bool:
        """Whether the function yields."""
        return self.function is not None and any(isinstance(n, ast.Yield | ast.YieldFrom) for n in self.body_nodes)

    @cached_property
    def returns(self) -> tuple[ast.Return, ...]:
        """The function's ``return`` statements outside the region."""
        inside = self.region.lines
        found = [n for n in self.body_nodes if isinstance(n, ast.Return) and n.lineno not in inside]
        return tuple(sorted(found, key=position))

    @cached_property
    def docstring(self) -> str:
        """The function's docstring, white space as one blank; empty where there is none."""
        text = None if self.function is None else ast.get_docstring(self.function)
        return " ".join((text or "").split())

    @cached_property
    def bound_here(self) -> frozenset[str]:
        """Names that the region itself may bind."""
        return frozenset(bound(list(self.run.statements)))

    @cached_property
    def read_here(self) -> frozenset[str]:
        """Names that the region reads."""
        return frozenset(reads(list(self.run.statements)).now)

    @cached_property
    def statement(self) -> ast.stmt | None:
        """The region's only statement; None where it has several."""
        return self.run.statements[0] if len(self.run.statements) == 1 else None


def scene(view: View, region: Region) -> Scene | str:
    """The scene of a region, or the reason why nothing can be guarded there."""
    run = blocks.run_of(view.syntax, region.lines)
    if run is None or run.lines.start != region.lines.start:
        return "the lines are not whole statements"
    found = Scene(view, region, run, view.syntax.function(run.statements[0]))
    return _refusal(found) or found


def _refusal(found: Scene) -> str | None:
    """Why nothing can be guarded here; None where something can."""
    statements = found.run.statements
    reasons = (
        (any(isinstance(s, Function | ast.ClassDef) for s in statements),
         "the failure is in a decorator, a default or a class's head, where nothing can be put in its place"),
        (found.in_class_body, "a class body cannot go on without the value"),
        (found.in_finally, "a handler in a finally block would hide the first failure"),
        (any(isinstance(n, ast.Yield | ast.YieldFrom) for s in statements for n in ast.walk(s)),
         "the statements yield, so a handler would also catch what the consumer raises"),
        (len(found.run.lines) > _LONGEST, f"guarding it would put more than {_LONGEST} lines into one try"),
        (_in_long_header(found), f"the failure is in the head of a statement of more than {_LONGEST_HEADER} lines"),
    )  # fmt: skip
    return next((reason for applies, reason in reasons if applies), None)


def _in_long_header(found: Scene) -> bool:
    for statement in found.run.statements:
        body = getattr(statement, "body", None)
        if body is None or isinstance(statement, ast.With | ast.AsyncWith | ast.Try):
            continue
        if len(LineRange(statement.lineno, statement.end_lineno or statement.lineno)) > _LONGEST_HEADER:
            return True
    return False


def is_main_guard(node: ast.AST) -> bool:
    """``if __name__ == "__main__"``."""
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"__name__ == '__main__'", "'__main__' == __name__"}
