"""What a visit finds: the conversation, the code, and the settings that are in force."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

from reviewbot.domain.change import Change
from reviewbot.domain.conversation import Conversation
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import PullRequest
from reviewbot.publish.phrases import Phrases, phrases
from reviewbot.repo_config import RepoConfig, Rules, in_force
from reviewbot.source.repository import Repository
from reviewbot.source.tree import GitTree
from reviewbot.visit.collaborators import Collaborators


@dataclass(frozen=True)
class Scene:
    """A pull request with its code at hand.

    Attributes:
        talk: the pull request and what is said on it. repository: the mirror. change: base to head.
        config: what is in force. notes: what is wrong with the settings, for everyone to read.
        seconds: that fetching took.
    """

    talk: Conversation
    repository: Repository
    change: Change
    config: RepoConfig
    notes: tuple[str, ...]
    seconds: float

    @property
    def pull(self) -> PullRequest:
        """The pull request."""
        return self.talk.pull

    @property
    def words(self) -> Phrases:
        """The sentences in the language that is wanted."""
        return phrases(self.config.tone)

    @cached_property
    def rules(self) -> Rules:
        """What is wanted of each path."""
        return Rules(self.config)

    @cached_property
    def head(self) -> GitTree:
        """The files at the head."""
        return self.repository.tree(self.change.head)

    @cached_property
    def base(self) -> GitTree:
        """The files at the base."""
        return self.repository.tree(self.change.base)


def open_scene(talk: Conversation, using: Collaborators) -> Scene:
    """Fetch the code of a pull request and read its settings, from the base branch alone.

    Raises:
        RevisionNotFound: git does not have what the forge names. SourceError, ForgeError: see there.
    """
    start = time.perf_counter()
    pull = talk.pull
    repository = using.mirrors.fetch(
        pull.clone_url, [f"refs/heads/{pull.base_branch}", pull.head_ref], using.forge.clone_environment(pull.ref)
    )
    change = repository.change(_base(pull, repository, using), pull.head)
    owners = using.organisations.find(pull, using.mirrors, using.forge.clone_environment)
    force = in_force(repository, change.base, owners)
    return Scene(talk, repository, change, force.config, force.notes, time.perf_counter() - start)


def _base(pull: PullRequest, repository: Repository, using: Collaborators) -> str:
    """The base that the forge names; where its branch was rewritten since, the branch as it is now."""
    try:
        return repository.resolve(pull.base)
    except RevisionNotFound:
        return repository.resolve(using.mirrors.name(f"refs/heads/{pull.base_branch}"))
