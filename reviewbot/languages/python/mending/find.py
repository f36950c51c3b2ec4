"""The smells on the changed lines of a file, each with its mend."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.mend import Mend
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.languages.python.finding.skipped import Skipped
from reviewbot.languages.python.mending import bare_except, finally_jump, handler_order, leaked_file, lost_cause
from reviewbot.languages.python.mending.declined import declined
from reviewbot.languages.python.mending.view import View
from reviewbot.languages.python.reading import files, syntax
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.syntax import Unparsable

_WORTH_PARSING = re.compile(r"\b(?:except|finally|open)\b")
_LINE = 88
"""Characters that a line may have where the file has none longer: what black and ruff make it by default."""
_FINDERS: Sequence[Callable[[View, ast.Try], Iterator[Mend]]] = (
    lost_cause.find,
    bare_except.find,
    handler_order.find,
    finally_jump.find,
)


def find(file: SourceFile, changed: Sequence[LineRange], tree: Tree, knowledge: Knowledge) -> tuple[Mend, ...]:
    """The mends, in the order of the file; nothing for a generated file or one that does not parse."""
    if not changed or files.generated(file.text) or not _WORTH_PARSING.search(file.text):
        return ()
    try:
        view = View(syntax.parse(file), changed, knowledge, declined(tree, file.path))
    except Unparsable:
        return ()  # said once already, by the search for sites
    skipped = Skipped(view.syntax)
    tries = [guard for guard in view.tries if not skipped(guard)]
    try:
        found = [mend for guard in tries for finder in _FINDERS for mend in finder(view, guard)]
        found += [
            mend
            for statement in leaked_file.statements(view)
            if not skipped(statement)
            for mend in leaked_file.find(view, statement)
        ]
    except RecursionError:  # deeper than the trees' own functions go
        return ()
    room = max(_LINE, *map(len, view.syntax.lines))
    found = [mend for mend in found if max(map(len, mend.replacement.split("\n"))) <= room]
    return tuple(sorted(found, key=lambda mend: (mend.lines, mend.rule)))
