"""git over the objects alone: bounded in bytes and in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.domain.errors import SourceError, SourceUnavailable
from reviewbot.policy.provenance import Facts, origins, room, trace
from reviewbot.policy.provenance.below import unquoted
from reviewbot.policy.provenance.room import TooMuch, open_room
from reviewbot.source.repository import Repository
from tests.policy.provenance.histories import Project, by_line, numbered


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "r")
    made.commit({"a.py": numbered(1, 1000)})
    return made


def test_more_than_is_read_is_refused(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    with open_room(Repository(project.path), head, 30) as here, pytest.raises(TooMuch, match="more than 100 bytes"):
        here.git("show", head, most=100)


def test_time_is_bounded(project: Project) -> None:
    repository = Repository(project.path)
    with pytest.raises(SourceUnavailable, match="did not begin in time"):
        origins(repository, repository.change("main", "HEAD"), Facts(), seconds=0.0)


def test_a_git_that_hangs_is_ended(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    alias = "alias.hang=!sleep 30"
    with open_room(Repository(project.path), head, 0.3) as here, pytest.raises(SourceUnavailable, match="did not end"):
        here.git("-c", alias, "hang")


def test_a_part_ends_no_later_than_the_whole(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    with open_room(Repository(project.path), head, 0.0) as here, pytest.raises(SourceUnavailable):
        here.part(100).git("show", head)


def test_what_git_refuses_is_one_sentence(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    with open_room(Repository(project.path), head, 30) as here, pytest.raises(SourceError, match="bad object"):
        here.git("show", "1" * 40)


def test_objects_by_name(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    with open_room(Repository(project.path), head, 30) as here:
        names = [f"{head}:README", f"{head}:nothing", head, f"{head}:a.py", f"{head}:README", "not a name"]
        found = here.read(names, 100)
    assert [one and (one.kind, one.data) for one in found] == [
        ("blob", b"read me\n"), None, ("commit", None), ("blob", None), ("blob", b"read me\n"), None,
    ]  # fmt: skip


def test_a_history_that_is_too_large_leaves_all_unknown_and_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "MOST_LINES", 999)
    traced = project.traced(Facts(branch="main"))
    assert traced.problems == ("The change's history was not read. The change adds more than 999 lines: split it.",)
    assert set(by_line(traced.origins, "a.py").values()) == {"unknown"}
    assert len(by_line(traced.origins, "a.py")) == 1000


def test_a_shallow_clone_is_read_as_far_as_it_goes(project: Project, tmp_path: Path) -> None:
    project.commit({"b.py": "b\n"})
    project.git("clone", "-q", "--depth=3", "--branch=work", f"file://{project.path}", str(tmp_path / "s"))
    repository = Repository(tmp_path / "s")
    traced = origins(repository, repository.change("HEAD~1", "HEAD"), Facts())
    assert (by_line(traced.origins, "b.py"), traced.problems) == ({1: "unknown"}, ())


def test_a_clone_that_borrows_its_objects_is_whole(project: Project, tmp_path: Path) -> None:
    project.git("clone", "-q", "--shared", "--branch=work", str(project.path), str(tmp_path / "s"))
    repository = Repository(tmp_path / "s")
    assert len(origins(repository, repository.change("HEAD~1", "HEAD"), Facts()).origins) == 1


def test_a_linked_work_tree_is_its_repository(project: Project, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", str(tmp_path / "w"), "-b", "other")
    repository = Repository(tmp_path / "w")
    assert len(origins(repository, repository.change("main", "HEAD"), Facts()).origins) == 1


def test_the_room_is_gone_afterwards(project: Project) -> None:
    with open_room(Repository(project.path), "1" * 40, 30) as here:
        folder = here._folder
        assert folder.exists()
    assert not folder.exists()
    assert room.MOST_BYTES == 256 * 1024 * 1024


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"a b.py", "a b.py"),
        (b'"q\\"uote\\n\\t\\\\.py"', 'q"uote\n\t\\.py'),
        (b'"\\303\\274.py"', "ü.py"),
        (b'"\\377"', "\udcff"),
        (b'"', '"'),
    ],
)
def test_unquoted(name: bytes, path: str) -> None:
    assert unquoted(name) == path
