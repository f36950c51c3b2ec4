"""Small repositories for weighing: files by path, their digests, and a manner of guarding."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from textwrap import dedent

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import Found
from reviewbot.languages.python.language import Python
from reviewbot.languages.python.reading import knowledge, syntax
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.weighing.digest import Digest, digest
from reviewbot.languages.python.weighing.find import Weights, load_weights
from reviewbot.languages.python.weighing.repository import Repository
from reviewbot.resources import rules_dir
from tests.languages.python.propose.kit import Files

__all__ = ["Files", "digested", "expression", "lines_of", "look", "parsed", "python", "repository", "shipped"]

MANNER = {
    f"pkg/part{number}.py": f"import json\n\n\ndef read{number}(text):\n    try:\n        return json.loads(text)\n"
    "    except ValueError:\n        return None\n"
    for number in range(8)
}
"""Eight small guards: just enough for a manner."""


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def parsed(text: str, path: str = "pkg/app.py") -> syntax.Syntax:
    return syntax.parse(SourceFile(path, dedent(text)))


def digested(text: str) -> Digest:
    return digest(ast.parse(dedent(text)))


def repository(files: Mapping[str, str]) -> Repository:
    return Repository({path: digested(text) for path, text in files.items()})


@cache
def knows() -> Knowledge:
    return knowledge.load(rules_dir())


@cache
def shipped() -> Weights:
    return load_weights(rules_dir())


@cache
def python() -> Python:
    return Python(knows(), shipped())


def lines_of(text: str) -> list[LineRange]:
    return [LineRange(1, text.count("\n") + 1)]


def look(
    text: str, others: Mapping[str, str | bytes], changed: list[LineRange] | None = None, path: str = "pkg/app.py"
) -> Found:
    """What ``Python.find_sites`` finds in the file ``path`` of a repository with ``others``."""
    files: dict[str, str | bytes] = {**others}
    files.setdefault(path, text.encode(errors="surrogatepass"))
    return python().find_sites(SourceFile(path, text), changed or lines_of(text), Files(files))
