"""Merging a source branch into its target, in the three ways that GitLab has."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.fakes.github.gitstore import ENVIRONMENT, Bare, GitFailed

METHODS = ("merge", "squash", "rebase")


def merged(store: Bare, base: str, head: str, how: str, message: str, author: str, when: int) -> str:
    """The commit that the target branch points to after the merge.

    Raises:
        GitFailed: the two conflict.
    """
    identity = {**ENVIRONMENT, **_identity(author, when)}
    if how == "rebase":
        return _rebased(store, base, head, identity)
    tree = store.git("merge-tree", "--write-tree", base, head).decode().split("\n")[0]
    parents = ["-p", base] if how == "squash" else ["-p", base, "-p", head]
    return _git(store.path, identity, "commit-tree", tree, *parents, "-m", message)


def _rebased(store: Bare, base: str, head: str, identity: dict[str, str]) -> str:
    with tempfile.TemporaryDirectory(prefix="fake-gitlab-rebase-") as folder:
        _git(Path(folder), identity, "clone", "-q", "--no-checkout", str(store.path), "work")
        work = Path(folder) / "work"
        _git(work, identity, "fetch", "-q", "origin", base, head)
        _git(work, identity, "checkout", "-q", "--detach", head)
        _git(work, identity, "rebase", "-q", base)
        sha = _git(work, identity, "rev-parse", "HEAD")
        store.git("fetch", "-q", "--no-tags", str(work), f"+{sha}:refs/keep-around/{sha}")
        return sha


def _identity(author: str, when: int) -> dict[str, str]:
    told = {}
    for role in ("AUTHOR", "COMMITTER"):
        told |= {f"GIT_{role}_NAME": author, f"GIT_{role}_EMAIL": f"{author}@example.org"}
    return {**told, "GIT_COMMITTER_DATE": f"{when} +0000", "GIT_AUTHOR_DATE": f"{when} +0000"}


def _git(path: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(path), *arguments], capture_output=True, env=environment)
    if done.returncode:
        raise GitFailed(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode().strip()
