"""Patterns mean what they mean to git, and no pattern takes long."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.repo_config.globs import MOST_CHARACTERS, GlobError, compile_glob
from tests.source.gitrepo import ENV, GitRepo


def words(text: str) -> list[str]:
    return text.split()


PATTERNS = words("""
*.py a a/ /a a/b a/** **/a a/**/b ** * a* /*.py a/* [ab].py [!a].py [^a].py ?.py \\*.py a/b/ **/b/*.py a**b **/a/**
*/b /** [a-c]x []]x a/**/ \\[a x[^a-c] [a\\]]y *b*/*y* a/?/b .hidden .* *.* [*] a-b [a-] **/ a/*/ x/**/** **/**/a
""")
PATHS = words("""
a a.py a/b a/b/c.py b/a b/a/c x/y/z.py b.py c.py *.py a/x/b a/x/y/b/q.py axb ax cx ]x xa xd [a ay ]y b/b/b.py - a-
.hidden .hidden/a x/.hidden aXb ab a/b/c/d/e/f.py a-b
""")


def ignored(repo: GitRepo, pattern: str, paths: list[str]) -> set[str]:
    """What git says. The paths need not exist: they are taken for files."""
    repo.write(".gitignore", f"{pattern}\n")
    asked = "\0".join(paths).encode()
    command = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
    done = subprocess.run(command, cwd=repo.path, input=asked, env=ENV, capture_output=True)
    return {path.decode() for path in done.stdout.split(b"\0") if path}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    return GitRepo(tmp_path_factory.mktemp("globs") / "r")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_what_git_means(repo: GitRepo, pattern: str):
    ours = {path for path in PATHS if compile_glob(pattern).matches(path)}
    assert ours == ignored(repo, pattern, PATHS)


def test_the_patterns_tell_the_paths_apart(repo: GitRepo):
    found = [len(ignored(repo, pattern, PATHS)) for pattern in PATTERNS]
    assert sum(0 < count < len(PATHS) for count in found) > 25


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet="ab/*?", min_size=1, max_size=8),
    st.lists(
        st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join), min_size=5
    ),
)
def test_any_pattern_means_what_git_means(repo: GitRepo, pattern: str, paths: list[str]):
    try:
        glob = compile_glob(pattern)
    except GlobError:
        return
    assert {path for path in paths if glob.matches(path)} == ignored(repo, pattern, paths)


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("", "matches nothing"),
        ("!", "matches nothing"),
        ("/", "matches nothing"),
        ("a" * (MOST_CHARACTERS + 1), "is longer than"),
        ("a\nb", "does not print"),
        ("a\u202eb", "does not print"),
        ("../a", "leaves the repository"),
        ("!../a", "leaves the repository"),
        ("a//b", "has an empty part"),
        ("[a", "a \\[ that is not closed"),
        ("[", "a \\[ that is not closed"),
        ("[]", "a \\[ that is not closed"),
        ("a\\", "ends in a backslash"),
    ],
)
def test_what_is_no_pattern(pattern: str, what: str):
    with pytest.raises(GlobError, match=what):
        compile_glob(pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 99 + "b", "a" * 4000),
        ("**/" * 60 + "x", "a/" * 2000 + "a"),
        ("**/a/" * 39 + "x", "a/" * 1000 + "a"),
        ("*/" * 90 + "x", "a/" * 2000 + "a"),
        ("[a-z]*" * 30 + "1", "a" * 4000),
    ],
)
def test_no_pattern_takes_long(pattern: str, path: str):
    began = time.process_time()
    assert not compile_glob(pattern).matches(path)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("path", ["a\udcff.py", "a\nb.py", " ", "a\\b"])
def test_odd_paths(path: str):
    assert compile_glob("*").matches(path)
    assert not compile_glob("/x").matches(path)
    assert Path(path).name
