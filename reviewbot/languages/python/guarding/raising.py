"""Handlers that raise the error that the repository already uses for such failures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewbot.domain.draft import Shape
from reviewbot.domain.site import Failure
from reviewbot.domain.source_file import Tree
from reviewbot.languages.python.guarding.domain_errors import domain_errors, promised
from reviewbot.languages.python.guarding.plans import Pen, Plan
from reviewbot.languages.python.guarding.reachable import Caught

_GENERAL = frozenset({"OSError", "Exception", "BaseException", "LookupError", "RuntimeError"})
"""A handler of one of these says nothing about this very failure."""


def raising(pen: Pen, caught: Sequence[Caught], tree: Tree) -> Iterator[Plan]:
    """The plans that raise a domain error, best first.

    Only where something ties the error to this failure: to turn a missing file into an error of the library's own is a
    change of its interface, and right only where the docstring or the library's other code says so.
    """
    told = promised(pen.scene, tree)
    if told is not None:
        yield pen.raising(told, 0.9, f"the docstring says that it raises `{told}`", Shape.RERAISE)
    errors = domain_errors(pen.scene, tree)
    kinds = {one.canonical.rpartition(".")[2] for one in caught} - _GENERAL
    wrong_value = all(_of_value(failure) for failure in pen.scene.region.failures)
    for error in errors:
        if error.name == told:
            continue
        if error.caught & kinds:
            because = f"this file raises `{error.name}` for such failures"
            yield pen.raising(error.name, 0.78, because, Shape.RERAISE)
        elif error.here and wrong_value and len(errors) == 1:
            because = f"the function already raises `{error.name}` for wrong values"
            yield pen.raising(error.name, 0.72, because, Shape.RERAISE)


def _of_value(failure: Failure) -> bool:
    """Whether the failure is that of a wrong value, not of the world (Python's "Built-in Exceptions")."""
    return bool({"ValueError", "LookupError", "ArithmeticError"} & {failure.exception, *failure.ancestors})
