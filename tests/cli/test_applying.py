"""``--apply``: exactly the reviewed text is replaced, everything else of the file stays, or nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reviewbot.cli.applying import apply_review, place_of, write_atomically
from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import SourceError, UsageError
from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Suggestion
from reviewbot.source import Repository
from tests import builders
from tests.source.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "r")


def edit(line: int, original: str, replacement: str, path: str = "app.py") -> Suggestion:
    count = original.count("\n") or 1
    lines = LineRange(line, line + count - 1)
    return builders.suggestion(path=path, lines=lines, original=original, replacement=replacement)


def apply(repo: GitRepo, *suggestions: Suggestion) -> str:
    return apply_review(Repository(repo.path), reviewed(repo, *suggestions))


def reviewed(repo: GitRepo, *suggestions: Suggestion) -> Review:
    return builders.review(*suggestions, head=repo.git("rev-parse", "HEAD"))


@pytest.mark.parametrize(
    ("data", "line", "original", "replacement", "expected"),
    [
        (b"a\nb\nc\n", 2, "b\n", "x\ny\n", b"a\nx\ny\nc\n"),
        (b"a\r\nb\r\nc\r\n", 2, "b\r\n", "x\r\ny\r\n", b"a\r\nx\r\ny\r\nc\r\n"),
        (b"a\nb\r\nc\n", 2, "b\r\n", "x\r\n", b"a\nx\r\nc\n"),
        (b"\xef\xbb\xbfa\nb\n", 1, "a\n", "x\n", b"\xef\xbb\xbfx\nb\n"),
        (b"# coding: latin-1\n'\xfc'\nb\n", 3, "b\n", "'ü'\n", b"# coding: latin-1\n'\xfc'\n'\xfc'\n"),
        (b"a\nb", 2, "b", "x", b"a\nx"),
        (b"a\nb\n", 2, "b\n", "", b"a\n"),
        (b"a\x0cb\x85\nb\n", 2, "b\n", "x\n", b""),
    ],
    ids=["plain", "CRLF", "mixed ends", "BOM", "latin-1", "no final newline", "deletion", "not UTF-8"],
)
def test_only_the_lines_of_the_suggestion_change(
    repo: GitRepo, data: bytes, line: int, original: str, replacement: str, expected: bytes
) -> None:
    repo.commit({"app.py": data})
    if not expected:
        with pytest.raises(UsageError, match="no text in its own encoding"):
            apply(repo, edit(line, original, replacement))
        expected = data
    else:
        assert apply(repo, edit(line, original, replacement)) == "Applied 1 suggestion to 1 file."
    assert (repo.path / "app.py").read_bytes() == expected


def test_several_suggestions_of_several_files(repo: GitRepo) -> None:
    repo.commit({"app.py": "a\nb\nc\n", "d/b.py": "a\n"})
    some = (edit(1, "a\n", "1\n2\n3\n"), edit(3, "c\n", "4\n"), edit(1, "a\n", "5\n", path="d/b.py"))
    assert apply(repo, *some) == "Applied 3 suggestions to 2 files."
    assert (repo.path / "app.py").read_text() == "1\n2\n3\nb\n4\n"
    assert (repo.path / "d" / "b.py").read_text() == "5\n"


def test_nothing_to_apply(repo: GitRepo) -> None:
    repo.commit({"app.py": "a\n"})
    assert apply(repo) == "Nothing to apply."


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
def test_the_mode_stays_and_nothing_is_left_behind(repo: GitRepo, mode: int) -> None:
    repo.commit({"app.py": "a\n"})
    (repo.path / "app.py").chmod(mode)
    apply(repo, edit(1, "a\n", "x\n"))
    assert (repo.path / "app.py").stat().st_mode & 0o777 == mode
    assert {p.name for p in repo.path.iterdir()} == {".git", "app.py"}


def test_a_folder_of_the_repository_will_do(repo: GitRepo) -> None:
    repo.commit({"app.py": "a\n", "d/b.py": "a\n"})
    made = reviewed(repo, edit(1, "a\n", "x\n"))
    apply_review(Repository(repo.path / "d"), made)
    assert (repo.path / "app.py").read_text() == "x\n"


def test_a_check_out_with_autocrlf_keeps_its_line_ends(repo: GitRepo) -> None:
    repo.commit({"app.py": "a\nb\n"})
    repo.write("app.py", "a\r\nb\r\n")
    apply(repo, edit(2, "b\n", "x\ny\n"))
    assert (repo.path / "app.py").read_bytes() == b"a\r\nx\r\ny\r\n"


def _changed(repo: GitRepo) -> None:
    repo.write("z.py", "a\nchanged\n")


def _gone(repo: GitRepo) -> None:
    (repo.path / "z.py").unlink()


def _linked(repo: GitRepo) -> None:
    (repo.path / "z.py").rename(repo.path.parent / "outside.py")
    (repo.path / "z.py").symlink_to("../outside.py")


def _trailing_space(repo: GitRepo) -> None:
    repo.write("z.py", "a\nb \n")


@pytest.mark.parametrize("spoil", [_changed, _gone, _linked, _trailing_space])
def test_a_work_tree_that_is_not_what_was_reviewed_is_left_as_it_is(repo: GitRepo, spoil: object) -> None:
    repo.commit({"app.py": "a\nb\n", "z.py": "a\nb\n"})
    assert callable(spoil)
    spoil(repo)
    before = {p.name: p.read_bytes() for p in repo.path.glob("*.py")}
    with pytest.raises(UsageError, match=r"z\.py .*nothing was written\.$"):
        apply(repo, edit(1, "a\n", "x\n"), edit(1, "a\n", "x\n", path="z.py"))
    assert {p.name: p.read_bytes() for p in repo.path.glob("*.py")} == before


def test_an_original_that_is_not_there_is_never_placed_nearby(repo: GitRepo) -> None:
    repo.commit({"app.py": "a\nb\n"})
    with pytest.raises(UsageError, match="changed under its suggestion"):
        apply(repo, edit(1, "b\n", "x\n"))
    assert (repo.path / "app.py").read_text() == "a\nb\n"


def test_a_character_that_the_file_cannot_hold(repo: GitRepo) -> None:
    repo.commit({"app.py": b"# coding: latin-1\na\n"})
    with pytest.raises(UsageError, match="latin-1, which lacks a character"):
        apply(repo, edit(2, "a\n", "'中'\n"))


def test_a_bare_repository_has_nothing_to_write_to(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"app.py": "a\n"})
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    with pytest.raises(UsageError, match="no work tree to apply to"):
        apply_review(Repository(tmp_path / "bare.git"), reviewed(repo, edit(1, "a\n", "x\n")))


def test_a_new_file_is_made_and_an_old_one_never_overwritten(repo: GitRepo) -> None:
    repo.commit({"app.py": "a\n"})
    new = builders.suggestion(path="tests/test_app.py", new_file=True, original="", replacement="def test_a(): ...\n")
    apply(repo, new)
    assert (repo.path / "tests" / "test_app.py").read_text() == "def test_a(): ...\n"
    with pytest.raises(UsageError, match="exists already"):
        apply(repo, new)


@pytest.mark.parametrize("path", ["../x.py", "/etc/x.py", "a/../../x.py", ".git/hooks/x.py", "a/.GIT/config"])
def test_no_path_leads_out_of_the_work_tree(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match="leads out of the work tree"):
        place_of(tmp_path, path)


def test_no_path_goes_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "link").symlink_to(tmp_path / "real")
    with pytest.raises(UsageError, match="goes through a symbolic link"):
        place_of(tmp_path / "top", "link/x.py")
    assert place_of(tmp_path / "top", "folder/x.py") == tmp_path / "top" / "folder" / "x.py"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "a.py"
    place.write_text("old\n")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SourceError, match="No space left on device"):
        write_atomically(place, b"new\n")
    assert place.read_text() == "old\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]
