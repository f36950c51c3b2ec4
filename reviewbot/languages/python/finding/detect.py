"""Find the sites of a file: calls, subscripts and conversions on changed lines whose failure nothing handles."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Site
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Withheld
from reviewbot.languages.protocol import Found
from reviewbot.languages.python.finding.sites import Sites
from reviewbot.languages.python.finding.skipped import Skipped
from reviewbot.languages.python.reading import files, ranges, syntax
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.syntax import Syntax, Unparsable, position

Candidate = ast.Call | ast.Subscript


def find_sites(file: SourceFile, changed: Sequence[LineRange], knowledge: Knowledge) -> Found:
    """The sites of which at least one line is changed, in the order of the file.

    A file that does not parse gives one ``Withheld``; a generated one gives nothing.
    """
    if not changed or files.generated(file.text):
        return Found()
    try:
        parsed = syntax.parse(file)
    except Unparsable as error:
        return Found(withheld=(Withheld(file.path, changed[0].start, f"the file {error}"),))
    skipped = Skipped(parsed)
    sites = Sites(parsed, knowledge)
    found: list[Site] = []
    for node in _candidates(parsed, changed, knowledge.last_names):
        known = sites.known(node)
        site = None if known is None or skipped(node) else sites.site(node, known)
        if site is not None:
            found.append(site)
    return Found(tuple(found))


def _candidates(parsed: Syntax, changed: Sequence[LineRange], last_names: frozenset[str]) -> list[Candidate]:
    """Calls and subscripts on changed lines that are spelled like something known."""
    nodes: list[Candidate] = []
    for call in parsed.calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr in last_names:
            nodes.append(call)
    nodes += (node for node in parsed.subscripts if not isinstance(node.ctx, ast.Store))
    lines = ranges.joined(changed)
    touched = (n for n in nodes if ranges.touched(lines, n.lineno, n.end_lineno or n.lineno))
    return sorted(touched, key=position)
