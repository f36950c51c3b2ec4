"""Whether a push only brought the base in: found out with git, since a forge says no more than who clicked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reviewbot.domain.errors import SourceError
from reviewbot.policy.people import Push
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository


def with_updates(repository: Repository, pushes: Iterable[Push], base: str) -> tuple[Push, ...]:
    """The pushes, each with whether it is a clean merge of ``base`` and nothing else."""
    return tuple(replace(push, update=_is_update(repository, push, base)) for push in pushes)


def _is_update(repository: Repository, push: Push, base: str) -> bool:
    """One merge commit on the head before, of a commit of the base, in which git alone decided about every line.

    What cannot be found out (the commits are gone, the merge has conflicts, git is older than 2.38) is no update.
    """
    if not push.before:
        return False
    try:
        _, *parents = _git(repository, "rev-list", "--no-walk", "--parents", push.after, "--").split()
        if len(parents) != 2 or parents[0] != push.before:
            return False
        run_git(repository.path, "merge-base", "--is-ancestor", parents[1], base)
        merged = _git(repository, "merge-tree", "--write-tree", *parents)
        return merged == _git(repository, "rev-parse", "--verify", "--end-of-options", f"{push.after}^{{tree}}")
    except SourceError:
        return False


def _git(repository: Repository, *arguments: str) -> str:
    return run_git(repository.path, *arguments, environment={"GIT_NO_REPLACE_OBJECTS": "1"}).decode().strip()
