"""One file's candidates with their features: the same for training and for a review."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Failure
from reviewbot.languages.python.finding.handled import Care
from reviewbot.languages.python.finding.sites import Scored, Sites
from reviewbot.languages.python.reading import ranges
from reviewbot.languages.python.reading.knowledge import KnownCallable
from reviewbot.languages.python.reading.syntax import Function, Syntax
from reviewbot.languages.python.weighing.candidates import Candidate, Finder, Known, heads, heads_end, nameable
from reviewbot.languages.python.weighing.digest import Digest, digest
from reviewbot.languages.python.weighing.doubts import left
from reviewbot.languages.python.weighing.escapes import lineage
from reviewbot.languages.python.weighing.features import Scene, features
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.impossible import impossible
from reviewbot.languages.python.weighing.keys import exception_key, risky
from reviewbot.languages.python.weighing.repository import Repository


@dataclass(frozen=True)
class Weighed:
    """A candidate.

    Attributes:
        features: by name. failure: what the exception knowledge says of it, None where it says nothing.
        callee: what is called, subscripted or read: its canonical name where it is known.
        left: of the forest's probability, how much is left after doubts that it knows nothing of.
    """

    candidate: Candidate
    features: dict[str, float]
    failure: Failure | None
    callee: str
    left: float = 1.0


@dataclass(frozen=True, eq=False)
class Weigher:
    """Weighs the candidates of one file."""

    path: str
    syntax: Syntax
    sites: Sites
    repository: Repository
    field: Field

    @cached_property
    def digest(self) -> Digest:
        """The file's own."""
        return self.repository.digests.get(self.path) or digest(self.syntax.tree)

    def weighed(self, changed: Sequence[LineRange]) -> Iterator[Weighed]:
        """The candidates on changed lines of functions, each with its features."""
        finder = Finder(self.syntax, self.digest, self.repository, self.field)
        names = nameable(self.digest, self.repository)
        lines = ranges.joined(changed)
        for function in self._functions(lines):
            scene = Scene(self.path, self.syntax, self.digest, self.repository, self.field, function)
            for statement in finder.statements(function):
                if ranges.touched(lines, statement.lineno, heads_end(statement)):
                    found = self._of(finder, scene, statement, names)
                    nodes = ((one, one.candidate.node) for one in found)
                    yield from (one for one, n in nodes if ranges.touched(lines, n.lineno, n.end_lineno or n.lineno))

    def _of(self, finder: Finder, scene: Scene, statement: ast.stmt, names: Mapping[str, str]) -> Iterator[Weighed]:
        known: dict[ast.AST, KnownCallable] = {}
        failures: dict[ast.AST, dict[str, Scored]] = {}
        for node in _own_risks(statement):
            found = self.sites.known(node)
            if found is not None:
                known[node], failures[node] = found, _by_key(self.sites.scored(node, found))
        scores: Known = {n: {key: s.score for key, s in found.items()} for n, found in failures.items()}
        for one in finder.candidates(scene.function, statement, scores, names):
            if self._handled(one, known.get(one.node), failures.get(one.node, {})):
                continue
            failure = next((f[one.exception].failure for f in failures.values() if one.exception in f), None)
            callee = known[one.node].name if one.node in known else _name(one)
            yield Weighed(one, features(scene, one, scores), failure, callee, left(one, self.repository))

    def _handled(self, one: Candidate, known: KnownCallable | None, scored: Mapping[str, Scored]) -> bool:
        """Whether analysis says that it cannot happen here, or that something takes care of it."""
        names = (one.dotted, *lineage(one.exception, self.repository.classes))
        if impossible(one) or any(self.sites.handlers.around(one.node, name) is Care.HANDLED for name in names):
            return True
        if isinstance(one.node, ast.Subscript) and one.exception == "KeyError" and self.sites.guards.has_key(one.node):
            return True
        if known is None:
            return False
        possible = {key for key, found in scored.items() if found.score > 0}
        listed = any(exception_key(r.failure.exception) == one.exception for r in known.raises)
        return not possible or (listed and one.exception not in possible)

    def _functions(self, lines: Sequence[LineRange]) -> list[Function]:
        found = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        touched = (f for f in found if ranges.touched(lines, f.lineno, f.end_lineno or f.lineno))
        return sorted(touched, key=lambda f: f.lineno)


def _own_risks(statement: ast.stmt) -> Iterator[ast.Call | ast.Subscript]:
    for head in heads(statement):
        for node in risky(head):
            if isinstance(node, ast.Call | ast.Subscript):
                yield node


def _by_key(scored: Sequence[Scored]) -> dict[str, Scored]:
    return {exception_key(one.failure.exception): one for one in scored}


def _name(one: Candidate) -> str:
    keys = next((keys for node, keys in one.nodes if node is one.node), ("",))
    return keys[0].lstrip("@.")
