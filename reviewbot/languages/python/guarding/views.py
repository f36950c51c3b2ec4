"""A file as all steps of proposing look at it: parsed once, with its names and an index of its calls."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.reading import syntax
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Syntax, position


@dataclass(frozen=True, eq=False)
class View:
    """A parsed file and what its names stand for."""

    syntax: Syntax
    names: Names

    @cached_property
    def calls(self) -> Mapping[str, Sequence[ast.Call]]:
        """The calls of plain names, in the order of the file, by the last part: ``x.warning(…)`` by ``warning``."""
        found: dict[str, list[ast.Call]] = {}
        for call in sorted(self.syntax.calls, key=position):
            name = dotted(call.func)
            if name is not None:
                found.setdefault(name.rpartition(".")[2], []).append(call)
        return found

    @cached_property
    def by_line(self) -> Mapping[int, Sequence[ast.Call | ast.Subscript]]:
        """Calls and subscripts by the line that they begin on."""
        found: dict[int, list[ast.Call | ast.Subscript]] = {}
        nodes: list[ast.Call | ast.Subscript] = [*self.syntax.calls, *self.syntax.subscripts]
        for node in nodes:
            found.setdefault(node.lineno, []).append(node)
        return found

    @cached_property
    def raised(self) -> Sequence[tuple[ast.Raise, ast.Call, str]]:
        """Each ``raise X(…)`` with its call and the name of ``X``, in the order of the file."""
        found: list[tuple[ast.Raise, ast.Call, str]] = []
        for calls in self.calls.values():
            for call in calls:
                parent, field = self.syntax.links[call]
                if isinstance(parent, ast.Raise) and field == "exc":
                    found.append((parent, call, dotted(call.func) or ""))
        return sorted(found, key=lambda one: position(one[0]))

    @cached_property
    def aliases(self) -> Sequence[str]:
        """The names that the file's handlers give what they catch, the most common first."""
        used = [node.name for node in self.syntax.links if isinstance(node, ast.ExceptHandler) and node.name]
        return sorted(set(used), key=lambda name: (-used.count(name), name))


@lru_cache(maxsize=16)
def view(file: SourceFile) -> View:
    """The view of a file, kept for the next step on the same file.

    Raises:
        Unparsable: it is no Python that can be placed line by line.
    """
    parsed = syntax.parse(file)
    return View(parsed, Names(parsed))


def dotted(expression: ast.expr) -> str | None:
    """``a.b.c`` as written, None for anything else."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    return ".".join([expression.id, *reversed(parts)]) if isinstance(expression, ast.Name) else None
