"""The documentation's examples do what they say: the hook in a real bare repository, the command lines of the CIs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.command import ENVIRON
from tests.policy.stage import AI_CODE, CLAUDE, Stage, stage, told, with_ai

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, str]:
    """``reviewbot`` on PATH; ``pip`` is there and does nothing."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, line in (("reviewbot", f'exec "{sys.executable}" -m reviewbot "$@"'), ("pip", "exit 0")):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return {**ENVIRON, "PATH": f"{folder}:{ENVIRON['PATH']}"}


def push(at: Stage, ref: str, env: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        ["git", "push", "--quiet", "origin", *ref.split()],
        cwd=at.path,
        env=env,
        capture_output=True,
        text=True,
        timeout=100,
    )
    return done.returncode, done.stdout + done.stderr


def by_cursor(at: Stage) -> None:
    """A git-ai note on the head, which nothing else says a machine wrote."""
    made = {"agent_id": {"tool": "cursor", "id": "1", "model": "m"}, "human_author": "Alice <alice@corp.example>"}
    counted = {"messages": [], "total_additions": 6, "total_deletions": 0, "accepted_lines": 6, "overriden_lines": 0}
    prompts = {"abcd1234abcd1234": made | counted}
    known = {"schema_version": "authorship/3.0.0", "base_commit_sha": at.head, "prompts": prompts}
    at.git("notes", "--ref=ai", "add", "-m", f"new.py\n  abcd1234abcd1234 1-6\n---\n{json.dumps(known)}", "HEAD")


def with_hook(at: Stage, folder: Path) -> Path:
    bare = folder / "server.git"
    at.git("clone", "--quiet", "--bare", str(at.path), str(bare))
    at.git("remote", "add", "origin", str(bare))
    shutil.copy(EXAMPLES / "pre-receive", bare / "hooks" / "pre-receive")
    return bare


def test_the_hook(tmp_path: Path, programs: dict[str, str]):
    at = stage(tmp_path)
    bare = with_hook(at, tmp_path)
    at.commit("By hand", {"hand.py": "x = 1\n"})
    code, said = push(at, "HEAD:refs/heads/main", programs)
    assert code == 0 and "Pass." in said

    at.commit(f"By Claude\n\n{CLAUDE}", {"new.py": AI_CODE})
    code, said = push(at, "HEAD:refs/heads/main", programs)
    assert code != 0 and "new.py:1-6" in said and "refs/heads/main is not updated" in said
    assert push(at, "HEAD:refs/heads/other", programs)[0] == 0  # protected is main alone

    (bare / "reviewbot-reviews").mkdir()
    file = bare / "reviewbot-reviews" / f"{at.head}.json"
    file.write_text(json.dumps(told(at.head, reviews=[{"by": "alice", "said": "approved", "commit": at.head}])))
    assert push(at, "HEAD:refs/heads/main", programs)[0] != 0
    file.write_text(json.dumps(told(at.head)))
    code, said = push(at, "HEAD:refs/heads/main", programs)
    assert code == 0, said


def test_the_hook_reads_notes_that_come_with_the_push(tmp_path: Path, programs: dict[str, str]):
    at = stage(tmp_path)
    with_hook(at, tmp_path)
    at.commit("No trailer", {"new.py": AI_CODE})
    by_cursor(at)
    code, said = push(at, "HEAD:refs/heads/main refs/notes/ai", programs)
    assert code != 0 and "note of" in said
    assert push(at, "refs/notes/ai", programs)[0] == 0
    assert push(at, "HEAD:refs/heads/main", programs)[0] != 0


def test_the_hook_is_closed_when_reviewbot_is_not_there(tmp_path: Path):
    at = stage(tmp_path)
    with_hook(at, tmp_path)
    at.commit("By hand", {"hand.py": "x = 1\n"})
    nothing = {**ENVIRON, "PATH": "/usr/bin:/bin"}
    if shutil.which("reviewbot", path=nothing["PATH"]):
        pytest.skip("reviewbot is installed in /usr/bin")
    assert push(at, "HEAD:refs/heads/main", nothing)[0] != 0


