"""The change between two commits, over every kind of file that git knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import EntryKind, FileChange, FileStatus, LineRange
from reviewbot.domain.errors import RevisionNotFound, SourceError, UsageError
from reviewbot.source import Repository
from tests.source.gitrepo import GitRepo

TEN = "".join(f"line {i}\n" for i in range(1, 11))


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "r")


def only(repo: GitRepo, base: str, head: str) -> FileChange:
    files = Repository(repo.path).change(base, head).files
    assert len(files) == 1
    return files[0]


def test_a_modified_line_is_added_and_three_lines_around_it_are_shown(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN})
    head = repo.commit({"a.py": TEN.replace("line 5\n", "five\nand a half\n")})
    assert only(repo, base, head) == FileChange(
        "a.py", "a.py", FileStatus.MODIFIED, added=(LineRange(5, 6),), shown=(LineRange(2, 9),)
    )


def test_the_diff_is_taken_from_the_merge_base(repo: GitRepo) -> None:
    repo.commit({"a.py": "a\n"})
    repo.git("checkout", "-q", "-b", "topic")
    head = repo.commit({"b.py": "b\n"})
    repo.git("checkout", "-q", "main")
    base = repo.commit({"c.py": "c\n"})
    assert [f.path for f in Repository(repo.path).change(base, head).files] == ["b.py"]


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        (b"a\nb", b"a\nb\n", ((2, 2),)),  # the end of the last line is what changed
        (b"a\nb\n", b"a\nb\nc", ((3, 3),)),
        (b"", b"a", ((1, 1),)),
        (b"a\r\nb\r\n", b"a\r\nB\r\n", ((2, 2),)),
        (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nb\nc\n", ((3, 3),)),
        (b"\ta\n", b"\ta\n\tb\n", ((2, 2),)),
        (b"caf\xe9\n", b"caf\xe9\nth\xe9\n", ((2, 2),)),
        (b"a\x0cb\n", b"a\x0cb\nc\n", ((2, 2),)),  # a form feed ends no line
        (b"a\rb\n", b"a\rb\nc\n", ((2, 2),)),
        (b"x\n", b"x\n+++ b/a.py\n--- a/a.py\n@@ -1 +1 @@\ndiff --git a/x b/x\n", ((2, 5),)),
        (b"-- x\n++ y\nz\n", b"++ y\nz\n-- x\n", ((3, 3),)),
    ],
)
def test_odd_bytes_give_the_right_lines(
    repo: GitRepo, before: bytes, after: bytes, added: tuple[tuple[int, int], ...]
) -> None:
    base, head = repo.commit({"a.py": before}), repo.commit({"a.py": after})
    assert only(repo, base, head).added == tuple(LineRange(*a) for a in added)


def test_a_rename_with_an_edit_keeps_both_names(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN})
    repo.git("mv", "a.py", "b.py")
    head = repo.commit({"b.py": TEN + "more\n"})
    change = only(repo, base, head)
    assert (change.old_path, change.path, change.status) == ("a.py", "b.py", FileStatus.RENAMED)
    assert change.added == (LineRange(11, 11),)


def test_a_deletion_has_no_lines(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN, "b.py": "b\n"})
    repo.git("rm", "-q", "a.py")
    change = only(repo, base, repo.commit())
    assert (change.status, change.added, change.shown) == (FileStatus.DELETED, (), ())


def test_a_mode_change_has_no_lines(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN})
    (repo.path / "a.py").chmod(0o755)
    change = only(repo, base, repo.commit())
    assert (change.status, change.added, change.binary) == (FileStatus.MODIFIED, (), False)


def test_binary_files_symlinks_and_submodules_have_no_lines(repo: GitRepo) -> None:
    base = repo.commit({"keep": "k\n"})
    (repo.path / "link.py").symlink_to("/etc/passwd")
    other = GitRepo(repo.path / "sub")
    other.commit({"x.py": "x\n"})
    head = repo.commit({"blob.py": b"\0\1\2\n"})
    found = {f.path: f for f in Repository(repo.path).change(base, head).files}
    assert {p: (f.kind, f.binary, f.added) for p, f in found.items()} == {
        "blob.py": (EntryKind.FILE, True, ()),
        "link.py": (EntryKind.SYMLINK, False, ()),
        "sub": (EntryKind.SUBMODULE, False, ()),
    }
    tree = Repository(repo.path).tree(head)
    assert tree.paths() == ("blob.py", "keep")
    assert tree.read("link.py") is None and tree.read("sub") is None


def test_a_file_that_becomes_a_symlink_does_not_shift_the_files_after_it(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN, "b.py": TEN})
    (repo.path / "a.py").unlink()
    (repo.path / "a.py").symlink_to("b.py")
    head = repo.commit({"b.py": TEN + "x\n"})
    found = {f.path: f for f in Repository(repo.path).change(base, head).files}
    assert (found["a.py"].status, found["a.py"].added) == (FileStatus.TYPE_CHANGED, ())
    assert found["b.py"].added == (LineRange(11, 11),)


def test_a_symlink_that_becomes_a_file_is_all_added(repo: GitRepo) -> None:
    repo.write("b.py", "b\n")
    (repo.path / "a.py").symlink_to("b.py")
    base = repo.commit()
    (repo.path / "a.py").unlink()
    assert only(repo, base, repo.commit({"a.py": "x\ny\n"})).added == (LineRange(1, 2),)


def test_gitattributes_cannot_hide_code_from_the_review(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN, ".gitattributes": "*.py -diff\n"})
    head = repo.commit({"a.py": TEN + "evil()\n"})
    change = only(repo, base, head)
    assert (change.binary, change.added) == (False, (LineRange(11, 11),))
    assert change.shown == ()  # the forge shows no diff for it, so nothing can be placed


@pytest.mark.parametrize(
    "name", ["with space.py", 'quo"te.py', "tab\t.py", "new\nline.py", "ünï.py", "b\udcff.py", "a -> b.py"]
)
def test_odd_names(repo: GitRepo, name: str) -> None:
    base = repo.commit({"keep": "k\n"})
    head = repo.commit({name: "x\n"})
    assert only(repo, base, head).path == name
    assert Repository(repo.path).tree(head).read(name) == b"x\n"


def test_a_persons_settings_do_not_change_the_lines(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN})
    head = repo.commit({"a.py": TEN.replace("line 5", "five")})
    expected = only(repo, base, head)
    for key, value in [
        ("diff.context", "0"),
        ("diff.noprefix", "true"),
        ("diff.external", "/bin/false"),
        ("diff.algorithm", "patience"),
        ("color.diff", "always"),
        ("core.quotePath", "true"),
        ("diff.interHunkContext", "9"),
    ]:
        repo.git("config", key, value)
    assert only(repo, base, head) == expected


def test_a_missing_commit_and_unrelated_histories_are_one_sentence(repo: GitRepo, tmp_path: Path) -> None:
    base = repo.commit({"a.py": "a\n"})
    repo.git("checkout", "-q", "--orphan", "other")
    head = repo.commit({"b.py": "b\n"})
    with pytest.raises(SourceError, match="share no history"):
        Repository(repo.path).change(base, head)
    with pytest.raises(RevisionNotFound, match="There is no commit 'nope'"):
        Repository(repo.path).change("nope", head)
    with pytest.raises(RevisionNotFound):
        Repository(repo.path).resolve("--output=/tmp/x")
    (tmp_path / "plain").mkdir()
    with pytest.raises(UsageError, match="is not a git repository"):
        Repository(tmp_path / "plain")


def test_a_diff_of_fifty_thousand_lines(repo: GitRepo) -> None:
    base = repo.commit({"a.py": "".join(f"x{i} = 1\n" for i in range(50_000))})
    head = repo.commit({"a.py": "".join(f"x{i} = 2\n" for i in range(50_000))})
    assert only(repo, base, head).added == (LineRange(1, 50_000),)


LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "c\r\n", "+x\n", "-y\n", "@@ -1 +1 @@\n", "\\ No newline\n", "é\n", "\n"]),
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=LINES, after=LINES, cut=st.booleans())
def test_unchanged_lines_are_the_bases(tmp_path: Path, before: list[str], after: list[str], cut: bool) -> None:
    """What is not added must stand in the base in the same order: else a comment would land on a wrong line."""
    repo = GitRepo(tmp_path / "p")
    text = "".join(after)
    head_bytes = (text[:-1] if cut else text).encode()
    base = repo.commit({"keep": "k", "f.py": "".join(before)})
    head = repo.commit({"f.py": head_bytes})
    files = [f for f in Repository(repo.path).change(base, head).files if f.path == "f.py"]
    added = {n for f in files for r in f.added for n in range(r.start, r.end + 1)}
    lines = head_bytes.decode().split("\n")
    kept = [line for n, line in enumerate(lines, 1) if n not in added and (n < len(lines) or line)]
    assert _subsequence(kept, "".join(before).split("\n"))


def _subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(any(line == other for other in rest) for line in part)
