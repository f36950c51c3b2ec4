"""From a call or subscript to a site: what it can raise that nothing handles, how sure, and why."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from reviewbot.domain.site import Failure, Site
from reviewbot.languages.python.finding import boundaries, wording
from reviewbot.languages.python.finding.callers import Callers
from reviewbot.languages.python.finding.confidence import Cause, Features, confidence
from reviewbot.languages.python.finding.decoded import Decoded
from reviewbot.languages.python.finding.facts import Facts
from reviewbot.languages.python.finding.guards import Checked, Guards, Subject, subject
from reviewbot.languages.python.finding.handled import Care, Handlers
from reviewbot.languages.python.finding.origins import Origin, Origins
from reviewbot.languages.python.finding.safe import can_fail
from reviewbot.languages.python.reading.knowledge import Knowledge, KnownCallable, Raise
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Function, Syntax
from reviewbot.languages.python.reading.types import Types

_FLOOR = 0.25
"""A failure less likely than this is not worth a handler of its own."""
_BESIDE = 0.5
"""Nor is one that is less than half as likely as the likeliest at the same place."""

Candidate = ast.Call | ast.Subscript


@dataclass(frozen=True)
class Scored:
    """One failure of a place, 0 to 1."""

    failure: Failure
    score: float


class Sites:
    """Makes the sites of one file."""

    def __init__(self, syntax: Syntax, knowledge: Knowledge) -> None:
        self.syntax = syntax
        self.names = Names(syntax)
        self.types = Types(syntax, self.names, knowledge)
        self.handlers = Handlers(syntax, self.names, knowledge)
        self.callers = Callers(syntax, self.handlers)
        self.guards = Guards(Facts(syntax, self.names), self.names)
        self.origins = Origins(self.names, self.types)
        self.decoded = Decoded(syntax, self.names, self.types)

    def known(self, node: Candidate) -> KnownCallable | None:
        """What is known of a call or subscript, when it can fail at all."""
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return None  # a slice is never out of range
        if isinstance(node, ast.Subscript) and _is_program_name(node, self.names):
            return None
        known = self.types.callee(node)
        if known is None and isinstance(node, ast.Subscript):
            known = self.decoded.subscript(node)
        return known if known is not None and known.raises else None

    def site(self, node: Candidate, known: KnownCallable) -> Site | None:
        """The site of ``node``; None where everything it can raise is handled, ruled out or too unlikely."""
        function = self.syntax.function(node)
        scored = self.scored(node, known)
        best = max((one.score for one in scored), default=0.0)
        kept = [one for one in scored if one.score >= max(_FLOOR, best * _BESIDE)]
        if not kept:
            return None
        kept.sort(key=lambda one: -one.score)
        return self._made(node, known, [one.failure for one in kept], function, best)

    def scored(self, node: Candidate, known: KnownCallable) -> list[Scored]:
        """What ``node`` can raise, each with how sure analysis is that it wants a guard here; 0 where it is handled."""
        about = subject(node, known)
        return [
            Scored(raised.failure, self._score(node, known, raised, about))
            for raised in known.raises
            if can_fail(node, known, raised.failure.exception, self.types)
        ]

    def _score(self, node: Candidate, known: KnownCallable, raised: Raise, about: Subject) -> float:
        function = self.syntax.function(node)
        exception = raised.failure.exception
        care = self.handlers.around(node, exception)
        if care is not Care.HANDLED and function is not None and self.callers.handle(function, exception):
            care = Care.HANDLED
        checked = Checked.NO if care is Care.HANDLED else self.guards.checked(node, about, exception)
        lineage = (exception, *raised.failure.ancestors)
        features = Features(
            likelihood=raised.likelihood,
            cause=_cause(lineage),
            origin=self._origin(node, about),
            boundary=boundaries.boundary(function),
            checked=checked,
            care=care,
            documented=function is not None and boundaries.documents(function, lineage),
            promised=function is not None and boundaries.promises(function),
            hands_on=function is not None and function.name == known.name.rpartition(".")[2],
            recovering=any(field in {"handlers", "finalbody"} for _, field, _ in self.syntax.inline(node)),
        )
        return confidence(features)

    def _origin(self, node: Candidate, about: Subject) -> Origin:
        """Where the input comes from. The module in ``module.function(x)`` is no input: then nothing is known of it."""
        value = about.container if isinstance(node, ast.Subscript) else about.input
        if isinstance(node, ast.Call) and value is not None and value is about.container:
            return Origin.UNKNOWN if self.names.dotted(value) is not None else self.origins.of(value)
        return self.origins.of(value)

    def _made(
        self, node: Candidate, known: KnownCallable, failures: list[Failure], function: Function | None, best: float
    ) -> Site:
        here = None if function is None else self.syntax.qualified(function)
        end = None if function is None else self.callers.end(function)
        told = [(wording.spelled_exception(f.exception, self.names, self.syntax), f) for f in failures]
        why = wording.why(
            wording.spelled(node, known.name), told, here, None if end is None else self.syntax.qualified(end)
        )
        return Site(self.syntax.file.path, self.syntax.span(node), known.name, tuple(failures), here, why, best)


def _cause(lineage: tuple[str, ...]) -> Cause:
    """The built-in exceptions for wrong values have these bases (Python's "Built-in Exceptions")."""
    return Cause.VALUE if {"ValueError", "LookupError", "ArithmeticError"} & set(lineage) else Cause.STATE


def _is_program_name(node: ast.Subscript, names: Names) -> bool:
    """``sys.argv[0]`` is always there (the ``sys`` documentation)."""
    first = isinstance(node.slice, ast.Constant) and node.slice.value == 0
    return first and names.dotted(node.value) == "sys.argv"
