"""An owner's settings for all its repositories: ``.reviewbot.toml`` in the owner's repository ``.reviewbot``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.domain.errors import ForgeDenied, RevisionNotFound
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.source.mirrors import Mirrors, RepositoryAbsent
from reviewbot.source.repository import Repository

REPOSITORY = ".reviewbot"
"""What the owner's repository is called, on every forge."""

_FRESH_SECONDS = 300.0
"""How long an answer is believed: most owners have no such repository, and asking each time would cost a fetch."""


@dataclass(frozen=True)
class _Known:
    at: float
    found: tuple[Repository, str] | None


class Organisations:
    """Finds owners' settings, and remembers for some minutes what was found. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def find(
        self, pull: PullRequest, mirrors: Mirrors, environment: Callable[[PullRequestRef], Mapping[str, str]]
    ) -> tuple[Repository, str] | None:
        """The mirror of the owner's repository and the commit of its default branch; None where there is none.

        Args:
            pull: whose owner is meant. mirrors: where it is fetched to.
            environment: for git, that may read a repository.
        """
        url = address(pull.clone_url)
        if url is None:
            return None
        with self._lock:
            known = self._known.get(url)
            if known is None or known.at + _FRESH_SECONDS < self._clock():
                known = self._known[url] = _Known(self._clock(), _fetch(url, pull, mirrors, environment))
        return known.found


def address(clone_url: str) -> str | None:
    """Where the owner of the repository at ``clone_url`` has its settings; None for an address without an owner."""
    root, _, name = clone_url.rpartition("/")
    scheme, _, place = root.partition("://")
    if scheme not in ("https", "http") or "/" not in place or name.removesuffix(".git") == REPOSITORY:
        return None
    return f"{root}/{REPOSITORY}.git"


def _fetch(
    url: str, pull: PullRequest, mirrors: Mirrors, environment: Callable[[PullRequestRef], Mapping[str, str]]
) -> tuple[Repository, str] | None:
    """Fetch it. A forge says of what is not there and of what may not be read the same: both are no settings."""
    owner = pull.ref.repository.rpartition("/")[0]
    try:
        allowed = environment(PullRequestRef(pull.ref.forge, f"{owner}/{REPOSITORY}", 0))
        repository = mirrors.fetch(url, ["HEAD"], allowed)
        return repository, repository.resolve(mirrors.name("HEAD"))
    except (RepositoryAbsent, RevisionNotFound, ForgeDenied):
        return None
