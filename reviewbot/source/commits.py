"""Making a commit of one edited file, and pushing it. No work tree, no hook and no filter is involved."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewbot.domain.errors import SourceError, SourceUnavailable
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository

# No setting of the machine may redirect a push, sign it, or add anything to it.
_ISOLATED = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "https:http:ssh:file"}
_MOVED = ("stale info", "non-fast-forward", "fetch first", "cannot lock ref")
_FORBIDDEN = (
    *("remote rejected", "hook declined", "not allowed", "error: 403", "error: 401"),
    *("denied", "authentication", "not found"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f<>]")


class PushRefused(SourceError):
    """The forge does not let us push there."""


class HeadMovedOn(SourceError):
    """The branch is not where it was any more, so nothing was pushed."""


@dataclass(frozen=True)
class Identity:
    """A name and an address as they stand in a commit. What git gives a meaning to is taken out."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{_clean(self.name) or 'unknown'} <{_clean(self.email)}>"


def commit_edit(repository: Repository, parent: str, path: str, data: bytes, *, message: str, author: Identity) -> str:
    """A commit on ``parent`` in which ``path`` holds ``data``; no branch names it yet.

    The file keeps its mode. Nothing else of the tree changes.

    Raises:
        SourceError: there is no regular file ``path`` at ``parent``, or git failed.
    """
    entry = run_git(repository.path, "ls-tree", "-z", "--full-tree", parent, "--", path).split(b"\0")[0]
    mode = entry.split(b" ", 1)[0].decode()
    if mode not in ("100644", "100755"):
        raise SourceError(f"{path} is no regular file at {parent[:12]}: there is nothing to commit.")
    blob = run_git(repository.path, "hash-object", "-w", "--stdin", stdin=data).decode().strip()
    with tempfile.TemporaryDirectory(prefix="reviewbot-index-") as place:
        index = {"GIT_INDEX_FILE": str(Path(place) / "index"), **_ISOLATED}
        run_git(repository.path, "read-tree", parent, environment=index)
        record = f"{mode} {blob}\t{path}".encode("utf-8", "surrogateescape") + b"\0"
        run_git(repository.path, "update-index", "-z", "--index-info", environment=index, stdin=record)
        tree = run_git(repository.path, "write-tree", environment=index).decode().strip()
    who = {
        "GIT_AUTHOR_NAME": _clean(author.name) or "unknown",
        "GIT_AUTHOR_EMAIL": _clean(author.email),
        "GIT_COMMITTER_NAME": _clean(author.name) or "unknown",
        "GIT_COMMITTER_EMAIL": _clean(author.email),
        **_ISOLATED,
    }
    made = run_git(
        repository.path, "commit-tree", tree, "-p", parent, "-F", "-", environment=who, stdin=message.encode()
    )
    return made.decode().strip()


@dataclass(frozen=True)
class Target:
    """A branch of another repository: its address (without credentials), its name, and where it must still be."""

    url: str
    branch: str
    expected: str


def push(repository: Repository, commit: str, to: Target, environment: Mapping[str, str]) -> None:
    """Let the branch go from where it is expected to ``commit``, or not at all (git push --force-with-lease).

    Args:
        environment: carries the credentials for git.

    Raises:
        HeadMovedOn: it is elsewhere by now. PushRefused: the forge forbids it. SourceUnavailable: try again later.
    """
    ref = f"refs/heads/{to.branch}"
    lease = f"--force-with-lease={ref}:{to.expected}"
    try:
        told = run_git(
            repository.path,
            *("push", "--no-verify", "--porcelain", lease, "--end-of-options", to.url, f"{commit}:{ref}"),
            environment={**_ISOLATED, **environment},
            seconds=120.0,
            accept=(0, 1),
        ).decode("utf-8", "replace")
    except SourceUnavailable:
        raise
    except SourceError as error:
        raise _refusal(str(error), to) from error
    lines = told.splitlines()
    if "Done" not in lines or any(line.startswith("!") for line in lines):
        raise _refusal(told, to)


def _refusal(told: str, to: Target) -> SourceError:
    """git's complaint about a push, sorted. Whatever is not known to be a refusal may pass, and is tried again.

    The address that git repeats says nothing of the reason: a repository may well be called ``authentication``.
    """
    branch, told = to.branch, told.replace(to.url, "")
    rejected = [line for line in told.splitlines() if line.startswith("!")]
    low = " ".join(line.rpartition("\t")[2] for line in rejected).lower() or told.lower()
    if any(word in low for word in _MOVED):
        return HeadMovedOn(f"{branch} moved on meanwhile, so nothing was pushed: ask again.")
    if any(word in low for word in _FORBIDDEN):
        return PushRefused(f"The forge does not let the bot push to {branch}.")
    return SourceUnavailable(f"The commit could not be pushed to {branch}: trying again later.")


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
