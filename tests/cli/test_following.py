"""`reviewbot follow`: the same life of suggestions on a local branch."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.behaviour.code import PORT, RATE, module
from tests.cli.command import reviewbot
from tests.source.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "work")
    made.commit({"README.md": "# shop\n"})
    made.git("checkout", "-q", "-b", "topic")
    made.commit({"app.py": module(PORT, RATE)})
    return made


def follow(repo: GitRepo, *options: str) -> subprocess.CompletedProcess[str]:
    given = ("--model", "none", "--proof", "static", "--min-confidence", "0.3", *options)
    return reviewbot("follow", *given, cwd=repo.path)


def test_a_branch_from_its_first_look_to_its_last(repo: GitRepo) -> None:
    first = follow(repo)
    assert first.returncode == 0 and first.stdout.count("  new ") == 2 and "Posted 2 suggestions." in first.stdout
    again = follow(repo)
    assert again.stdout.count("  standing ") == 2 and "was reviewed before." in again.stdout
    fixed = module(PORT.replace("int(text)", "len(text)"), RATE)
    repo.commit({"app.py": "# moved\n" + fixed})
    third = follow(repo)
    assert "  fixed in " in third.stdout and third.stdout.count("  standing ") == 1
    standing = next(line for line in third.stdout.splitlines() if "standing" in line)
    assert standing.split()[2] == f"app.py:{(fixed.split(chr(10)).index('    amount = float(words)')) + 2}"
    assert follow(repo, "--reject", standing[:8], "--reason", "checked before").returncode == 0
    assert "  rejected " in follow(repo).stdout


def test_what_is_not_clear_is_said(repo: GitRepo) -> None:
    assert follow(repo, "--reject", "zzz").returncode == 2
    wrong = follow(repo, "--base", "nowhere")
    assert wrong.returncode != 0 and "nowhere" in wrong.stderr
    repo.git("checkout", "-q", "--detach")
    assert "name one with --head" in follow(repo).stderr


def test_nothing_is_left_in_the_work_tree(repo: GitRepo) -> None:
    follow(repo)
    assert repo.git("status", "--porcelain") == ""
