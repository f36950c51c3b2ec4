"""The program of a mend: its statement, before and after, with each exception raised at places of the body."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from reviewbot.domain.errors import VerifyError
from reviewbot.domain.mend import Mend
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import FaultProgram
from reviewbot.languages.python.checking.parse import Unparsable, parse
from reviewbot.languages.python.faulting.bundling import bundle
from reviewbot.languages.python.faulting.free import bindings, exception_paths, free_names
from reviewbot.languages.python.faulting.instrument import instrument
from reviewbot.languages.python.faulting.places import Place, jumps, kind_of
from reviewbot.languages.python.mending import leaked_file
from reviewbot.languages.python.mending.bare_except import STOPPING
from reviewbot.languages.python.mending.marking import POINTS, sides
from reviewbot.languages.python.reading.knowledge import Knowledge

_MOST = 12
EVERYDAY = ("RuntimeError",)
"""Injected beside what the handlers name: a failure that nobody thought of."""


def program(file: SourceFile, mend: Mend, knowledge: Knowledge) -> FaultProgram:
    """The program.

    Raises:
        VerifyError: the statement cannot be run apart; the message says why.
    """
    try:
        trees = parse(file.text), parse(file.replace(mend.lines, mend.replacement).text)
    except Unparsable as error:
        raise VerifyError(f"The file does not parse, so nothing in it can be run: {error}.") from error
    try:
        return bundle(_spec(trees, file, mend, knowledge), mend, entry="watch")
    except RecursionError as error:
        raise VerifyError("The statements are nested too deeply to be run apart.") from error


def faults(mend: Mend) -> list[tuple[int, str]]:
    """What is injected where: each exception at each place of the body."""
    paths = dict.fromkeys([*mend.exceptions, *mend.others, *EVERYDAY, *STOPPING])
    return [(point, path) for path in list(paths)[:_MOST] for point in range(POINTS)]


def _spec(
    trees: tuple[ast.Module, ast.Module], file: SourceFile, mend: Mend, knowledge: Knowledge
) -> dict[str, object]:
    longer = len(SourceFile("", mend.replacement).lines) - len(mend.lines)
    before, after = sides(*trees, mend, longer)
    places = before.place, after.place
    names, kind = bindings(*places), kind_of(*places)
    told: dict[str, object] = {
        "kind": kind,
        "names": free_names(trees[1], *places),
        "bindings": sorted(names - before.own - after.own),
        "classes": _classes(trees[1], places, mend, knowledge),
        "faults": faults(mend),
        "files": mend.rule == leaked_file.RULE,
    }
    loop = jumps(places[0].statements) or jumps(places[1].statements)
    for name, side in (("before", before), ("after", after)):
        told[name] = instrument(side.place.statements, side.marks, names, kind, loop=loop)
    return told


def _classes(
    tree: ast.Module, places: Sequence[Place], mend: Mend, knowledge: Knowledge
) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Every exception class, with the bases that the file or our knowledge gives it."""
    classes = dict(exception_paths(tree, places, ()))
    for path in (*classes, *mend.exceptions, *mend.others, *EVERYDAY, *STOPPING):
        ancestors = knowledge.ancestors(path)
        if ancestors or path not in classes:
            classes[path] = (ancestors, bool(ancestors) and "." in path)
    return classes
