"""Handlers that raise the error that the repository already uses for such failures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewbot.domain.draft import Shape
from reviewbot.domain.source_file import Tree
from reviewbot.languages.python.domain_errors import domain_errors, promised
from reviewbot.languages.python.plans import Pen, Plan
from reviewbot.languages.python.reachable import Caught


def raising(pen: Pen, caught: Sequence[Caught], tree: Tree) -> Iterator[Plan]:
    """The plans that raise a domain error, best first; only where something ties the error to this failure."""
    told = promised(pen.scene, tree)
    if told is not None:
        yield pen.raising(told, 0.9, f"the docstring says that it raises `{told}`", Shape.RERAISE)
    errors = domain_errors(pen.scene, tree)
    kinds = {one.canonical.rpartition(".")[2] for one in caught}
    for error in errors:
        if error.name == told:
            continue
        if error.here:
            because = f"the function already raises `{error.name}`"
            yield pen.raising(error.name, 0.74, because, Shape.RERAISE)
        elif error.caught & kinds:
            because = f"this file raises `{error.name}` for such failures"
            yield pen.raising(error.name, 0.78, because, Shape.RERAISE)
        elif error.handlers and len(errors) == 1:
            because = f"this file turns failures into `{error.name}`"
            yield pen.raising(error.name, 0.66, because, Shape.RERAISE)
