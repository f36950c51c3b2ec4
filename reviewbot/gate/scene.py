"""A pull request with its code at hand, as the gate sees it: judged by the base branch as it is now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reviewbot import __version__
from reviewbot.domain.change import Change
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.domain.gate import GateFacts
from reviewbot.forge.gate import GateForge
from reviewbot.gate.keeper import Keeper
from reviewbot.gate.telling import inputs, seen_key, told_of
from reviewbot.policy.provenance.notes import REF
from reviewbot.policy.told import Told
from reviewbot.repo_config.ai import AiPolicy, Mode
from reviewbot.repo_config.force import InForce, in_force
from reviewbot.source.mirrors import Mirrors, RepositoryAbsent
from reviewbot.source.repository import Repository

_MOST_FETCHED = 50
"""Commits that were reviewed or pushed and that no branch leads to any more, which are fetched one by one."""


@dataclass(frozen=True)
class Scene:
    """A pull request with its code.

    Attributes:
        facts: of the forge. repository: the mirror. change: the tip of the base branch to the head.
        force: the settings that hold. told: what the policy is told. also: whatever else decides, by name.
    """

    facts: GateFacts
    repository: Repository
    change: Change
    force: InForce
    told: Told
    also: Mapping[str, str]

    @property
    def pull(self) -> PullRequest:
        """The pull request."""
        return self.facts.pull

    @property
    def policy(self) -> AiPolicy:
        """What is demanded."""
        return self.force.config.ai

    @property
    def off(self) -> bool:
        """Whether the gate is off here, and somebody said so."""
        return self.policy.mode is Mode.OFF and not self.force.notes

    @property
    def enforced(self) -> bool:
        """Whether the merge is to be held back; also where nobody can read what the settings say of it."""
        return self.policy.mode is Mode.ENFORCE or (self.policy.mode is Mode.OFF and not self.off)

    @cached_property
    def print(self) -> str:
        """A digest of all that decides: the same scene has the same verdict."""
        everything = (*inputs(self.told, self.change.base, self.change.head, self.also), self.force)
        return hashlib.sha256(repr(everything).encode("utf-8", "surrogatepass")).hexdigest()


class Teams(Mapping[str, frozenset[str]]):
    """The members of CODEOWNERS' teams, each asked of the forge when the policy first wants it."""

    def __init__(self, gate: GateForge, ref: PullRequestRef) -> None:
        self._gate, self._ref = gate, ref
        self._known: dict[str, frozenset[str] | None] = {}

    def __getitem__(self, name: str) -> frozenset[str]:
        if name not in self._known:
            self._known[name] = self._gate.members_of(self._ref, name)
        found = self._known[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, members in self._known.items() if members is not None])

    def __len__(self) -> int:
        return sum(members is not None for members in self._known.values())


def open_scene(facts: GateFacts, keeper: Keeper) -> Scene:
    """Fetch the code and read the settings of the base branch as it is now.

    Raises:
        RevisionNotFound: git does not have what the forge names, or the base branch is gone.
        SourceError, ForgeError: see there.
    """
    pull, memory = facts.pull, keeper.memory
    environment = keeper.forge.clone_environment(pull.ref)
    branch = f"refs/heads/{pull.base_branch}"
    repository = keeper.mirrors.fetch(pull.clone_url, [branch, pull.head_ref], environment, optional=REF)
    change = repository.change(repository.resolve(keeper.mirrors.name(branch)), pull.head)
    force = in_force(
        repository,
        change.base,
        keeper.organisations.find(pull, keeper.mirrors, keeper.forge.clone_environment),
    )
    notes = _notes(repository, pull, keeper)
    told = told_of(
        facts,
        memory.sign_offs.of(pull.ref),
        memory.pushes.of(pull.ref),
        own=memory.records.of(pull.ref),
        notes=tuple(notes),
        seen=memory.seen.of(pull.ref),
        teams=Teams(keeper.gate, pull.ref),
    )
    _fetch_reviewed(repository, told, pull, keeper)
    also = {**notes, "problems": repr(told.problems), "seen": seen_key(told.seen), "version": __version__}
    return Scene(facts, repository, change, force, told, also)


def _notes(repository: Repository, pull: PullRequest, keeper: Keeper) -> dict[str, str]:
    """The refs that hold git-ai notes, the base's and the fork's, each with what it points to."""
    names = [Mirrors.optional_name(REF)]
    if pull.from_fork and pull.head_clone_url is not None:
        try:
            environment = keeper.forge.clone_environment(pull.ref)
            names.append(keeper.mirrors.fetch_beside(repository, pull.head_clone_url, REF, environment))
        except RepositoryAbsent:
            pass  # a fork that we may not read: its notes are as good as not pushed
    found = {}
    for name in names:
        try:
            found[name] = repository.resolve(name)
        except RevisionNotFound:
            continue
    return found


def _fetch_reviewed(repository: Repository, told: Told, pull: PullRequest, keeper: Keeper) -> None:
    """Have what people reviewed at hand, also where it was pushed away since and this mirror never saw it."""
    wanted = [
        *(review.commit for review in told.reviews or ()),
        *(one.head for one in told.seen),
        *(commit for push in told.pushes for commit in (push.before, push.after)),
    ]
    missing = [one for one in dict.fromkeys(wanted) if one and not _has(repository, one)]
    for commit in missing[-_MOST_FETCHED:]:
        try:
            keeper.mirrors.fetch(pull.clone_url, [commit], keeper.forge.clone_environment(pull.ref))
        except RevisionNotFound:
            continue


def _has(repository: Repository, commit: str) -> bool:
    try:
        repository.resolve(commit)
    except RevisionNotFound:
        return False
    return True
