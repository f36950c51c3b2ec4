"""The case that started the project: a script that opens, decodes and converts, and guards none of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.source.gitrepo import GitRepo

BARE = """import json

data = json.load(open('config.json'))
if 'timeout' in data:
    timeout = int(data['timeout'])
"""
WITH = """import json

with open('config.json') as f:
    data = json.load(f)
if 'timeout' in data:
    timeout = int(data['timeout'])
"""
FAILURES = {"FileNotFoundError", "json.JSONDecodeError", "ValueError"}


def reviewbot(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reviewbot", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100)


@pytest.fixture(params=[BARE, WITH], ids=["bare open", "with open"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "r")
    repo.commit({"app.py": "import json\n"})
    repo.commit({"app.py": request.param})
    return repo


def suggestions(repo: GitRepo) -> list[dict[str, Any]]:
    done = reviewbot(
        "review", "--base", "HEAD~1", "--head", "HEAD", "--format", "json", "--model", "none", cwd=repo.path
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["suggestions"]
    return found


def test_all_three_failures_are_found_and_each_fix_is_proven(repo: GitRepo) -> None:
    found = suggestions(repo)
    assert {e for s in found for e in s["exceptions"]} == FAILURES
    for suggestion in found:
        checks = {e["check"] for e in suggestion["evidence"]}
        assert {"parse", "minimal", "names", "fault", "same", "ruff", "bandit", "semgrep"} <= checks
        assert all(e["ok"] for e in suggestion["evidence"])


def test_only_the_failing_lines_are_replaced(repo: GitRepo) -> None:
    lines = (repo.path / "app.py").read_text().splitlines(keepends=True)
    for suggestion in suggestions(repo):
        assert suggestion["original"] == "".join(lines[suggestion["start_line"] - 1 : suggestion["end_line"]])
        body = [line.strip() for line in suggestion["replacement"].splitlines()]
        assert all(line.strip() in body for line in suggestion["original"].splitlines())


@pytest.mark.parametrize(
    ("config", "exit_code", "message"),
    [
        ('{"timeout": "5"}', 0, ""),
        ('{"other": 1}', 0, ""),
        (None, 1, "config.json"),
        ("{", 1, "config.json"),
        ('{"timeout": "soon"}', 1, "soon"),
    ],
)
def test_apply_gives_a_file_that_runs(repo: GitRepo, config: str | None, exit_code: int, message: str) -> None:
    done = reviewbot("review", "--base", "HEAD~1", "--head", "HEAD", "--model", "none", "--apply", cwd=repo.path)
    assert done.returncode == 0, done.stderr
    if config is not None:
        repo.write("config.json", config)
    ran = subprocess.run([sys.executable, "app.py"], cwd=repo.path, capture_output=True, text=True, timeout=20)
    assert ran.returncode == exit_code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert message in ran.stderr
