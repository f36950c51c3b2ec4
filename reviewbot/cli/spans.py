"""Which two commits a review on this machine compares, when the user has not named both."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.errors import RevisionNotFound, SourceError, UsageError
from reviewbot.source import Repository
from reviewbot.source.git import run_git
from reviewbot.source.worktree import is_dirty, snapshot

_MAIN_BRANCHES = ("origin/main", "origin/master", "main", "master")


@dataclass(frozen=True)
class Span:
    """Base and head as revisions, and ``words`` for the user that say what was chosen."""

    base: str
    head: str
    words: str


def choose_span(repository: Repository, base: str | None, head: str | None) -> Span:
    """What to review: exactly what is named; of what is not, what the user most likely means.

    With nothing named: what is not committed yet; in a clean tree the commits since the branch left the default
    branch; where there are none, the last commit.

    Raises:
        UsageError: a named revision is not there, or there is nothing to compare with.
    """
    for named in (base, head):
        if named is not None:
            _resolve(repository, named)
    if base is not None:
        tip = "HEAD" if head is None else head
        left_out = " (what is not committed is left out)" if head is None and is_dirty(repository) else ""
        return Span(base, tip, f"Reviewing {tip} against {base}{left_out}.")
    if head is None:
        _demand_a_commit(repository)
        if is_dirty(repository):
            return Span(*snapshot(repository), "Reviewing what is not committed yet.")
    return _since_branching(repository, "HEAD" if head is None else head)


def _resolve(repository: Repository, revision: str) -> str:
    try:
        return repository.resolve(revision)
    except RevisionNotFound as error:
        raise UsageError(str(error)) from None


def _demand_a_commit(repository: Repository) -> None:
    try:
        repository.resolve("HEAD")
    except RevisionNotFound:
        raise UsageError(f"{repository.path} has no commit yet: commit something first.") from None


def _since_branching(repository: Repository, tip: str) -> Span:
    commit = repository.resolve(tip)
    main = _default_branch(repository)
    ahead = _ahead(repository, main, commit) if main else 0
    if main and ahead:
        commits = "1 commit" if ahead == 1 else f"{ahead} commits"
        return Span(main, commit, f"Reviewing {tip}: {commits} since {main}.")
    try:
        parent = repository.resolve(f"{commit}~1")
    except RevisionNotFound:
        raise UsageError(f"{tip} is the first commit: there is nothing to compare it with; name --base.") from None
    return Span(parent, commit, f"Reviewing the last commit of {tip}, {commit[:12]}.")


def _default_branch(repository: Repository) -> str | None:
    """The branch that others start from, as far as this clone knows."""
    pointed = run_git(
        repository.path, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD", accept=(0, 1, 128)
    )
    for name in (pointed.decode("utf-8", "surrogateescape").strip(), *_MAIN_BRANCHES):
        if name and _exists(repository, name):
            return name
    return None


def _exists(repository: Repository, name: str) -> bool:
    try:
        repository.resolve(name)
    except RevisionNotFound:
        return False
    return True


def _ahead(repository: Repository, main: str, commit: str) -> int:
    """How many commits ``commit`` has that ``main`` lacks; 0 where they share no history."""
    left = repository.resolve(main)
    try:
        run_git(repository.path, "merge-base", left, commit)
    except SourceError:
        return 0
    return int(run_git(repository.path, "rev-list", "--count", f"{left}..{commit}"))
