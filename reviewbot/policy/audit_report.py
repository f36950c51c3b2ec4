"""Who reviewed the code of a release: its commits joined with the audit log, by what cannot be chosen by a stranger.

No subject and no number of a pull request is believed. A commit belongs to a verdict because the verdict's head has it
in its history, because the forge said that it is the merge, or because its patch is, byte for byte, the judged one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from reviewbot.domain.audit import Entry, Judgement, MergeEntry, VerdictEntry
from reviewbot.domain.errors import UsageError
from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.released import Commit

Own = Callable[[str, str], frozenset[str] | None]
"""The commits that a head has and its base has not; see ``released.own_commits``."""
Numbered = tuple[int, Entry]
"""An entry and the number of its record."""
Place = tuple[str, str, int, str]
"""A head: forge, repository, number, commit."""


class How(StrEnum):
    """By what a commit was joined with a verdict."""

    HEAD = "in the head's history"
    RECORDED = "recorded merge"
    SQUASH = "same patch as the whole change"
    REBASE = "same patches as its commits"


@dataclass(frozen=True)
class Joined:
    """A verdict and the commits that it holds for.

    Attributes:
        seq: its record. verdict: the last one of its head, or the last before the recorded merge.
        commits: how each was joined. late: the verdict is younger than the merge.
    """

    seq: int
    verdict: VerdictEntry
    commits: dict[str, How]
    late: bool = False

    @property
    def machine_written(self) -> tuple[Judgement, ...]:
        """The lines that count as a machine's, wholly or in part."""
        return tuple(one for one in self.verdict.lines if one.kind in (OriginKind.AI, OriginKind.MIXED))

    @property
    def tools(self) -> dict[str, int]:
        """How many of those lines each tool is said to have written."""
        found: Counter[str] = Counter()
        for one in self.machine_written:
            for tool in {claim.tool or "not named" for claim in one.claims}:
                found[tool] += len(one.lines)
        return dict(found.most_common())

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who cleared any of those lines."""
        return tuple(sorted({clearing.by for one in self.machine_written for clearing in one.cleared}))


@dataclass(frozen=True)
class Doubt:
    """A commit with the reason why it is not, or not wholly, covered by a record."""

    commit: Commit
    why: str


@dataclass(frozen=True)
class Report:
    """What the log says of a release.

    Attributes:
        commits: of the release. joined: verdicts, in the order of the log. uncovered: commits that no record speaks of.
        doubts: commits that a record speaks of, with something that it does not cover.
        unjoined: sentences: records that may belong here and could not be joined.
    """

    commits: int
    joined: tuple[Joined, ...]
    uncovered: tuple[Doubt, ...]
    doubts: tuple[Doubt, ...]
    unjoined: tuple[str, ...]


def _place(entry: Entry) -> Place:
    return (entry.forge, entry.repository, entry.number, entry.head)


@dataclass(frozen=True)
class Release:
    """What the log is joined with.

    Attributes:
        commits: of the range. own: asks git. merges: what ``recorded_merges`` found.
    """

    commits: tuple[Commit, ...]
    own: Own
    merges: dict[Place, tuple[int, MergeEntry]]

    @cached_property
    def ids(self) -> frozenset[str]:
        """Of the commits."""
        return frozenset(commit.id for commit in self.commits)

    @cached_property
    def by_patch(self) -> dict[str, list[str]]:
        """Ids of commits by the digest of their patch."""
        found: dict[str, list[str]] = defaultdict(list)
        for commit in self.commits:
            if commit.patch is not None:
                found[commit.patch].append(commit.id)
        return dict(found)


def recorded_merges(entries: Iterable[Numbered], commits: Iterable[Commit]) -> dict[Place, tuple[int, MergeEntry]]:
    """The first reading of the log: the merges that made a commit of the release."""
    ids = {commit.id for commit in commits}
    found: dict[Place, tuple[int, MergeEntry]] = {}
    for seq, entry in entries:
        if isinstance(entry, MergeEntry) and entry.commit in ids:
            found.setdefault(_place(entry), (seq, entry))
    return found


def report(entries: Iterable[Numbered], release: Release) -> Report:
    """The second reading of the log. Only verdicts that have to do with the release are kept in memory.

    Raises:
        UsageError: the log joins the commits with several repositories: the same commit may be judged by a laxer one.
    """
    kept = _verdicts(entries, release)
    _one_repository(kept)
    numbered = sorted(kept.values(), key=lambda pair: pair[0])
    joined = [_join(seq, verdict, release) for seq, verdict in numbered]
    told = _widest([one for one in joined if one.commits])
    doubts = [doubt for commit in release.commits if (doubt := _doubt(commit, told)) is not None]
    covered = {one for each in told for one in each.commits}
    return Report(
        commits=len(release.commits),
        joined=tuple(told),
        uncovered=tuple(doubt for doubt in doubts if doubt.commit.id not in covered),
        doubts=tuple(doubt for doubt in doubts if doubt.commit.id in covered),
        unjoined=tuple(_no_base(seq, verdict) for seq, verdict in numbered if _mine(verdict, release) is None),
    )


def _verdicts(entries: Iterable[Numbered], release: Release) -> dict[Place, tuple[int, VerdictEntry]]:
    """The verdict that counts for each head: the last; where a merge is recorded, the last before it, if any."""
    found: dict[Place, tuple[int, VerdictEntry]] = {}
    for seq, entry in entries:
        if not isinstance(entry, VerdictEntry):
            continue
        place = _place(entry)
        merged = release.merges.get(place)
        if entry.head not in release.ids and merged is None and release.by_patch.keys().isdisjoint(entry.patches):
            continue
        if merged is None or seq < merged[0] or place not in found:
            found[place] = (seq, entry)
    return found


def _one_repository(kept: Iterable[Place]) -> None:
    names = sorted({f"{forge}:{repository}" for forge, repository, _, _ in kept})
    if len(names) > 1:
        raise UsageError(f"These commits stand in records of {', '.join(names)}: name one with --repository.")


def _join(seq: int, verdict: VerdictEntry, release: Release) -> Joined:
    merged = release.merges.get(_place(verdict))
    found = _by_patch(verdict, release.by_patch)
    if merged is not None:
        found.setdefault(merged[1].commit, How.RECORDED)
    found |= dict.fromkeys(_mine(verdict, release) or frozenset(), How.HEAD)
    return Joined(seq, verdict, found, late=merged is not None and merged[0] < seq)


def _mine(verdict: VerdictEntry, release: Release) -> frozenset[str] | None:
    """The release's commits that the head brought; None where that cannot be told."""
    if verdict.head not in release.ids:
        return frozenset()
    own = release.own(verdict.base, verdict.head)
    return None if own is None else own & release.ids


