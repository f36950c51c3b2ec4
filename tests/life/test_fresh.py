"""What is new to the reviewer, after everything that may happen to a head and its base."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import Change, FileChange, FileStatus, LineRange
from reviewbot.life.fresh import fresh
from reviewbot.source import Repository
from reviewbot.source.linemap import LineMap, line_map
from tests.life.edits import NEW, OLD, mapped
from tests.source.gitrepo import GitRepo

BASE = "".join(f"base {i}\n" for i in range(1, 21))
Added = dict[str, list[tuple[int, int]]]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "r")
    made.commit({"a.py": BASE, "b.py": BASE.replace("base", "other")})
    made.git("checkout", "-q", "-b", "topic")
    made.commit({"a.py": BASE.replace("base 5\n", "mine 5\nmine 6\n")})
    return made


def new_lines(repo: GitRepo, before: tuple[str, str], now: tuple[str, str]) -> Added:
    """What is fresh of ``now`` (base and head) after a review of ``before``."""
    source = Repository(repo.path)
    reviewed, change = source.change(*before), source.change(*now)
    cut = fresh(change, reviewed, line_map(source, reviewed.head, change.head))
    assert [f.shown for f in cut.files] == [f.shown for f in change.files]
    assert (cut.base, cut.merge_base, cut.head) == (change.base, change.merge_base, change.head)
    return {f.path: [(r.start, r.end) for r in f.added] for f in cut.files if f.added}


def head(repo: GitRepo) -> str:
    return repo.git("rev-parse", "HEAD")


def test_a_push(repo: GitRepo) -> None:
    seen = head(repo)
    text = (repo.path / "a.py").read_text()
    now = repo.commit({"a.py": "first\n" + text.replace("mine 6\n", "mine 6\nmine 7\n"), "c.py": "c\nd\n"})
    assert new_lines(repo, ("main", seen), ("main", now)) == {"a.py": [(1, 1), (8, 8)], "c.py": [(1, 2)]}


def test_the_same_head(repo: GitRepo) -> None:
    assert new_lines(repo, ("main", "topic"), ("main", "topic")) == {}


def test_an_amended_commit_pushed_by_force(repo: GitRepo) -> None:
    seen = head(repo)
    repo.write("a.py", BASE.replace("base 5\n", "mine 5\nother 6\n"))
    repo.git("commit", "-q", "-a", "--amend", "-m", "again")
    assert new_lines(repo, ("main", seen), ("main", head(repo))) == {"a.py": [(6, 6)]}


def test_a_rebase_is_nothing_new(repo: GitRepo) -> None:
    seen, base = head(repo), repo.git("rev-parse", "main")
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": "theirs\n" + BASE, "b.py": "theirs\n", "d.py": "theirs\n"})
    repo.git("checkout", "-q", "topic")
    repo.git("rebase", "-q", "main")
    assert new_lines(repo, (base, seen), ("main", head(repo))) == {}


def test_a_merge_of_the_base_is_nothing_new_but_its_resolution_is(repo: GitRepo) -> None:
    seen, base = head(repo), repo.git("rev-parse", "main")
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": "theirs\n" + BASE, "d.py": "theirs\n"})
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-commit", "main")
    repo.write("d.py", "theirs\nresolved\n")
    now = repo.commit()
    assert new_lines(repo, (base, seen), ("main", now)) == {"d.py": [(2, 2)]}


def test_another_base_branch_brings_in_lines_that_were_not_its_own(repo: GitRepo) -> None:
    seen = head(repo)
    repo.git("branch", "release", "main~0")
    text = (repo.path / "a.py").read_text()
    stacked = repo.commit({"a.py": text + "stacked\n"})
    assert new_lines(repo, (seen, stacked), ("main", stacked)) == {"a.py": [(5, 6)]}
    assert new_lines(repo, ("main", stacked), (seen, stacked)) == {}


def test_a_head_that_went_back_and_came_again(repo: GitRepo) -> None:
    seen = head(repo)
    now = repo.commit({"a.py": (repo.path / "a.py").read_text() + "end\n"})
    assert new_lines(repo, ("main", now), ("main", seen)) == {}
    assert new_lines(repo, ("main", seen), ("main", now)) == {"a.py": [(22, 22)]}


def test_a_renamed_file_is_followed(repo: GitRepo) -> None:
    seen = head(repo)
    repo.git("mv", "a.py", "z.py")
    text = (repo.path / "z.py").read_text()
    now = repo.commit({"z.py": text + "end\n"})
    assert new_lines(repo, ("main", seen), ("main", now)) == {"z.py": [(22, 22)]}


def test_the_first_review_sees_everything() -> None:
    change = Change(OLD, OLD, NEW, (FileChange("a", None, FileStatus.ADDED, added=(LineRange(1, 9),)),))
    assert fresh(change, None, None) is change
    assert fresh(change, change, None) is change
    assert fresh(change, None, LineMap(OLD, NEW, {})) is change


def test_after_a_head_that_is_lost_everything_is_new() -> None:
    change = Change(OLD, OLD, NEW, (FileChange("a", None, FileStatus.ADDED, added=(LineRange(1, 9),)),))
    assert fresh(change, change, LineMap(OLD, NEW, {}, lost=True)) == change


RANGES = st.sets(st.integers(1, 24)).map(sorted)
TEXTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=24).map(lambda ls: "".join(f"{c}\n" for c in ls))


def ranges(lines: list[int]) -> tuple[LineRange, ...]:
    """Runs of successive numbers."""
    starts = [n for n in lines if n - 1 not in lines]
    return tuple(LineRange(n, next(m for m in range(n, 99) if m + 1 not in lines)) for n in starts)


@given(TEXTS, TEXTS, RANGES, RANGES)
@settings(max_examples=1_000, deadline=None)
def test_a_line_is_new_unless_it_is_the_image_of_a_reviewed_one(
    old: str, new: str, reviewed: list[int], added: list[int]
) -> None:
    to = mapped({"a": old}, {"a": new})
    reviewed = [n for n in reviewed if n <= len(old) // 2]
    before = Change(OLD, OLD, OLD, (FileChange("a", "a", FileStatus.MODIFIED, added=ranges(reviewed)),))
    now = Change(OLD, OLD, NEW, (FileChange("a", "a", FileStatus.MODIFIED, added=ranges(added)),))
    images = {to.of("a").line(n) for n in reviewed}
    left = [n for r in fresh(now, before, to).files[0].added for n in range(r.start, r.end + 1)]
    assert left == [n for n in added if n not in images]
