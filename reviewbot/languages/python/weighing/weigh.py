"""One file's candidates with their features: the same for training and for a review."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Failure
from reviewbot.languages.python.finding.handled import Care
from reviewbot.languages.python.finding.sites import Sites
from reviewbot.languages.python.reading.syntax import Function, Syntax
from reviewbot.languages.python.weighing.candidates import Candidate, Finder, heads, nameable
from reviewbot.languages.python.weighing.digest import Digest, digest
from reviewbot.languages.python.weighing.features import Scene, features
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.keys import exception_key, risky
from reviewbot.languages.python.weighing.repository import Repository


@dataclass(frozen=True)
class Weighed:
    """A candidate, its features, and what the exception knowledge says of it (None where it says nothing)."""

    candidate: Candidate
    features: dict[str, float]
    failure: Failure | None


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
        for function in self._functions(changed):
            scene = Scene(self.path, self.syntax, self.digest, self.repository, self.field, function)
            for statement in finder.statements(function):
                if not any(r.overlaps(LineRange(statement.lineno, statement.lineno)) for r in changed):
                    continue
                yield from self._of(finder, scene, statement, names)

    def _of(self, finder: Finder, scene: Scene, statement: ast.stmt, names: Mapping[str, str]) -> Iterator[Weighed]:
        failures: dict[ast.AST, dict[str, tuple[Failure, float]]] = {}
        for node in _own_risks(statement):
            known = self.sites.known(node)
            if known is not None:
                failures[node] = {
                    exception_key(s.failure.exception): (s.failure, s.score) for s in self.sites.scored(node, known)
                }
        known_scores = {
            n: {k: (f.exception, score) for k, (f, score) in found.items()} for n, found in failures.items()
        }
        for one in finder.candidates(scene.function, statement, known_scores, names):
            if self.sites.handlers.around(one.node, one.dotted) is Care.HANDLED:
                continue
            failure = next((found[one.exception][0] for found in failures.values() if one.exception in found), None)
            yield Weighed(one, features(scene, one, known_scores), failure)

    def _functions(self, changed: Sequence[LineRange]) -> list[Function]:
        found = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        touched = (f for f in found if any(r.overlaps(LineRange(f.lineno, f.end_lineno or f.lineno)) for r in changed))
        return sorted(touched, key=lambda f: f.lineno)


def _own_risks(statement: ast.stmt) -> Iterator[ast.Call | ast.Subscript]:
    for head in heads(statement):
        for node in risky(head):
            if isinstance(node, ast.Call | ast.Subscript):
                yield node
