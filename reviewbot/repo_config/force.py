"""Which settings are in force, and what a pull request breaks in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot.domain.source_file import Tree
from reviewbot.repo_config.config import FILE, RepoConfig
from reviewbot.repo_config.declared import Declared
from reviewbot.repo_config.reading import MOST_BYTES, RepoConfigError, read
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository

_MOST_VERSIONS = 50
"""Of the file, newest first, in which a good one is looked for."""


@dataclass(frozen=True)
class InForce:
    """The settings of a review. ``notes`` are sentences for everyone to read: what could not be used, and what is."""

    config: RepoConfig
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong with the settings that a pull request brings in.

    Attributes:
        line: of the file at the head, from 1. sentence: what is wrong, without the line.
        digest: the same for the same fault, wherever it moves to: it need be told once.
    """

    line: int
    sentence: str
    digest: str


def in_force(repository: Repository, base: str, organisation: tuple[Repository, str] | None = None) -> InForce:
    """The settings that a pull request into ``base`` is reviewed with.

    They are read from the base alone, never from the pull request. Where they are broken there, the newest version
    that was not stays in force: one that a person could see working. The organisation's lie below them, key by key.

    Args:
        repository: holds the commit ``base``. base: the base branch's commit.
        organisation: the owner's repository ``.reviewbot`` and the commit of its default branch.

    Raises:
        SourceError: git cannot read the base, or the organisation's repository.
    """
    own, notes = _standing(repository, base, f"{FILE} on the base branch")
    if organisation is not None:
        below, more = _standing(*organisation, f"The organisation's {FILE}")
        own, notes = own.over(below), notes + more
    return InForce(RepoConfig.of(own), notes)


def brought_in(base: Tree, head: Tree) -> Problem | None:
    """What is wrong with the settings at ``head``, where they are not those of ``base``; None where nothing is."""
    data = head.read(FILE)
    if data is None or data == base.read(FILE):
        return None
    try:
        read(data)
    except RepoConfigError as error:
        digest = hashlib.sha256(error.sentence.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return Problem(error.line, error.sentence, digest)
    return None


def _standing(repository: Repository, commit: str, whose: str) -> tuple[Declared, tuple[str, ...]]:
    """What the file says at ``commit``, or said last before it was broken."""
    try:
        return _version(repository, commit), ()
    except RepoConfigError as error:
        fault = f"{whose} cannot be used, line {error.line}: {error.sentence}"
    for before in _earlier(repository, commit):
        try:
            declared = _version(repository, before)
        except RepoConfigError:
            continue
        return declared, (f"{fault} Until it is mended the version of `{before[:7]}` stays in force.",)
    return Declared(), (f"{fault} Until it is mended the defaults are in force.",)


def _earlier(repository: Repository, commit: str) -> Iterator[str]:
    """The commits of the branch itself that changed the file, newest first, without the newest: that one broke it."""
    found = run_git(
        repository.path,
        *("log", "--first-parent", "--format=%H", f"--max-count={_MOST_VERSIONS}", "--no-show-signature"),
        *("--end-of-options", repository.resolve(commit), "--", FILE),
    )
    yield from found.decode("ascii").split()[1:]


def _version(repository: Repository, commit: str) -> Declared:
    """What the file says at a commit; nothing where there is none.

    Raises:
        RepoConfigError: it is broken, or no regular file.
    """
    entry = run_git(repository.path, "ls-tree", "-z", "-l", "--full-tree", repository.resolve(commit), "--", FILE)
    if not entry:
        return Declared()
    mode, kind, oid, size = entry.partition(b"\t")[0].split()
    if kind != b"blob" or not mode.startswith(b"100"):
        raise RepoConfigError("It is no regular file: put the settings themselves there.", 1)
    if int(size) > MOST_BYTES:
        raise RepoConfigError(f"The file is longer than {MOST_BYTES // 1024} KB: say less.", 1)
    return read(run_git(repository.path, "cat-file", "blob", oid.decode("ascii")))
