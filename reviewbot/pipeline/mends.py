"""Smells with their mends, beside the places that want a guard: found, proven, and made suggestions of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.change import Change, EntryKind, LineRange
from reviewbot.domain.errors import SandboxUnavailable, VerifyError
from reviewbot.domain.mend import Mend
from reviewbot.domain.review import ReviewOptions
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.domain.suggestion import Evidence, Suggestion, Withheld, fingerprint
from reviewbot.languages.protocol import Language, Mender
from reviewbot.pipeline.accounts import Accounts
from reviewbot.pipeline.engines import Engines
from reviewbot.pipeline.places import Place
from reviewbot.verify.prove import prove
from reviewbot.verify.screen import Screened


@dataclass(frozen=True)
class MendPlace:
    """A mend with everything needed to work on it. ``twin`` counts equal places of the change."""

    mender: Mender
    file: SourceFile
    mend: Mend
    twin: int = 0

    @property
    def path(self) -> str:
        """The file."""
        return self.mend.path

    @property
    def lines(self) -> LineRange:
        """The lines that would be replaced."""
        return self.mend.lines

    @property
    def confidence(self) -> float:
        """The mend's."""
        return self.mend.confidence

    @property
    def original(self) -> str:
        """The text that a suggestion would replace."""
        return self.file.slice(self.mend.lines)

    @property
    def id(self) -> str:
        """The fingerprint of a suggestion made here."""
        return fingerprint(self.mend.rule, self.original, self.twin)

    def withheld(self, reason: str) -> Withheld:
        """Why nothing is suggested here."""
        return Withheld(self.path, self.lines.start, reason)


@dataclass(frozen=True)
class ProvenMend:
    """A mend that passed every check but the scanners', with its evidence."""

    place: MendPlace
    evidence: tuple[Evidence, ...]

    @property
    def screened(self) -> Screened:
        """What the scanners look at."""
        place, mend = self.place, self.place.mend
        after = place.file.replace(mend.lines, mend.replacement)
        return Screened(place.id, place.file, after, mend.lines, mend.finding, mend.alike)

    def suggestion(self, scanned: tuple[Evidence, ...]) -> Suggestion:
        """The suggestion. Its reason is completed by what the proof saw."""
        mend = self.place.mend
        seen = next((one.detail for one in self.evidence if one.check == "fault"), "")
        return Suggestion(
            id=self.place.id,
            kind="fix",
            rule=mend.rule,
            path=mend.path,
            lines=mend.lines,
            original=self.place.original,
            replacement=mend.replacement,
            exceptions=(),
            confidence=mend.confidence,
            origin="template",
            why=f"{mend.why}: {seen}." if seen else f"{mend.why}.",
            evidence=(*self.evidence, *scanned),
            function=mend.function,
        )


def find_mends(change: Change, head: Tree, languages: Sequence[Language], options: ReviewOptions) -> list[MendPlace]:
    """Every mend that is sure enough, the surest first. None of them may be shown without its proof."""
    found = [place for place in _places(change, head, languages) if place.confidence >= options.floor(place.path)]
    return sorted(found, key=lambda p: (-p.confidence, p.path, p.lines))


def _places(change: Change, head: Tree, languages: Sequence[Language]) -> Iterator[MendPlace]:
    """Those of every changed file, in the order of paths and lines, equal ones counted."""
    seen: dict[str, int] = {}
    for changed in sorted(change.files, key=lambda one: one.path):
        mender = next((one.mender for one in languages if one.owns(changed.path)), None)
        data = head.read(changed.path) if mender and changed.added and changed.kind is EntryKind.FILE else None
        file = None if data is None else SourceFile.decode(changed.path, data)
        if mender is None or file is None:
            continue  # said once already, by the search for places
        for mend in mender.find(file, changed.added, head):
            place = MendPlace(mender, file, mend)
            twin = seen[place.id] = seen.get(place.id, -1) + 1
            yield replace(place, twin=twin)


def still_smells(languages: Sequence[Language], file: SourceFile, lines: LineRange, rule: str, head: Tree) -> bool:
    """Whether a smell of ``rule`` is found on ``lines``."""
    mender = next((one.mender for one in languages if one.owns(file.path)), None)
    found = mender.find(file, (lines,), head) if mender is not None else ()
    return any(mend.rule == rule and mend.lines.overlaps(lines) for mend in found)


def prove_mend(place: MendPlace, engines: Engines, accounts: Accounts) -> ProvenMend | None:
    """The mend with its evidence; where a check fails, the reason is recorded as withheld.

    Raises:
        SandboxUnavailable: nothing can be proven here at all.
    """
    try:
        with accounts.step("verify"):
            evidence = prove(place.mender, place.file, place.mend, engines.sandbox)
    except SandboxUnavailable:
        raise
    except VerifyError as error:
        accounts.withhold(place.withheld(str(error)))
        return None
    failed = next((one for one in evidence if not one.ok), None)
    if failed is not None:
        accounts.withhold(place.withheld(f"{failed.check}: {failed.detail}"))
        return None
    return ProvenMend(place, evidence)


def in_order(places: Sequence[Place], mends: Sequence[MendPlace]) -> list[Place | MendPlace]:
    """Both, the surest first; a mend comes after every guard that may be made on its lines."""

    def rank(mend: MendPlace) -> float:
        guards = (p.confidence for p in places if p.region.path == mend.path and p.region.lines.overlaps(mend.lines))
        return min(mend.confidence, *guards, 1.0)

    def order(one: Place | MendPlace) -> tuple[float, int, str, LineRange]:
        if isinstance(one, MendPlace):
            return -rank(one), 1, one.path, one.lines
        return -one.confidence, 0, one.region.path, one.region.lines

    return sorted([*places, *mends], key=order)


def free_of(waiting: Sequence[Place | MendPlace], made: Sequence[Suggestion]) -> list[Place | MendPlace]:
    """What is left to look at: a mend is not where one of its lines has a suggestion already."""
    taken = [(one.path, one.lines) for one in made]
    return [one for one in waiting if not (isinstance(one, MendPlace) and _on(one.path, one.lines, taken))]


def apart(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """The suggestions without those that overlap one before them: two edits of one line cannot both stand.

    Guards never overlap each other, and a mend comes after the guards on its lines, so the guard wins.
    """
    kept: list[Suggestion] = []
    for one in suggestions:
        if not _on(one.path, one.lines, [(other.path, other.lines) for other in kept]):
            kept.append(one)
    return kept


def _on(path: str, lines: LineRange, taken: Sequence[tuple[str, LineRange]]) -> bool:
    return any(path == other and lines.overlaps(where) for other, where in taken)
