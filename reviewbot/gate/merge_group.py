"""Whether the commit of a merge queue holds its pull requests and nothing else: found out with git.

A queue merges, squashes or rebases, as the repository has it. Where nothing conflicts each of them leads to one tree,
and the tree is what is compared: what a commit says of itself is not asked.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewbot.domain.errors import SourceError, SourceUnavailable
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository

_FULL_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_VERSION = re.compile(r"(\d+)\.(\d+)")
_LEAST = (2, 38)
"""The first git that merges without a work tree (https://github.com/git/git/blob/master/Documentation/RelNotes/2.38.0.txt)."""

_AS_IS = {"GIT_NO_REPLACE_OBJECTS": "1"}  # refs/replace would show other commits than those that are merged
_SOMEBODY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "reviewbot", "EMAIL": "reviewbot@localhost", "DATE": "@0 +0000"}.items()
}


class _Unexplained(Exception):
    """One sentence on why the commit is not what the pull requests make."""


@dataclass(frozen=True)
class _Workbench:
    """A repository in which nothing is left behind: git writes its objects elsewhere, as ``environment`` says."""

    path: Path
    environment: Mapping[str, str]

    def git(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> str:
        """What git prints, without the white space at its ends."""
        return run_git(self.path, *arguments, environment=self.environment, accept=accept).decode().strip()


def unexplained(repository: Repository, base: str, head: str, pulls: Sequence[tuple[int, str]]) -> str | None:
    """Why ``head`` may hold what is in none of the pull requests, one sentence; None where it cannot.

    Args:
        repository: holds all the commits. base: what the queue merges into. head: the queue's commit.
        pulls: number and head of each pull request, in the order in which they are merged. All ids are full ones.

    Raises:
        SourceUnavailable: git was ended or took too long: try again.
    """
    if not pulls:
        return f"No pull request is named that {head[:12]} would merge."
    try:
        _look_for(repository, [("The queue's base", base), ("The queue's commit", head), *map(_named, pulls)])
        tree = run_git(repository.path, "rev-parse", f"{head}^{{tree}}", environment=_AS_IS).decode().strip()
        if tree in _trees(repository, base, pulls):
            return None
    except _Unexplained as reason:
        return str(reason)
    numbers = ", ".join(f"#{number}" for number, _ in pulls)
    return (
        f"{head[:12]} is not what git makes by merging {numbers} into {base[:12]}: the queue's commit holds other code."
    )


def _named(pull: tuple[int, str]) -> tuple[str, str]:
    return f"The head of #{pull[0]}", pull[1]


def _look_for(repository: Repository, commits: Sequence[tuple[str, str]]) -> None:
    for what, commit in commits:
        there = _FULL_ID.fullmatch(commit) and _is_there(repository, commit)
        if not there:
            raise _Unexplained(f"{what}, {commit[:12] or 'unnamed'}, is not in the repository: fetch it.")


def _is_there(repository: Repository, commit: str) -> bool:
    try:
        run_git(repository.path, "cat-file", "-e", f"{commit}^{{commit}}", environment=_AS_IS)
    except SourceUnavailable:
        raise
    except SourceError:
        return False
    return True


def _trees(repository: Repository, base: str, pulls: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """The trees that git makes of the pull requests, as merges and as squashes.

    They differ where a pull request stands on another one and takes something of it back.
    """
    objects = run_git(repository.path, "rev-parse", "--path-format=absolute", "--git-path", "objects").decode().strip()
    with tempfile.TemporaryDirectory(prefix="reviewbot-queue-") as place:
        apart = {"GIT_OBJECT_DIRECTORY": place, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
        bench = _Workbench(repository.path, {**_AS_IS, **_SOMEBODY, **apart})
        merged = _stack(bench, base, pulls, squash=False)
        if len(pulls) == 1:
            return (merged,)
        try:
            return merged, _stack(bench, base, pulls, squash=True)
        except _Unexplained:  # a squash forgets what two pull requests have in common
            return (merged,)


def _stack(bench: _Workbench, base: str, pulls: Sequence[tuple[int, str]], *, squash: bool) -> str:
    """The tree of all pull requests, one merged on the other."""
    tip, tree = base, ""
    for number, commit in pulls:
        tree = _merged(bench, tip, number, commit)
        parents = (tip,) if squash else (tip, commit)
        tip = bench.git("commit-tree", "-m", "queue", *(part for one in parents for part in ("-p", one)), tree)
    return tree


def _merged(bench: _Workbench, tip: str, number: int, commit: str) -> str:
    command = ("merge-tree", "--write-tree", tip, commit)
    try:
        said = bench.git(*command, accept=(0, 1))
    except SourceUnavailable:
        raise
    except SourceError as error:
        raise _Unexplained(_why_not(bench, number, error)) from None
    if "\n" in said:  # after the tree git tells of conflicts, and of nothing else
        raise _Unexplained(f"#{number} conflicts with what it is merged into: rebase it, and queue it again.")
    return said


def _why_not(bench: _Workbench, number: int, error: SourceError) -> str:
    version = bench.git("version")
    found = _VERSION.search(version)
    if found is None or (int(found[1]), int(found[2])) < _LEAST:
        return f"{version} cannot merge by itself: install git 2.38 or newer where the gate's worker runs."
    return f"git could not merge #{number}: {error}"
