"""Samples for training: every candidate of a case with its features and whether a guard of that kind stood there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.guards.make import Case, Site
from benchmarks.guards.score import related
from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.finding.sites import Sites
from reviewbot.languages.python.reading import syntax
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.syntax import Unparsable
from reviewbot.languages.python.weighing.digest import Digest, digest
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.repository import Repository
from reviewbot.languages.python.weighing.weigh import Weigher


@dataclass(frozen=True)
class Sample:
    """One candidate. ``site``: the removed guard on its lines, -1 for none; ``typed``: its exception is right."""

    features: Mapping[str, float]
    site: int
    typed: bool
    path: str
    line: int
    function: str
    exception: str
    left: float = 1.0


def digests(files: Mapping[str, str]) -> dict[str, Digest]:
    """The digests of a package's files; what does not parse is left out."""
    found = {}
    for path, text in files.items():
        try:
            found[path] = digest(syntax.parse(SourceFile(path, text)).tree)
        except Unparsable:
            continue
    return found


def samples(case: Case, repository: Repository, field: Field, knowledge: Knowledge) -> Iterator[Sample]:
    """The samples of a case: ``repository`` is of its head."""
    by_path: dict[str, list[LineRange]] = {}
    for path, first, last in case.changed:
        by_path.setdefault(path, []).append(LineRange(first, last))
    for path, ranges in sorted(by_path.items()):
        parsed = syntax.parse(SourceFile(path, case.head[path]))
        weigher = Weigher(path, parsed, Sites(parsed, knowledge), repository, field)
        sites = [(i, s) for i, s in enumerate(case.sites) if s.path == path]
        for one in weigher.weighed(ranges):
            number, typed = _truth(one.candidate.first, one.candidate.last, one.candidate.exception, sites)
            name = one.candidate.function.name if one.candidate.function else ""
            exception = one.candidate.exception
            yield Sample(one.features, number, typed, path, one.candidate.first, name, exception, one.left)


def _truth(first: int, last: int, exception: str, sites: list[tuple[int, Site]]) -> tuple[int, bool]:
    for number, site in sites:
        if site.start <= last and first <= site.end:
            return number, related([exception], site.exceptions)
    return -1, False
