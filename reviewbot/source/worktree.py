"""What is not yet committed, as a commit that no branch names: index and work tree stay as they are."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from reviewbot.domain.errors import SourceError
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository

_AUTHOR = {
    "GIT_AUTHOR_NAME": "reviewbot",
    "GIT_AUTHOR_EMAIL": "reviewbot@localhost",
    "GIT_COMMITTER_NAME": "reviewbot",
    "GIT_COMMITTER_EMAIL": "reviewbot@localhost",
    "GIT_AUTHOR_DATE": "@0 +0000",
    "GIT_COMMITTER_DATE": "@0 +0000",
}


def is_dirty(repository: Repository) -> bool:
    """Whether the work tree differs from ``HEAD``, files that git does not track yet (and does not ignore) included."""
    inside = run_git(repository.path, "rev-parse", "--is-inside-work-tree", accept=(0, 128)).strip()
    return inside == b"true" and bool(run_git(repository.path, "status", "--porcelain=v1", "-z"))


def snapshot(repository: Repository) -> tuple[str, str]:
    """Base and head of what is not yet committed: ``HEAD`` and a commit that holds the work tree.

    Raises:
        SourceError: there is no commit yet, or no work tree.
    """
    base = repository.resolve("HEAD")
    top = Path(run_git(repository.path, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    if not top.is_dir():
        raise SourceError(f"{repository.path} has no work tree: name --base and --head.")
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as place:
        index = Path(place) / "index"
        current = repository.git_dir / "index"
        if current.exists():
            shutil.copy2(current, index)  # with its time, by which git knows which entries to read again (racy-git)
        own_index = {"GIT_INDEX_FILE": str(index)}
        run_git(top, "add", "--all", environment=own_index)
        tree = run_git(top, "write-tree", environment=own_index).decode().strip()
    head = run_git(top, "commit-tree", tree, "-p", base, "-m", "work tree", environment=_AUTHOR).decode().strip()
    return base, head
