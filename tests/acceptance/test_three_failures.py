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
REVIEW = ("review", "--base", "HEAD~1", "--head", "HEAD", "--model", "none")
FAILURES = {"FileNotFoundError", "json.JSONDecodeError", "ValueError"}


def reviewbot(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reviewbot", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100)


@pytest.fixture(scope="module", params=[BARE, WITH], ids=["bare open", "with open"])
def repo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repo = GitRepo(tmp_path_factory.mktemp("three") / "r")
    repo.commit({"app.py": "import json\n"})
    repo.commit({"app.py": request.param})
    return repo


@pytest.fixture(scope="module")
def suggestions(repo: GitRepo) -> list[dict[str, Any]]:
    done = reviewbot(*REVIEW, "--format", "json", cwd=repo.path)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["suggestions"]
    return found


@pytest.fixture(scope="module")
def applied(repo: GitRepo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone whose work tree has the suggestions applied."""
    clone = tmp_path_factory.mktemp("applied") / "r"
    repo.git("clone", "-q", str(repo.path), str(clone))
    done = reviewbot(*REVIEW, "--apply", cwd=clone)
    assert done.returncode == 0, done.stderr
    return clone


def test_all_three_failures_are_found_and_each_fix_is_proven(suggestions: list[dict[str, Any]]) -> None:
    assert {e for s in suggestions for e in s["exceptions"]} == FAILURES
    for suggestion in suggestions:
        checks = {e["check"] for e in suggestion["evidence"]}
        assert {"parse", "minimal", "names", "fault", "same", "ruff", "bandit", "semgrep"} <= checks
        assert all(e["ok"] for e in suggestion["evidence"])


def test_only_the_failing_lines_are_replaced(repo: GitRepo, suggestions: list[dict[str, Any]]) -> None:
    lines = (repo.path / "app.py").read_text().splitlines(keepends=True)
    for suggestion in suggestions:
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
def test_apply_gives_a_file_that_runs(
    applied: Path, tmp_path: Path, config: str | None, exit_code: int, message: str
) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    ran = subprocess.run([sys.executable, str(applied / "app.py")], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == exit_code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert message in ran.stderr
