"""The files of a commit: what a repository lacks is told in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.domain.errors import SourceError
from reviewbot.source.tree import GitTree
from tests.source.gitrepo import GitRepo


def test_a_file_that_a_partial_clone_lacks_is_named(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path)
    commit = repo.commit({"kept.py": "x = 1\n", "lost.py": "y = 2\n"})
    oid = repo.git("rev-parse", f"{commit}:lost.py").strip()
    (tmp_path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(SourceError, match=r"^'lost\.py' is missing from the repository: fetch it in full"):
        GitTree(tmp_path, commit).paths()
