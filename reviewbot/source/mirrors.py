"""Bare mirrors of the forge's repositories: fetched into, never checked out, safe for several workers at once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reviewbot.domain.errors import RevisionNotFound, SourceError, SourceUnavailable
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# A mirror obeys nobody's settings: neither the operator's account nor the machine may redirect a fetch.
_ISOLATED = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "https:http:ssh:file"}
# What a forge says of a repository that is not there, or that may not be read: it does not tell them apart. One that
# was renamed is somewhere else, and git follows nowhere.
_ABSENT = (
    *("error: 301", "error: 302", "error: 307", "error: 308"),
    "not found",
    "does not appear to be a git repository",
    "error: 401",
    "error: 403",
    "authentication failed",
    "could not read username",
    "access denied",
    "not allowed",
)
_GONE = ("couldn't find remote ref", "not our ref", "unadvertised object", "no such ref")


class RepositoryAbsent(SourceUnavailable):
    """There is no such repository for us. That may pass: rights are given a moment after a repository is made."""


class Mirrors:
    """A folder of bare repositories, one a clone address.

    Args:
        root: the folder; made when it is missing, for our own account alone.
        seconds: that a fetch may take; the first one of a repository takes its whole history.
    """

    def __init__(self, root: Path, seconds: float = 900.0) -> None:
        self._root, self._seconds = root, seconds

    def fetch(
        self, clone_url: str, refs: Sequence[str], environment: Mapping[str, str], *, optional: str | None = None
    ) -> Repository:
        """The mirror of ``clone_url`` with ``refs`` (names such as ``refs/pull/7/head``, or commit ids) up to date.

        Args:
            clone_url: holds no credentials. refs: what to fetch. environment: carries the credentials for git.
            optional: one more ref, which need not be there (see ``optional_name``).

        Raises:
            RevisionNotFound: a ref is gone, for instance its branch was deleted.
            SourceUnavailable: the forge cannot be reached; worth trying again.
        """
        path = self.path(clone_url)
        with _locked(path.with_suffix(".lock")) as lock:
            if not path.exists():
                self._create(path)
            _tidy(path)
            missing = [ref for ref in refs if not _has_commit(path, ref)]
            specs = [f"+{ref}:{self.name(ref)}" for ref in missing]
            if optional is not None:  # a pattern may match nothing
                specs.append(f"+{optional}*:{self.optional_name(optional)}*")
            if specs:
                _fetch(path, (clone_url, *specs), environment, _Bounds(self._seconds, lock))
        return Repository(path)

    @staticmethod
    def name(ref: str) -> str:
        """What a fetched ref is called in the mirror. Flat, so that no branch stands in the way of another's folder."""
        return f"refs/reviewbot/{hashlib.sha256(ref.encode('utf-8', 'surrogateescape')).hexdigest()[:40]}"

    def fetch_beside(
        self, repository: Repository, source_url: str, optional: str, environment: Mapping[str, str]
    ) -> str:
        """Fetch a ref of another repository, a fork, into a mirror, where there is one; what it is called there.

        Raises:
            SourceUnavailable: the forge cannot be reached, or does not let us read the fork.
        """
        name = f"refs/beside/{hashlib.sha256(f'{source_url} {optional}'.encode()).hexdigest()[:40]}-"
        with _locked(repository.path.with_suffix(".lock")) as lock:
            spec = f"+{optional}*:{name}*"
            _fetch(repository.path, (source_url, spec), environment, _Bounds(self._seconds, lock))
        return name

    def keep(self, repository: Repository, commit: str) -> None:
        """Keep a commit of a mirror from being thrown away when no branch leads to it any more."""
        with _locked(repository.path.with_suffix(".lock")):
            run_git(repository.path, "update-ref", f"refs/kept/{commit}", commit, environment=_ISOLATED)

    @staticmethod
    def optional_name(ref: str) -> str:
        """What an optional ref is called in the mirror, where it was there."""
        return f"refs/optional/{hashlib.sha256(ref.encode()).hexdigest()[:40]}-"

    def path(self, clone_url: str) -> Path:
        """The folder of a mirror: readable, and unique by its digest."""
        name = _UNSAFE.sub("-", clone_url.rsplit("://", 1)[-1]).strip("-.")[-60:]
        return self._root / f"{name}-{hashlib.sha256(clone_url.encode()).hexdigest()[:12]}.git"

    def _create(self, path: Path) -> None:
        """Make an empty repository in one step, so that a kill in between leaves no half of one."""
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-") as place:
            fresh = Path(place) / "r.git"
            run_git(Path(place), "init", "--quiet", "--bare", "--template=", str(fresh), environment=_ISOLATED)
            shutil.move(fresh, path)


def _has_commit(path: Path, ref: str) -> bool:
    if not re.fullmatch(r"[0-9a-f]{40,64}", ref):
        return False
    try:
        run_git(path, "cat-file", "-e", f"{ref}^{{commit}}", environment=_ISOLATED)
    except SourceError:
        return False
    return True


@dataclass(frozen=True)
class _Bounds:
    """How long a fetch may take, and the lock that git holds with us: a fetch that outlives us keeps others out."""

    seconds: float
    lock: int


def _fetch(path: Path, what: Sequence[str], environment: Mapping[str, str], bounds: _Bounds) -> None:
    """``what`` is the address and the refspecs."""
    options = ("--quiet", "--no-tags", "--force", "--no-write-fetch-head", "--end-of-options")
    try:
        run_git(
            path,
            *("fetch", *options, *what),
            environment={**_ISOLATED, **environment},
            seconds=bounds.seconds,
            pass_fds=(bounds.lock,),
        )
    except SourceUnavailable:
        raise
    except SourceError as error:
        url, *specs = what
        if any(word in str(error) for word in _GONE):
            gone = " or ".join(spec[1:].partition(":")[0] for spec in specs)
            raise RevisionNotFound(f"{url} no longer has {gone}: the branch was deleted or moved.") from error
        absent = any(word in str(error).lower() for word in _ABSENT)
        kind = RepositoryAbsent if absent else SourceUnavailable
        raise kind(f"{url} could not be fetched, trying again later ({error}).") from error


def _tidy(path: Path) -> None:
    """Remove what a git that was killed left behind; nobody else writes here while we hold the lock."""
    for left in (*path.glob("*.lock"), *(path / "refs").rglob("*.lock"), *(path / "objects" / "pack").glob("tmp_*")):
        left.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Hold an exclusive lock on ``path``; the kernel lets go of it when the last process that holds it dies."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
