"""Where a change may want a guard: the first step of a review."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.change import Change, EntryKind, FileChange, LineRange
from reviewbot.domain.review import ReviewOptions
from reviewbot.domain.site import Region, Site
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.domain.suggestion import Withheld, fingerprint
from reviewbot.languages.protocol import Language
from reviewbot.pipeline.accounts import Accounts

_WORD = re.compile(r"[A-Za-z_][\w.]*[A-Za-z_0-9]")


@dataclass(frozen=True)
class Place:
    """A region with everything needed to work on it. ``twin`` counts equal regions of the change."""

    language: Language
    file: SourceFile
    region: Region
    twin: int = 0

    @property
    def confidence(self) -> float:
        """That of the region's surest site."""
        return max(site.confidence for site in self.region.sites)

    @property
    def rule(self) -> str:
        """The rule of the likeliest failure."""
        return self.region.failures[0].rule

    @property
    def original(self) -> str:
        """The text that a suggestion would replace."""
        return self.file.slice(self.region.lines)

    @property
    def id(self) -> str:
        """The fingerprint of a suggestion made here."""
        return fingerprint(self.rule, self.original, self.twin)

    def withheld(self, reason: str) -> Withheld:
        """Why nothing is suggested here."""
        return Withheld(self.region.path, self.region.lines.start, reason)


def find_places(
    change: Change, head: Tree, languages: Sequence[Language], options: ReviewOptions, accounts: Accounts
) -> list[Place]:
    """Every place worth working on, the most confident first; the order is the same on every run."""
    found: list[Place] = []
    for changed in change.files:
        language = next((one for one in languages if one.owns(changed.path)), None)
        if language is None or not changed.added or changed.kind is not EntryKind.FILE:
            continue
        file = _read(head, changed, accounts)
        if file is not None:
            found += _places(language, file, _sites(language, file, changed, head, accounts), options)
    places = _told_apart(sorted(found, key=lambda p: (p.region.path, p.region.lines)))
    return sorted(places, key=lambda p: (-p.confidence, p.region.path, p.region.lines))


def spoken(languages: Sequence[Language], options: ReviewOptions) -> tuple[Language, ...]:
    """The languages that are asked for."""
    return tuple(one for one in languages if options.languages is None or one.name in options.languages)


def meant(sites: Sequence[Site], hint: str | None) -> list[Site]:
    """The sites with a failure that a person's words name; all of them where the words name none."""
    words = set(_WORD.findall(hint or ""))
    named = [s for s in sites if any({f.exception, f.exception.rpartition(".")[2]} & words for f in s.failures)]
    return named or list(sites)


def still_fails(languages: Sequence[Language], file: SourceFile, lines: LineRange, rule: str, head: Tree) -> bool:
    """Whether a failure of ``rule`` is found on ``lines`` with nothing to handle it, however unsure that is."""
    language = next((one for one in languages if one.owns(file.path)), None)
    return language is not None and language.fails(file, lines, rule, head)


def _read(head: Tree, changed: FileChange, accounts: Accounts) -> SourceFile | None:
    data = head.read(changed.path)
    file = None if data is None else SourceFile.decode(changed.path, data)
    if file is None:
        reason = "the file is too large to be source" if data is None else "the file is not text in its own encoding"
        accounts.withhold(Withheld(changed.path, changed.added[0].start, reason))
    return file


def _sites(
    language: Language, file: SourceFile, changed: FileChange, head: Tree, accounts: Accounts
) -> tuple[Site, ...]:
    found = language.find_sites(file, changed.added, head)
    accounts.withhold(*found.withheld)
    return found.sites


def _places(language: Language, file: SourceFile, found: Sequence[Site], options: ReviewOptions) -> list[Place]:
    floor = options.floor(file.path)
    sites = meant([site for site in found if site.confidence >= floor], options.hint)
    return [Place(language, file, region) for region in language.regions(file, sites)]


def _told_apart(places: Sequence[Place]) -> list[Place]:
    """Equal regions counted, in the order of paths and lines."""
    seen: dict[str, int] = {}
    counted = []
    for place in places:
        twin = seen[place.id] = seen.get(place.id, -1) + 1
        counted.append(replace(place, twin=twin))
    return counted