def _no_base(seq: int, verdict: VerdictEntry) -> str:
    return f"Record {seq}: its base {verdict.base[:12]} is not in this repository: fetch it to join its commits."


def _by_patch(verdict: VerdictEntry, by_patch: dict[str, list[str]]) -> dict[str, How]:
    """A squash has the patch of the whole. The patches of a rebase count only if all are there: one alone may be what
    the change itself took back again.
    """
    whole, each = verdict.patches[:1], verdict.patches[1:]
    found = dict.fromkeys((one for patch in whole for one in by_patch.get(patch, ())), How.SQUASH)
    if all(patch in by_patch for patch in each):
        for one in (one for patch in each for one in by_patch[patch]):
            found.setdefault(one, How.REBASE)
    return found


def _widest(joined: list[Joined]) -> list[Joined]:
    """Of one pull request, without heads whose commits another head of it has as well."""
    by_pull: dict[tuple[str, str, int], list[Joined]] = defaultdict(list)
    for one in joined:
        by_pull[_place(one.verdict)[:3]].append(one)
    return [one for one in joined if not any(_replaces(other, one) for other in by_pull[_place(one.verdict)[:3]])]


def _replaces(other: Joined, one: Joined) -> bool:
    more, less = other.commits.keys(), one.commits.keys()
    return more > less or (more == less and other.seq > one.seq)


def _doubt(commit: Commit, joined: list[Joined]) -> Doubt | None:
    """What is not covered of a commit."""
    by = [one for one in joined if commit.id in one.commits]
    if any(one.commits[commit.id] is not How.RECORDED for one in by):
        return None
    if commit.is_merge:
        return _doubtful_merge(commit)
    if commit.patch is None:
        return None
    if not by:
        return Doubt(commit, "no record speaks of it")
    if any(not one.verdict.patches for one in by):
        return Doubt(commit, "the forge said that it is the merge; no digest was recorded to compare it with")
    return Doubt(commit, "the forge said that it is the merge, but its patch is another than the judged one")


def _doubtful_merge(commit: Commit) -> Doubt | None:
    if commit.merges_cleanly:
        return None
    if commit.merges_cleanly is None:
        return Doubt(commit, "a merge of which git could not tell whether it changes anything itself")
    return Doubt(commit, "a merge with changes of its own, which no record speaks of")
