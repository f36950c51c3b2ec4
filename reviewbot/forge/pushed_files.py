"""Whether a push to a branch may change how pull requests into it are judged. Pure.

What is new on the base branch adds no line to a pull request, whose lines are those since the merge base. So a push
decides about open pull requests where it brings other settings or owners, or where it takes history back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

DECIDING = frozenset({".reviewbot.toml", "CODEOWNERS"})
"""Names of files, in whatever folder: the settings, and who owns what."""

_LISTS = ("added", "modified", "removed")

_T = TypeVar("_T")


class BadCommits(Exception):
    """The commits are not what the forges send; the message is the name of the field."""


def may_decide(commits: Iterable[object], *, whole: bool) -> bool:
    """Whether the push may bring other settings or owners; true too often rather than too seldom.

    Args:
        commits: as both forges list them, each with the paths that it ``added``, ``modified`` and ``removed``.
        whole: whether every commit of the push is among them, and nothing was taken back.

    Raises:
        BadCommits: one of them is of a wrong type.
    """
    told = [_paths(_is(commit, dict, "commits")) for commit in commits]
    if not whole or not told or None in told:
        return True
    return any(path.rpartition("/")[2] in DECIDING for paths in told if paths is not None for path in paths)


def _paths(commit: Mapping[object, object]) -> list[str] | None:
    """The paths that a commit changes; None where it does not say so."""
    if not all(name in commit for name in _LISTS):
        return None
    return [_is(path, str, name) for name in _LISTS for path in _is(commit[name], list, name)]


def _is(value: object, kind: type[_T], name: str) -> _T:
    if not isinstance(value, kind):
        raise BadCommits(name)
    return value
