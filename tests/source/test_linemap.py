"""The line map between two commits, over every kind of file that git knows, against a model made without git."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import RevisionNotFound, SourceError
from reviewbot.source import Repository
from reviewbot.source.linemap import FileMap, Hunk, LineMap, line_map
from tests.source.gitrepo import GitRepo

TEN = "".join(f"line {i}\n" for i in range(1, 11))


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "r")


def between(repo: GitRepo, old: str, new: str) -> LineMap:
    return line_map(Repository(repo.path), old, new)


def span(where: LineRange | None) -> tuple[int, int] | None:
    return None if where is None else (where.start, where.end)


# Old lines 1 to 10; 3 and 4 became three lines, one line was put before 7, and 9 was removed.
MAPPED = FileMap("a", "a", (Hunk(3, 2, 3, 3), Hunk(7, 0, 8, 1), Hunk(9, 1, 11, 0)))


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, 1), (2, 2), (3, None), (4, None), (5, 6), (6, 7), (7, 9), (8, 10), (9, None), (10, 11), (99, 100)],
)
def test_a_line(old: int, new: int | None) -> None:
    assert MAPPED.line(old) == new


@pytest.mark.parametrize(
    ("old", "lines", "remains", "gap"),
    [
        ((1, 2), (1, 2), (1, 2), (1, 6)),
        ((1, 1), (1, 1), (1, 1), (1, 2)),
        ((2, 3), None, (2, 5), (2, 6)),
        ((3, 3), None, (3, 5), (3, 6)),
        ((3, 4), None, (3, 5), (3, 6)),
        ((4, 5), None, (3, 6), (3, 7)),
        ((5, 6), (6, 7), (6, 7), (3, 9)),  # what was put right before or after is no part of it
        ((6, 7), None, (7, 9), (7, 10)),  # what was put in between is
        ((7, 8), (9, 10), (9, 10), (8, 11)),
        ((8, 9), None, (10, 10), (10, 11)),
        ((9, 9), None, None, (11, 11)),
        ((10, 10), (11, 11), (11, 11), (11, 12)),
        ((1, 10), None, (1, 11), (1, 12)),
    ],
)
def test_lines_and_what_remains_of_them(old: tuple[int, int], lines: object, remains: object, gap: object) -> None:
    where = LineRange(*old)
    assert span(MAPPED.lines(where)) == lines
    assert span(MAPPED.remains(where)) == remains
    assert MAPPED.between(where) == gap


def test_images_are_the_surviving_runs() -> None:
    assert [span(r) for r in MAPPED.images(LineRange(1, 10))] == [(1, 2), (6, 7), (9, 10), (11, 11)]
    assert MAPPED.images(LineRange(3, 4)) == ()


def test_new_lines_are_told_from_old_ones() -> None:
    assert [n for n in range(1, 12) if MAPPED.is_new(LineRange(n, n))] == [3, 4, 5, 8]
    assert MAPPED.is_new(LineRange(1, 11)) and not MAPPED.is_new(LineRange(9, 11))


def test_the_same_commit_asks_nobody() -> None:
    mapped = line_map(None, "1" * 40, "1" * 40)  # type: ignore[arg-type]
    assert mapped.of("any").lines(LineRange(3, 9)) == LineRange(3, 9)


def test_a_lost_commit_keeps_no_line() -> None:
    mapped = LineMap("1" * 40, "2" * 40, {}, lost=True)
    assert mapped.of("a").line(1) is None
    assert mapped.is_new("a", LineRange(1, 1))


def test_a_commit_that_is_not_there_is_refused(repo: GitRepo) -> None:
    with pytest.raises(SourceError):
        between(repo, repo.commit({"a": "a\n"}), "1" * 40)


@pytest.mark.parametrize("name", ["--output=stolen", "HEAD", "", "1" * 41])
def test_only_full_ids_reach_git(repo: GitRepo, name: str) -> None:
    head = repo.commit({"a": "a\n"})
    with pytest.raises(RevisionNotFound):
        between(repo, name, head)
    with pytest.raises(RevisionNotFound):
        between(repo, head, name)
    assert not (repo.path / "stolen").exists()


@pytest.mark.parametrize(
    ("before", "after", "images"),
    [
        (TEN, TEN.replace("line 5\n", "five\nand more\n"), [1, 2, 3, 4, None, 7, 8, 9, 10, 11]),
        ("a\nb", "a\nb\n", [1, None]),  # the end of the last line is what changed
        ("a\nb", "0\na\nb", [2, 3]),
        ("a\r\nb\r\n", "a\nb\r\n", [None, 2]),
        ("a\rb\nc\n", "0\na\rb\nc\n", [2, 3]),  # a carriage return ends no line
        ("\ufeffa\nb\n", "a\nb\n", [None, 2]),
        ("-- x\n++ y\nz\n", "++ y\nz\n-- x\n", [None, 1, 2]),
        ("a\n@@ -1 +1 @@\ndiff --git a/x b/x\n", "0\na\n@@ -1 +1 @@\ndiff --git a/x b/x\n", [2, 3, 4]),
        ("a\nb\n", "", [None, None]),
    ],
)
def test_odd_bytes_give_the_right_lines(repo: GitRepo, before: str, after: str, images: list[int | None]) -> None:
    old, new = repo.commit({"a.py": before}), repo.commit({"a.py": after})
    mapped = between(repo, old, new).of("a.py")
    assert [mapped.line(n) for n in range(1, len(images) + 1)] == images


def test_a_rename_is_followed_and_its_old_name_may_be_taken_again(repo: GitRepo) -> None:
    old = repo.commit({"a.py": TEN})
    repo.git("mv", "a.py", "b.py")
    new = repo.commit({"b.py": "zero\n" + TEN, "a.py": "print('something else')\n"})
    mapped = between(repo, old, new)
    # git does not look for renames of a path that is still there, so the content is a new file
    assert mapped.of("a.py").new_path == "a.py" and mapped.is_new("b.py", LineRange(2, 2))
    repo.git("rm", "-q", "-f", "a.py")
    mapped = between(repo, old, repo.commit())
    assert mapped.of("a.py") == FileMap("a.py", "b.py", (Hunk(1, 0, 1, 1),))
    assert mapped.is_new("b.py", LineRange(1, 1)) and not mapped.is_new("b.py", LineRange(2, 2))


def test_two_files_that_changed_names(repo: GitRepo) -> None:
    old = repo.commit({"a.py": TEN, "b.py": TEN.upper()})
    repo.git("mv", "a.py", "c.py")
    repo.git("mv", "b.py", "a.py")
    mapped = between(repo, old, repo.commit())
    assert (mapped.of("a.py").new_path, mapped.of("b.py").new_path) in [("c.py", "a.py"), ("a.py", None)]


def test_a_deleted_file_has_no_lines(repo: GitRepo) -> None:
    old = repo.commit({"a.py": TEN, "b.py": "b\n"})
    repo.git("rm", "-q", "a.py")
    mapped = between(repo, old, repo.commit()).of("a.py")
    assert (mapped.new_path, mapped.line(1), mapped.remains(LineRange(1, 2))) == (None, None, None)
    assert mapped.images(LineRange(1, 2)) == ()


def test_modes_types_submodules_links_and_binaries_come_through(repo: GitRepo) -> None:
    (repo.path / "link").symlink_to("mode.py")
    (repo.path / "tofile").symlink_to("mode.py")
    other = GitRepo(repo.path / "sub")
    other.commit({"x.py": "x\n"})
    old = repo.commit({"mode.py": TEN, "tolink.py": TEN, "blob": b"\0\1\n", "tobinary.py": TEN, "z.py": TEN})
    (repo.path / "mode.py").chmod(0o755)
    for name in ("link", "tofile", "tolink.py"):
        (repo.path / name).unlink()
    (repo.path / "link").symlink_to("z.py")
    (repo.path / "tolink.py").symlink_to("z.py")
    other.commit({"x.py": "y\n"})
    new = repo.commit({"tofile": TEN, "blob": b"\0\2\n", "tobinary.py": b"\0\n", "z.py": "0\n" + TEN})
    mapped = between(repo, old, new)
    assert mapped.of("mode.py").lines(LineRange(1, 10)) == LineRange(1, 10)
    assert [mapped.of(p).new_path for p in ("link", "tofile", "tolink.py", "sub")] == [None] * 4
    assert mapped.of("blob").line(1) is None and mapped.of("tobinary.py").line(1) is None
    assert mapped.of("z.py").line(1) == 2  # nothing before it shifted the pairing
    assert mapped.is_new("tofile", LineRange(1, 1))


def test_attributes_hide_no_line(repo: GitRepo) -> None:
    old = repo.commit({".gitattributes": "*.py binary\n", "a.py": TEN, "b.py": TEN})
    repo.git("mv", "b.py", "c.py")
    new = repo.commit({"a.py": "0\n" + TEN, "c.py": TEN + "11\n"})
    mapped = between(repo, old, new)
    assert mapped.of("a.py").line(1) == 2 and mapped.of("b.py").line(10) == 10


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name be any bytes")
def test_names_that_are_no_text_come_through(repo: GitRepo) -> None:
    names = [os.fsdecode(b"caf\xe9.py"), "with space\tand\nnewline.py", '"quoted".py', "-- x.py", ":(glob)*"]
    old = repo.commit(dict.fromkeys(names, TEN))
    new = repo.commit(dict.fromkeys(names, "0\n" + TEN))
    mapped = between(repo, old, new)
    assert [mapped.of(name).line(1) for name in names] == [2] * 5


def test_no_common_history_is_needed(repo: GitRepo) -> None:
    old = repo.commit({"a.py": TEN})
    repo.git("checkout", "-q", "--orphan", "other")
    new = repo.commit({"a.py": "0\n" + TEN})
    assert between(repo, old, new).of("a.py").line(10) == 11
    assert between(repo, new, old).of("a.py").line(11) == 10


def test_settings_of_the_repository_change_nothing(repo: GitRepo) -> None:
    old, new = repo.commit({"a.py": "a\n  b\nc\n"}), repo.commit({"a.py": "a\n    b\nc\nd\n"})
    for key, value in (("diff.context", "9"), ("diff.interHunkContext", "9"), ("diff.noprefix", "true")):
        repo.git("config", key, value)
    assert between(repo, old, new).of("a.py").hunks == (Hunk(2, 1, 2, 1), Hunk(4, 0, 4, 1))


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "  a\n", "\n"]), max_size=12)


@given(st.lists(st.tuples(LINES, LINES), min_size=40, max_size=40))
@settings(max_examples=5, deadline=None)
def test_a_mapped_line_is_the_same_line_and_order_is_kept(
    tmp_path_factory: pytest.TempPathFactory, versions: list[tuple[list[str], list[str]]]
) -> None:
    repo = GitRepo(tmp_path_factory.mktemp("r"))
    old = repo.commit({f"{i}.py": f"{i}\n" * 30 + "".join(v[0]) for i, v in enumerate(versions)})
    new = repo.commit({f"{i}.py": f"{i}\n" * 30 + "".join(v[1]) for i, v in enumerate(versions)})
    mapped = between(repo, old, new)
    for number, (before, after) in enumerate(versions):
        one, texts = mapped.of(f"{number}.py"), (["x"] * 30 + before, ["x"] * 30 + after)
        images = [(n, one.line(n)) for n in range(31, len(texts[0]) + 1)]
        kept = [(n, image) for n, image in images if image is not None]
        assert all(texts[0][n - 1] == texts[1][image - 1] for n, image in kept)
        assert [image for _, image in kept] == sorted({image for _, image in kept})
        unmapped = set(range(31, len(texts[1]) + 1)) - {image for _, image in kept}
        assert unmapped == {n for n in range(31, len(texts[1]) + 1) if one.is_new(LineRange(n, n))}
