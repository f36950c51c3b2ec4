"""Mirrors: fetched from a real repository over git's own transport."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from reviewbot.domain.errors import RevisionNotFound, SourceUnavailable
from reviewbot.source import Mirrors, Repository
from reviewbot.source.git import complaint, run_git
from reviewbot.source.worktree import is_dirty, snapshot
from tests.source.gitrepo import GitRepo


@pytest.fixture
def origin(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "origin")
    repo.commit({"a.py": "a\n"})
    return repo


def test_fetches_a_ref_and_reads_it(origin: GitRepo, tmp_path: Path) -> None:
    head = origin.git("rev-parse", "HEAD")
    origin.git("update-ref", "refs/pull/7/head", head)
    repo = Mirrors(tmp_path / "m").fetch(f"file://{origin.path}", ["refs/pull/7/head", head], {})
    assert repo.tree(head).read("a.py") == b"a\n"


def test_follows_a_force_push(origin: GitRepo, tmp_path: Path) -> None:
    mirrors, url = Mirrors(tmp_path / "m"), f"file://{origin.path}"
    mirrors.fetch(url, ["refs/heads/main"], {})
    origin.git("commit", "-q", "--amend", "-m", "again")
    new = origin.git("rev-parse", "HEAD")
    assert mirrors.fetch(url, ["refs/heads/main"], {}).resolve(new) == new


def test_a_deleted_branch_and_a_missing_forge_are_told_apart(origin: GitRepo, tmp_path: Path) -> None:
    mirrors = Mirrors(tmp_path / "m")
    with pytest.raises(RevisionNotFound, match="no longer has refs/heads/gone"):
        mirrors.fetch(f"file://{origin.path}", ["refs/heads/gone"], {})
    with pytest.raises(SourceUnavailable, match="could not be fetched"):
        mirrors.fetch(f"file://{tmp_path}/nowhere", ["refs/heads/main"], {})


def test_workers_may_fetch_at_once(origin: GitRepo, tmp_path: Path) -> None:
    mirrors, url, seen = Mirrors(tmp_path / "m"), f"file://{origin.path}", []

    def fetch() -> None:
        seen.append(mirrors.fetch(url, ["refs/heads/main"], {}).git_dir)

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and len(set(seen)) == 1


def test_credentials_never_reach_a_message() -> None:
    assert (
        complaint(b"fatal: unable to access 'https://u:tok@h/r.git/': 403\n")
        == "unable to access 'https://***@h/r.git/': 403"
    )


def test_names_that_would_leave_the_folder_stay_in_it(tmp_path: Path) -> None:
    mirrors = Mirrors(tmp_path / "m")
    for url in ["https://h/../../etc", "file:///../..", "https://h/" + "x" * 500]:
        assert mirrors.path(url).parent == tmp_path / "m"


def test_a_snapshot_holds_what_is_not_committed_and_changes_nothing(origin: GitRepo) -> None:
    repo = Repository(origin.path)
    assert not is_dirty(repo)
    origin.write("a.py", "a\nb\n")
    origin.write("new.py", "n\n")
    origin.write(".gitignore", "secret\n")
    origin.write("secret", "s\n")
    before = (origin.git("status", "--porcelain"), origin.git("for-each-ref"))
    assert is_dirty(repo)
    base, head = snapshot(repo)
    assert [f.path for f in repo.change(base, head).files] == [".gitignore", "a.py", "new.py"]
    assert (origin.git("status", "--porcelain"), origin.git("for-each-ref")) == before
    assert snapshot(repo) == (base, head)  # the same work tree is the same commit


def test_grep_takes_words_not_patterns(origin: GitRepo) -> None:
    head = origin.commit({"b.py": "x = load(y)\n", "c.txt": "load(", "d/e.py": "l.ad(\n"})
    tree = Repository(origin.path).tree(head)
    assert tree.grep(("load(",), ".py") == ("b.py",)
    assert tree.grep(("l.ad(", "load("), ".py") == ("b.py", "d/e.py")
    assert tree.grep((), ".py") == () and tree.grep(("--help",), ".py") == ()


def test_a_branch_may_take_the_place_of_a_folder_of_branches(origin: GitRepo, tmp_path: Path) -> None:
    mirrors, url = Mirrors(tmp_path / "m"), f"file://{origin.path}"
    origin.git("branch", "foo")
    mirrors.fetch(url, ["refs/heads/foo"], {})
    origin.git("branch", "-D", "foo")
    origin.git("branch", "foo/bar")
    repo = mirrors.fetch(url, ["refs/heads/foo/bar"], {})
    assert repo.resolve(mirrors.name("refs/heads/foo/bar")) == origin.git("rev-parse", "foo/bar")


def test_what_a_killed_git_left_behind_is_in_nobodys_way(origin: GitRepo, tmp_path: Path) -> None:
    mirrors, url = Mirrors(tmp_path / "m"), f"file://{origin.path}"
    path = mirrors.fetch(url, ["refs/heads/main"], {}).path
    head = origin.commit({"b.py": "b\n"})
    left = [
        path / f"{mirrors.name('refs/heads/main')}.lock",
        path / "packed-refs.lock",
        path / "objects/pack/tmp_pack_x",
    ]
    for place in left:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")
    assert mirrors.fetch(url, ["refs/heads/main"], {}).resolve(head) == head
    assert not any(place.exists() for place in left)


def test_mirrors_are_for_our_own_account_alone(origin: GitRepo, tmp_path: Path) -> None:
    Mirrors(tmp_path / "state" / "mirrors").fetch(f"file://{origin.path}", ["refs/heads/main"], {})
    assert [(tmp_path / p).stat().st_mode & 0o777 for p in ("state", "state/mirrors")] == [0o700, 0o700]


def test_a_git_that_was_killed_is_worth_another_try(origin: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewbot.source.git.git_command", lambda *_: ["sh", "-c", "kill -9 $$"])
    with pytest.raises(SourceUnavailable, match="ended by signal 9"):
        run_git(origin.path, "status")


def test_an_optional_ref_need_not_be_there(origin: GitRepo, tmp_path: Path) -> None:
    mirrors, url = Mirrors(tmp_path / "m"), f"file://{origin.path}"
    repo = mirrors.fetch(url, ["refs/heads/main"], {}, optional="refs/notes/ai")
    name = mirrors.optional_name("refs/notes/ai")
    with pytest.raises(RevisionNotFound):
        repo.resolve(name)
    origin.git("notes", "--ref=ai", "add", "-m", "a note", "HEAD")
    mirrors.fetch(url, ["refs/heads/main"], {}, optional="refs/notes/ai")
    assert repo.resolve(name) == origin.git("rev-parse", "refs/notes/ai")


def test_a_ref_of_a_fork_lies_beside_the_mirrors_own(origin: GitRepo, tmp_path: Path) -> None:
    mirrors, fork = Mirrors(tmp_path / "m"), GitRepo(tmp_path / "fork")
    repo = mirrors.fetch(f"file://{origin.path}", ["refs/heads/main"], {})
    fork.commit({"a.py": "b\n"})
    name = mirrors.fetch_beside(repo, f"file://{fork.path}", "refs/notes/ai", {})
    with pytest.raises(RevisionNotFound):
        repo.resolve(name)
    fork.git("notes", "--ref=ai", "add", "-m", "a note", "HEAD")
    assert mirrors.fetch_beside(repo, f"file://{fork.path}", "refs/notes/ai", {}) == name
    assert repo.resolve(name) == fork.git("rev-parse", "refs/notes/ai")


def test_a_kept_commit_outlives_its_branch(origin: GitRepo, tmp_path: Path) -> None:
    mirrors, url = Mirrors(tmp_path / "m"), f"file://{origin.path}"
    repo = mirrors.fetch(url, ["refs/heads/main"], {})
    old = origin.git("rev-parse", "HEAD")
    mirrors.keep(repo, old)
    origin.git("commit", "-q", "--amend", "-m", "again")
    mirrors.fetch(url, ["refs/heads/main"], {})
    run_git(repo.path, "gc", "--quiet", "--prune=now")
    assert repo.resolve(old) == old
