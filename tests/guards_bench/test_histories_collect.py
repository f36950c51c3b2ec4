"""From the history of a repository to what is known of its guards, and to a change that can be reviewed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.guards import histories_git as git
from benchmarks.guards.histories import Repository, check_allowed, dump, load
from benchmarks.guards.histories_collect import MOST_GUARDS, collect, collect_all, parse
from reviewbot.domain.errors import SourceError, UsageError
from tests.guards_bench.histories_repo import BARE, GUARDED, Clone


def history_of(clone: Clone, most: int = 6):
    return list(collect(Repository(clone.name, "tool", "HEAD"), clone.folder, most))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_a_commit_that_adds_a_guard_is_found(clone: Clone) -> None:
    parent = clone.commit(app=BARE, other="x = 1\n")
    commit = clone.commit(app=GUARDED)
    clone.commit(app=GUARDED + "\n\ny = 2\n")
    (found,) = history_of(clone)
    assert (found.repository, found.commit, found.parent, found.day) == ("acme/tool", commit, parent, "2020-01-02")
    assert (found.path, found.lines) == ("app.py", 6)
    (guard,) = found.guards
    assert (guard.start, guard.end, guard.resolved, guard.action) == (6, 6, ("json.JSONDecodeError",), "Return")


@pytest.mark.parametrize(
    "path",
    [
        "tests__app",
        "pkg__test__app",
        "test_app",
        "app_test",
        "conftest",
        "_vendor__app",
        "docs__app",
        "a__examples__b",
    ],
)
def test_tests_and_other_peoples_code_are_left_out(clone: Clone, path: str) -> None:
    clone.commit(**{path: BARE})
    clone.commit(**{path: GUARDED})
    assert history_of(clone) == []


@pytest.mark.parametrize("path", ["latest__app", "contests", "attest_tool__documents"])
def test_names_that_only_sound_like_it_stay(clone: Clone, path: str) -> None:
    clone.commit(**{path: BARE})
    clone.commit(**{path: GUARDED})
    assert len(history_of(clone)) == 1


def test_a_file_that_is_not_utf_8_is_left_out(clone: Clone) -> None:
    clone.commit(app=b"# \xff\n" + BARE.encode())
    clone.commit(app=b"# \xff\n" + GUARDED.encode())
    assert history_of(clone) == []


def test_a_file_that_the_commit_brings_in_is_left_out(clone: Clone) -> None:
    clone.commit(other="x = 1\n")
    clone.commit(app=GUARDED)
    assert history_of(clone) == []


def test_the_same_change_counts_once(clone: Clone) -> None:
    for _ in range(3):
        clone.commit(app=BARE)
        clone.commit(app=GUARDED)
    assert len(history_of(clone)) == 1


def test_a_commit_counts_once_and_a_repository_so_often(clone: Clone) -> None:
    clone.commit(a=BARE, b=BARE, c=BARE, d=BARE)
    commits = {clone.commit(a=GUARDED, b=GUARDED), clone.commit(c=GUARDED), clone.commit(d=GUARDED)}
    everything = history_of(clone)
    assert {one.commit for one in everything} == commits
    assert [one.commit for one in everything] == sorted(commits), "the order does not depend on when it was done"
    assert [one.path for one in everything if one.path in {"a.py", "b.py"}] == ["a.py"]
    assert history_of(clone, most=2) == everything[:2]


def test_one_idea_done_many_times_is_left_out(clone: Clone) -> None:
    names = [f"load_{n}" for n in range(MOST_GUARDS + 1)]
    clone.commit(app="\n\n".join(BARE.replace("load(path)", f"{n}(path)") for n in names))
    clone.commit(app="\n\n".join(GUARDED.replace("load(path)", f"{n}(path)") for n in names))
    assert history_of(clone) == []


def test_the_history_is_read_up_to_a_commit(clone: Clone) -> None:
    at = clone.commit(app=BARE)
    clone.commit(app=GUARDED)
    assert list(collect(Repository(clone.name, "tool", at), clone.folder)) == []


def test_what_is_collected_can_be_kept(tmp_path: Path, clone: Clone) -> None:
    clone.commit(app=BARE)
    clone.commit(app=GUARDED)
    empty = Clone(tmp_path, "acme/empty")
    empty.commit(app=BARE)
    given = [Repository(clone.name, "nox", "main"), Repository(empty.name, "nox", "HEAD")]
    found = collect_all(given, tmp_path)
    assert [one.name for one in found.repositories] == ["acme/tool"]
    assert found.repositories[0].at == git.resolve(clone.folder, "HEAD")
    dump(found, tmp_path / "kept.json")
    assert load(tmp_path / "kept.json") == found
    assert collect_all(found.repositories, tmp_path) == found


def test_a_package_that_is_kept_for_judging_is_refused(tmp_path: Path, clone: Clone) -> None:
    for package in ("flask-admin", "PyYAML", "dvc", "yt_dlp"):
        with pytest.raises(UsageError, match="kept for judging"):
            check_allowed(Repository("a/b", package, "HEAD"))
    check_allowed(Repository("a/b", "flask", "HEAD"))
    with pytest.raises(UsageError, match="kept for judging"):
        collect_all([Repository(clone.name, "dvc", "HEAD")], tmp_path)
    (tmp_path / "kept.json").write_text(
        '{"repositories": [{"name": "a/b", "package": "dvc", "at": "1"}], "histories": []}'
    )
    with pytest.raises(UsageError, match="kept for judging"):
        load(tmp_path / "kept.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"repositories": [1], "histories": []}', '{"repositories": []}'])
def test_another_file_is_no_file_of_histories(tmp_path: Path, text: str) -> None:
    (tmp_path / "kept.json").write_text(text)
    with pytest.raises(UsageError, match="anew"):
        load(tmp_path / "kept.json")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a/b", Repository("a/b", "b", "HEAD")),
        ("a/b.py:c-d", Repository("a/b.py", "c-d", "HEAD")),
        ("a/b@v1.0", Repository("a/b", "b", "v1.0")),
        ("a/b:c@0a1b", Repository("a/b", "c", "0a1b")),
    ],
)
def test_repositories_are_named(given: str, expected: Repository) -> None:
    assert parse(given) == expected


@pytest.mark.parametrize(
    "given", ["", "a", "a/b/c", "https://github.com/a/b", "a/b c", "-a/b", "a/-b", "a/../b", "a/b@-x"]
)
def test_other_names_are_refused(given: str) -> None:
    with pytest.raises(UsageError, match="OWNER/NAME"):
        parse(given)


def test_git_that_fails_says_so(tmp_path: Path, clone: Clone) -> None:
    with pytest.raises(SourceError, match="git rev-parse failed"):
        git.resolve(clone.folder, "nowhere")


def test_the_moment_before_is_laid_out(tmp_path: Path, clone: Clone) -> None:
    clone.commit(app=BARE, pkg__other="x = 1\n")
    clone.commit(app=GUARDED)
    (history,) = history_of(clone)
    root = git.lay_out(history, clone.folder, tmp_path / "out")
    assert git.run(root, "diff", "--name-status", "base", "head") == b"A\tapp.py\n"
    assert git.text(root, "head", "app.py") == BARE
    assert git.run(root, "ls-tree", "-r", "--name-only", "base") == b"pkg/other.py\n"
    assert git.run(root, "rev-parse", "base", "head") == git.run(
        git.lay_out(history, clone.folder, tmp_path / "again"), "rev-parse", "base", "head"
    ), "the same commits, whenever and by whomever they are made"


def test_a_persons_git_settings_change_nothing(tmp_path: Path, clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitconfig").write_text("[tag]\ngpgSign = true\n[core]\neditor = false\n[diff]\nnoprefix = true\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    clone.commit(app=BARE)
    clone.commit(app=GUARDED)
    (history,) = history_of(clone)
    assert git.text(git.lay_out(history, clone.folder, tmp_path / "out"), "head", "app.py") == BARE


def test_files_that_the_clone_lacks_are_left_out(tmp_path: Path, clone: Clone) -> None:
    clone.commit(**{"app": BARE, "large.bin": "x"})
    clone.commit(app=GUARDED)
    lost = git.run(clone.folder, "rev-parse", "HEAD:large.bin").decode().strip()
    (clone.folder / ".git/objects" / lost[:2] / lost[2:]).unlink()
    (history,) = history_of(clone)
    root = git.lay_out(history, clone.folder, tmp_path / "out")
    assert git.run(root, "ls-tree", "-r", "--name-only", "head") == b"app.py\n"
    assert git.run(root, "diff", "--name-status", "base", "head") == b"A\tapp.py\n"


def test_what_is_not_in_the_cache_is_cloned_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = Clone(tmp_path / "forge", "acme/tool")
    at = origin.commit(app=BARE)
    origin.folder.rename(tmp_path / "forge/tool.git")
    monkeypatch.setattr(git, "_FORGE", f"{(tmp_path / 'forge').as_uri()}/")
    cache = tmp_path / "cache"
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: git.clone("tool", cache), range(4)))
    assert folders == {cache / "tool.git"} and git.resolve(cache / "tool.git", "HEAD") == at
    with pytest.raises(SourceError, match="git clone failed"):
        git.clone("nowhere", cache)
    assert [path.name for path in cache.iterdir()] == ["tool.git"]