def steps(name: str) -> tuple[dict[str, Any], list[str]]:
    document = yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    if name == "gitlab-ci.yml":
        return document["ai-gate"], document["ai-gate"]["script"]
    job = document["jobs"]["ai-gate"]
    return document, [step["run"] for step in job["steps"] if "run" in step]


def play(lines: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = "set -euo pipefail\n" + "\n".join(lines)
    return subprocess.run(["bash", "-c", script], cwd=cwd, env=env, capture_output=True, text=True, timeout=100)


def clone(at: Stage, folder: Path, branch: str) -> Path:
    """As the CI has it; with the ref that GitHub keeps for a pull request."""
    at.git("update-ref", "refs/pull/7/head", "topic")
    at.git("clone", "--quiet", "--branch", branch, f"file://{at.path}", str(folder / "ci"))
    return folder / "ci"


def test_github_actions(tmp_path: Path, programs: dict[str, str]):
    at = with_ai(tmp_path)
    document, lines = steps("github-actions.yml")
    assert document["permissions"] == {"contents": "read", "pull-requests": "read"}
    # YAML 1.1 reads "on" so. Every other event of a pull request runs the pull request's own version of the file.
    assert list(document[True]) == ["pull_request_target"]
    (checkout,) = [step for step in document["jobs"]["ai-gate"]["steps"] if "uses" in step]
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    env = {**programs, "BASE": at.git("rev-parse", "main"), "HEAD": at.head, "NUMBER": "7"}
    done = play(lines, clone(at, tmp_path, "main"), env)
    assert done.returncode == 1 and "new.py:1-6" in done.stdout, done.stderr


def test_github_actions_with_a_program_that_tells_the_reviews(tmp_path: Path, programs: dict[str, str]):
    at = stage(tmp_path)
    at.git("checkout", "--quiet", "main")
    file = tmp_path / "told.json"
    (at.path / ".reviewbot").mkdir()
    (at.path / ".reviewbot" / "reviews").write_text(f"#!/bin/sh\ncat '{file}'\n")
    (at.path / ".reviewbot" / "reviews").chmod(0o755)
    at.commit("Who tells the reviews", {})
    at.git("checkout", "--quiet", "-B", "topic")
    at.commit(f"By Claude\n\n{CLAUDE}", {"new.py": AI_CODE})
    file.write_text(json.dumps(told(at.head)))
    env = {**programs, "BASE": at.git("rev-parse", "main"), "HEAD": at.head, "NUMBER": "7"}
    done = play(steps("github-actions.yml")[1], clone(at, tmp_path, "main"), env)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_notes_are_fetched(tmp_path: Path, programs: dict[str, str]):
    at = stage(tmp_path)
    at.commit("No trailer", {"new.py": AI_CODE})
    by_cursor(at)
    env = {**programs, "BASE": at.git("rev-parse", "main"), "HEAD": at.head, "NUMBER": "7"}
    done = play(steps("github-actions.yml")[1], clone(at, tmp_path, "main"), env)
    assert done.returncode == 1 and "note of" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(("reviewed", "code"), [(False, 1), (True, 0)])
def test_gitlab_ci(tmp_path: Path, programs: dict[str, str], reviewed: bool, code: int):
    at = with_ai(tmp_path)
    document, lines = steps("gitlab-ci.yml")
    assert document["variables"]["GIT_DEPTH"] == "0"
    env = {
        **programs,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_COMMIT_SHA": at.head,
        "REVIEWS": at.reviews() if reviewed else document["variables"]["REVIEWS"],
    }
    done = play(lines, clone(at, tmp_path, "topic"), env)
    assert done.returncode == code, done.stdout + done.stderr
