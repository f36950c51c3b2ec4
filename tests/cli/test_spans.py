"""Which commits are compared, on real repositories."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from reviewbot.cli.spans import choose_span
from reviewbot.domain.change import Change
from reviewbot.domain.errors import UsageError
from reviewbot.source import Repository
from tests.source.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """Two commits on ``main``."""
    made = GitRepo(tmp_path / "r")
    made.commit({"a.py": "1\n"})
    made.commit({"a.py": "2\n"})
    return made


def chosen(repo: GitRepo, base: str | None = None, head: str | None = None) -> tuple[Change, str]:
    repository = Repository(repo.path)
    span = choose_span(repository, base, head)
    return repository.change(span.base, span.head), span.words


def paths(change: Change) -> list[str]:
    return [file.path for file in change.files]


def test_what_is_named_is_what_is_reviewed(repo: GitRepo) -> None:
    third = repo.commit({"c.py": "3\n"})
    change, words = chosen(repo, "HEAD~2", "HEAD~1")
    assert paths(change) == ["a.py"]
    assert change.head != third
    assert words == "Reviewing HEAD~1 against HEAD~2."


def test_a_base_alone_goes_to_the_last_commit_and_says_what_it_leaves_out(repo: GitRepo) -> None:
    assert chosen(repo, "HEAD~1")[1] == "Reviewing HEAD against HEAD~1."
    repo.write("new.py", "x\n")
    change, words = chosen(repo, "HEAD~1")
    assert paths(change) == ["a.py"]
    assert words == "Reviewing HEAD against HEAD~1 (what is not committed is left out)."


def test_a_dirty_tree_is_reviewed_as_it_lies_there(repo: GitRepo) -> None:
    repo.write(".gitignore", "ignored.py\n")
    repo.commit({})
    repo.write("a.py", "3\n")
    repo.write("untracked.py", "4\n")
    repo.write("ignored.py", "5\n")
    repo.write("staged.py", "6\n")
    repo.git("add", "staged.py")
    before = (repo.git("status", "--porcelain=v2"), repo.git("for-each-ref"), repo.git("stash", "list"))
    change, words = chosen(repo)
    assert paths(change) == ["a.py", "staged.py", "untracked.py"]
    assert change.base == repo.git("rev-parse", "HEAD")
    assert words == "Reviewing what is not committed yet."
    assert (repo.git("status", "--porcelain=v2"), repo.git("for-each-ref"), repo.git("stash", "list")) == before


def test_an_edit_right_after_the_commit_is_not_missed(repo: GitRepo) -> None:
    """Same size, same second: only the index's own time tells git to look at the content (its "racy git" note)."""
    file, index = repo.path / "a.py", repo.path / ".git" / "index"
    moment = (time.time_ns() // 10**9 - 10) * 10**9
    os.utime(file, ns=(moment, moment))
    repo.git("update-index", "--refresh")
    os.utime(index, ns=(moment, moment))
    file.write_text("3\n")
    os.utime(file, ns=(moment, moment))
    assert paths(chosen(repo)[0]) == ["a.py"]


def test_a_clean_default_branch_is_reviewed_for_its_last_commit(repo: GitRepo) -> None:
    change, words = chosen(repo)
    assert change.base == repo.git("rev-parse", "HEAD~1")
    assert words == f"Reviewing the last commit of HEAD, {repo.git('rev-parse', 'HEAD')[:12]}."


def test_a_clean_branch_is_reviewed_since_it_left_main(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"b.py": "1\n"})
    repo.commit({"c.py": "1\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"other.py": "1\n"})
    repo.git("checkout", "-q", "topic")
    change, words = chosen(repo)
    assert paths(change) == ["b.py", "c.py"]
    assert words == "Reviewing HEAD: 2 commits since main."
    repo.git("checkout", "-q", "main")
    assert paths(chosen(repo, head="topic")[0]) == ["b.py", "c.py"]


def test_unpushed_commits_are_reviewed_against_the_remote(repo: GitRepo, tmp_path: Path) -> None:
    GitRepo(tmp_path / "clone-parent").git("clone", "-q", str(repo.path), str(tmp_path / "clone"))
    clone = GitRepo(tmp_path / "clone")
    clone.commit({"b.py": "1\n"})
    change, words = chosen(clone)
    assert paths(change) == ["b.py"]
    assert words == "Reviewing HEAD: 1 commit since origin/main."


def test_another_default_branch_is_found_by_the_remote(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("branch", "-m", "main", "trunk")
    repo.git("clone", "-q", str(repo.path), str(tmp_path / "clone"))
    clone = GitRepo(tmp_path / "clone")
    clone.commit({"b.py": "1\n"})
    assert chosen(clone)[1] == "Reviewing HEAD: 1 commit since origin/trunk."


def test_branches_without_common_history_are_not_compared(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit({"b.py": "1\n"})
    repo.commit({"b.py": "2\n"})
    assert chosen(repo)[1].startswith("Reviewing the last commit of HEAD")


def test_a_bare_repository_is_reviewed_too(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    repository = Repository(tmp_path / "bare.git")
    assert choose_span(repository, None, None).words.startswith("Reviewing the last commit")


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        ("nope", None, "nope"),
        (None, "nope", "nope"),
        ("--help", None, "--help"),
        (None, "HEAD~1", "HEAD~1 is the first commit"),
    ],
)
def test_what_cannot_be_compared(repo: GitRepo, base: str | None, head: str | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        chosen(repo, base, head)


def test_a_repository_without_commits(tmp_path: Path) -> None:
    empty = GitRepo(tmp_path / "e")
    empty.write("a.py", "1\n")
    with pytest.raises(UsageError, match="no commit yet: commit something first"):
        chosen(empty)
