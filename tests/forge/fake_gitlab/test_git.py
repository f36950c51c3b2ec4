"""The fake GitLab: git over HTTP, and who may push what."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fakes.github.gitstore import ENVIRONMENT
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import documented

PUSH = "/user/project/repository/branches/protected/"


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    who = ("-c", "user.name=bot", "-c", "user.email=bot@example.org", "-c", "credential.helper=")
    environment = ENVIRONMENT | {"GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(["git", *who, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def address(hub: FakeGitLab, secret: str, project: str = "team/shop") -> str:
    return f"{hub.web.replace('//', f'//oauth2:{secret}@')}/{project}.git"


def clone(hub: FakeGitLab, folder: Path, secret: str, branch: str, project: str = "team/shop") -> Path:
    done = git(folder, "clone", "-q", "-b", branch, address(hub, secret, project), "work")
    assert done.returncode == 0, done.stderr
    work = folder / "work"
    (work / "b.py").write_text("b = 1\n")
    git(work, "add", "b.py")
    assert git(work, "commit", "-q", "-m", "b").returncode == 0
    return work


@documented("/user/profile/personal_access_tokens/#clone-repository-using-personal-access-token")
def test_reading_with_a_token(hub: FakeGitLab, pull: Pull, tmp_path: Path):
    listed = git(tmp_path, "ls-remote", address(hub, hub.token("bot")))
    assert f"{pull.head_sha}\trefs/merge-requests/1/head" in listed.stdout
    assert "Access denied" in git(tmp_path, "ls-remote", address(hub, "no")).stderr
    hub.grant("team/shop", "eve", "guest")
    assert "could not be found" in git(tmp_path, "ls-remote", address(hub, hub.token("eve"))).stderr


@documented("/user/permissions/#repository")
def test_a_push_moves_the_merge_request(hub: FakeGitLab, pull: Pull, tmp_path: Path):
    work = clone(hub, tmp_path, hub.token("bot"), "feature")
    done = git(work, "push", "-q", "origin", "HEAD:feature")
    assert done.returncode == 0, done.stderr
    assert pull.head_sha == git(work, "rev-parse", "HEAD").stdout.strip() and len(pull.versions) == 2
    assert hub.store(pull.repo).resolve("refs/merge-requests/1/head") == pull.head_sha


@documented(PUSH)
def test_a_protected_branch_declines(hub: FakeGitLab, pull: Pull, tmp_path: Path):
    hub.protect("team/shop", "feature")
    work, before = clone(hub, tmp_path, hub.token("bot"), "feature"), pull.head_sha
    done = git(work, "push", "origin", "HEAD:feature")
    assert done.returncode and "not allowed to push code to protected branches" in done.stderr
    assert pull.head_sha == before
    hub.grant("team/shop", "bot", "maintain")
    assert git(work, "push", "origin", "HEAD:feature").returncode == 0
    git(work, "commit", "-q", "--amend", "-m", "again")
    forced = git(work, "push", "-f", "origin", "HEAD:feature")
    assert forced.returncode and "force push" in forced.stderr


@documented("/user/permissions/#repository")
def test_readers_do_not_push(hub: FakeGitLab, tmp_path: Path):
    hub.grant("team/shop", "eve", "read")
    work = clone(hub, tmp_path, hub.token("eve"), "feature")
    assert "not allowed to push code to this project" in git(work, "push", "origin", "HEAD:feature").stderr
    reader = hub.token("bot", writes=False)
    done = git(work, "push", address(hub, reader), "HEAD:feature")
    assert "not allowed to push code to this project" in done.stderr


@documented("/user/project/merge_requests/allow_collaboration/")
@pytest.mark.parametrize("allowed", [True, False])
def test_pushing_to_a_fork(hub: FakeGitLab, tmp_path: Path, allowed: bool):
    hub.fork("team/shop", "ann")
    hub.push("ann/shop", "patch", {"c.py": "c\n"}, author="ann")
    hub.grant("ann/shop", "bot", "read")
    made = hub.pull("team/shop", "patch", head_repo="ann/shop", author="ann", maintainer_can_modify=allowed)
    work = clone(hub, tmp_path, hub.token("bot"), "patch", "ann/shop")
    done = git(work, "push", "origin", "HEAD:patch")
    assert (done.returncode == 0) == allowed, done.stderr
    assert (len(made.versions) == 2) == allowed
    assert git(work, "push", "origin", "HEAD:main").returncode != 0
