"""A file as all steps of proposing look at it: parsed once, with its names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python import syntax
from reviewbot.languages.python.names import Names
from reviewbot.languages.python.syntax import Syntax


@dataclass(frozen=True, eq=False)
class View:
    """A parsed file and what its names stand for."""

    syntax: Syntax
    names: Names


@lru_cache(maxsize=8)
def view(file: SourceFile) -> View:
    """The view of a file, kept for the next step on the same file.

    Raises:
        Unparsable: it is no Python that can be placed line by line.
    """
    parsed = syntax.parse(file)
    return View(parsed, Names(parsed))
