"""Git without git: commits as sets of lines that know who they are, so that every history can be had in no time.

A line is a number. It has a place that never changes, so a file is its lines in the order of their places, what two
commits have in common is what both sets hold, and a merge is three sets. What is edited or moved is
another line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest

from reviewbot.domain.change import Change, LineRange
from reviewbot.domain.errors import RevisionNotFound, SourceError
from reviewbot.domain.provenance import Claim, Origin, OriginKind, Strength
from reviewbot.policy import past
from reviewbot.policy.people import Push
from reviewbot.policy.provenance import Facts, Traced
from reviewbot.policy.provenance.history import Commit as Signed
from reviewbot.repo_config.ai import AiPolicy, MixedAs, Mode
from reviewbot.repo_config.config import RepoConfig
from reviewbot.repo_config.force import InForce
from reviewbot.source.linemap import FileMap, Hunk, LineMap

PATHS = ("a.py", "b.py")
NO_LINES: Mapping[int, OriginKind] = {}
Tree = frozenset[int]


@dataclass(frozen=True)
class Config:
    """``[ai]`` of a commit of a base branch."""

    mode: Mode = Mode.ENFORCE
    reviewers: int = 1
    mixed: MixedAs = MixedAs.AI


@lru_cache
def force_of(config: Config) -> InForce:
    policy = AiPolicy(mode=config.mode, reviewers=config.reviewers, mixed=config.mixed, scan=False)
    return InForce(RepoConfig(ai=policy))


@dataclass(frozen=True)
class Commit:
    """``records``: what was recorded, with this commit, of lines that it brought. ``ancestors`` hold itself."""

    id: str
    at: int
    parents: tuple[str, ...]
    tree: Tree
    author: str
    committer: str
    config: Config
    records: Mapping[int, OriginKind]
    ancestors: frozenset[str]


@dataclass
class Ground:
    """A repository, and its mirror: ``reviewbot.source.Repository`` as far as the gate looks at it."""

    path: Path = Path("/in/memory")
    commits: dict[str, Commit] = field(default_factory=dict)
    places: dict[int, float] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    fetched: dict[str, str] = field(default_factory=dict)
    _ordered: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    _maps: dict[tuple[str, str], LineMap] = field(default_factory=dict)

    # What people do

    def line(self, rng: Random) -> int:
        """A line that nobody has written before."""
        number = len(self.places)
        self.places[number] = rng.random()
        return number

    def commit(
        self,
        parents: Sequence[str],
        tree: Iterable[int],
        author: str,
        *,
        committer: str = "",
        records: Mapping[int, OriginKind] = NO_LINES,
        config: Config | None = None,
    ) -> str:
        at = len(self.commits) + 1
        sha = f"{at * 0x9E3779B1 % 2**32:08x}" * 5
        above = [self.commits[one] for one in parents]
        settings = config or (above[0].config if above else Config())
        ancestors = frozenset([sha]).union(*(one.ancestors for one in above))
        what = (tuple(parents), frozenset(tree), author, committer or author, settings, records, ancestors)
        self.commits[sha] = Commit(sha, at, *what)
        return sha

    def merge_base(self, one: str, other: str) -> str:
        both = self.commits[one].ancestors & self.commits[other].ancestors
        if not both:
            raise SourceError("they share no history")
        return max(both, key=lambda sha: self.commits[sha].at)

    def merged(self, one: str, other: str) -> Tree:
        """What git makes of two commits by itself."""
        ours, theirs = self.commits[one].tree, self.commits[other].tree
        base = self.commits[self.merge_base(one, other)].tree
        return (ours & theirs) | (ours - base) | (theirs - base)

    # What the gate asks for

    def resolve(self, revision: str) -> str:
        found = self.fetched.get(revision, revision)
        if found not in self.commits:
            raise RevisionNotFound(f"There is no commit {revision!r}.")
        return found

    def change(self, base: str, head: str) -> Change:
        return Change(self.resolve(base), self.merge_base(self.resolve(base), self.resolve(head)), head, ())

    def ordered(self, sha: str) -> dict[str, tuple[int, ...]]:
        """The lines of each file, in their order."""
        if sha not in self._ordered:
            lines = sorted(self.commits[sha].tree, key=self.places.__getitem__)
            self._ordered[sha] = {path: tuple(one for one in lines if PATHS[one % 2] == path) for path in PATHS}
        return self._ordered[sha]

    def brought(self, line: int, sha: str) -> str:
        """The commit that brought a line as it stands."""
        while True:
            above = [one for one in self.commits[sha].parents if line in self.commits[one].tree]
            if not above:
                return sha
            sha = above[0]

    def added(self, change: Change) -> Tree:
        return self.commits[change.head].tree - self.commits[change.merge_base].tree

    def line_map(self, old: str, new: str) -> LineMap:
        if (old, new) not in self._maps:
            before, after = self.ordered(self.resolve(old)), self.ordered(self.resolve(new))
            files = {path: FileMap(path, path, _hunks(before[path], after[path])) for path in PATHS}
            self._maps[old, new] = LineMap(old, new, files)
        return self._maps[old, new]


def _hunks(old: Sequence[int], new: Sequence[int]) -> tuple[Hunk, ...]:
    common, found, i, j = {*old} & {*new}, list[Hunk](), 0, 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
            continue
        start, there = i, j
        while i < len(old) and old[i] not in common:
            i += 1
        while j < len(new) and new[j] not in common:
            j += 1
        found.append(Hunk(start + 1, i - start, there + 1, j - there))
    return tuple(found)


@lru_cache
def _claims(kind: OriginKind) -> tuple[Claim, ...]:
    return (Claim(kind, Strength.LINE, "git-ai", "claude"),)


def origins(ground: Ground, change: Change, _facts: Facts) -> Traced:
    """In the place of ``policy.provenance.origins``: each added line with its record."""
    added, found = ground.added(change), list[Origin]()
    for path, lines in ground.ordered(change.head).items():
        for number, line in enumerate(lines, 1):
            if line not in added:
                continue
            commit = ground.brought(line, change.head)
            kind = ground.commits[commit].records.get(line)
            claims = () if kind is None else _claims(kind)
            one = Origin(path, LineRange(number, number), kind or OriginKind.UNKNOWN, commit, claims)
            last = found[-1] if found else None
            if last and last.lines.end + 1 == number and replace(last, lines=one.lines) == one:
                found[-1] = replace(last, lines=LineRange(last.lines.start, number))
            else:
                found.append(one)
    return Traced(tuple(found))


def with_updates(ground: Ground, pushes: Iterable[Push], base: str) -> tuple[Push, ...]:
    """In the place of ``policy.updates.with_updates``."""
    return tuple(replace(one, update=is_update(ground, one.before, one.after, base)) for one in pushes)


def is_update(ground: Ground, before: str, after: str, base: str) -> bool:
    parents = ground.commits[after].parents
    return (
        len(parents) == 2
        and parents[0] == before
        and parents[1] in ground.commits[base].ancestors
        and ground.commits[after].tree == ground.merged(*parents)
    )


@contextmanager
def open_room(ground: Ground, _commit: str, _seconds: float) -> Iterator[Ground]:
    yield ground


def commits_named(ground: Ground, ids: Sequence[str]) -> tuple[Signed, ...]:
    return tuple(_signed(ground.commits[one]) for one in ids)


def _signed(one: Commit) -> Signed:
    hands = (one.author, f"{one.author}@corp.example", one.committer, f"{one.committer}@corp.example")
    return Signed(one.id, one.parents, *hands, "change")


def replace_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the gate's own code ask a ``Ground`` wherever it would ask git; all that decides stays as it is."""
    for name, made in {
        "check.origins": origins,
        "check.open_room": open_room,
        "check.commits_named": commits_named,
        "check.with_updates": with_updates,
    }.items():
        monkeypatch.setattr(f"reviewbot.policy.{name}", made)
    monkeypatch.setattr(past, "line_map", Ground.line_map)
    monkeypatch.setattr("reviewbot.gate.holding.line_map", Ground.line_map)
    monkeypatch.setattr("reviewbot.gate.scene.in_force", lambda ground, base, _: force_of(ground.commits[base].config))
    monkeypatch.setattr("reviewbot.gate.recording.patches", lambda ground, base, head: ())
