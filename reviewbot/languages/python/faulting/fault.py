"""The fault program of a draft, and the judgement on what it printed.

The region's statements, as they are and as the draft makes them, are run with everything around them replaced by
recording stubs. Each failing expression is made to raise each exception that the draft catches.
"""

from __future__ import annotations

import ast

from reviewbot.domain.change import LineRange
from reviewbot.domain.draft import Draft
from reviewbot.domain.errors import VerifyError
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence
from reviewbot.languages.protocol import FaultProgram
from reviewbot.languages.python.checking.check import apply
from reviewbot.languages.python.checking.match import Matched
from reviewbot.languages.python.checking.parse import Unparsable
from reviewbot.languages.python.faulting import judge as fault_judge
from reviewbot.languages.python.faulting.bundling import bundle, nonce
from reviewbot.languages.python.faulting.free import bindings, exception_paths, free_names
from reviewbot.languages.python.faulting.instrument import instrument
from reviewbot.languages.python.faulting.places import Place, find_node, find_place, jumps, kind_of


def fault_program(file: SourceFile, draft: Draft) -> FaultProgram:
    """The program; see ``Language.fault_program``.

    Raises:
        VerifyError: the region cannot be run apart; the message says why.
    """
    try:
        spec = _spec(file, draft)
    except Unparsable as error:
        raise VerifyError(f"The file does not parse, so nothing in it can be run: {error}.") from error
    return bundle(spec, draft)


def judge(draft: Draft, output: str) -> tuple[Evidence, ...]:
    """The evidence; see ``Language.judge``. Only output of a program made by this process is believed."""
    return fault_judge.judge(draft, output, nonce(draft))


def _spec(file: SourceFile, draft: Draft) -> dict[str, object]:
    """Everything ``fault_program.run.observe`` needs."""
    edited = apply(file, draft)
    if edited.matched is None:
        raise VerifyError("The edit changes more than it guards, so before and after cannot be compared.")
    lines = draft.region.lines
    longer = len(SourceFile("", draft.replacement).lines) - len(lines)
    before = find_place(edited.before, lines)
    after = find_place(edited.after, LineRange(lines.start, lines.end + longer))
    sites = _sites(file, draft, before, edited.matched)
    names = bindings(before, after)
    told: dict[str, object] = {
        "kind": kind_of(before, after),
        "names": free_names(edited.after, before, after),
        "bindings": sorted(names - {h.name for guard in edited.matched.inserted for h in guard.handlers}),
        "classes": exception_paths(edited.after, (before, after), draft.region.failures),
        "faults": fault_judge.expected(draft),
        "caught": sorted({exception for _, exception in fault_judge.expected(draft)}),
    }
    loop = jumps(before.statements) or jumps(after.statements)
    for side, place, number in (("before", before, 0), ("after", after, 1)):
        marked = {pair[number]: site for site, pair in enumerate(sites)}
        told[side] = instrument(place.statements, marked, names, kind_of(before, after), loop=loop)
    return told


def _sites(file: SourceFile, draft: Draft, before: Place, matched: Matched) -> list[tuple[ast.AST, ast.AST]]:
    """Each failing node before the edit with the same node after it."""
    same = matched.counterpart()
    pairs = []
    for site in draft.region.sites:
        node = find_node(before, site.span, file.lines)
        if node not in same:
            raise VerifyError(f"The failing expression on line {site.span.line} was not found again after the edit.")
        pairs.append((node, same[node]))
    return pairs
