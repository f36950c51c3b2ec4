"""The static checks of a draft: what it does to the file can be seen without running anything."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.draft import Draft
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence
from reviewbot.languages.python.checking.binding import names_fault
from reviewbot.languages.python.checking.handlers import handlers_fault
from reviewbot.languages.python.checking.match import Matched, match
from reviewbot.languages.python.checking.parse import Unparsable, parse
from reviewbot.languages.python.checking.text import text_fault


@dataclass(frozen=True)
class Edited:
    """A draft applied to its file: both trees, and how the one maps onto the other.

    ``matched`` is None where more differs than inserted ``try`` statements.
    """

    before: ast.Module
    after: ast.Module
    matched: Matched | None


def apply(file: SourceFile, draft: Draft) -> Edited:
    """The draft's edit.

    Raises:
        Unparsable: the file, before or after, is no Python.
    """
    edited = draft.region.lines
    after = file.replace(edited, draft.replacement)
    trees = parse(file.text), parse(after.text)
    more = len(SourceFile("", draft.replacement).lines) - len(edited)
    try:
        return Edited(*trees, match(*trees, edited, more))
    except RecursionError as error:
        raise Unparsable("it is nested too deeply") from error


def check(file: SourceFile, draft: Draft) -> tuple[Evidence, ...]:
    """``parse``, ``minimal``, ``handlers`` and ``names``, in this order, up to the first that fails."""
    began = time.perf_counter()
    try:
        edited = apply(file, draft)
        file.replace(draft.region.lines, draft.replacement).encode()
    except Unparsable as error:
        return (Evidence("parse", False, f"the file does not parse after the edit: {error}", _since(began)),)
    except UnicodeEncodeError:
        return (Evidence("parse", False, f"the edit cannot be written in {file.encoding}", _since(began)),)
    passed = [Evidence("parse", True, "the whole file parses after the edit", _since(began))]
    for name, good, fault in _steps(file, draft, edited):
        began = time.perf_counter()
        wrong = fault()
        passed.append(Evidence(name, wrong is None, wrong or good, _since(began)))
        if wrong is not None:
            break
    return tuple(passed)


def _steps(file: SourceFile, draft: Draft, edited: Edited) -> Sequence[tuple[str, str, Callable[[], str | None]]]:
    inserted = edited.matched.inserted if edited.matched else []
    return (
        ("minimal", "with the try taken out again the file is the original", lambda: _minimal(file, draft, edited)),
        ("handlers", "exact exceptions, none passed over in silence", lambda: _handlers(draft, edited)),
        ("names", "every name is bound after the handler", lambda: names_fault(edited.after, inserted)),
    )


def _minimal(file: SourceFile, draft: Draft, edited: Edited) -> str | None:
    if not _inside(file, draft.region.lines):
        return "the edit reaches outside the file"
    if edited.matched is None:
        return "the edit changes more than a try around the original statements"
    if not edited.matched.inserted:
        return "the edit inserts no try"
    return text_fault(file, draft.region.lines, draft.replacement, edited.matched)


def _handlers(draft: Draft, edited: Edited) -> str | None:
    inserted = edited.matched.inserted if edited.matched else []
    return handlers_fault(edited.after, inserted, draft.exceptions)


def _inside(file: SourceFile, lines: LineRange) -> bool:
    return lines.end <= len(file.lines)


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 6)
