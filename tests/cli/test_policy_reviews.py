"""``policy check --reviews github:owner/name#7``: who reviewed what, asked of the forge."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from reviewbot.cli.entry import run
from reviewbot.cli.policy_reviews import told_by
from reviewbot.domain.errors import ConfigError, UsageError
from tests.behaviour.gate.stage import AI_CODE, CLAUDE, ENFORCE
from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import Pull

SHOP = "team/shop"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    with FakeGitHub() as made:
        made.repository(SHOP, {".reviewbot.toml": f'{ENFORCE}[[ai.paths]]\nmatch = "core/**"\nrule = "owner"\n',
                               "CODEOWNERS": "core/ @team/core\n"})  # fmt: skip
        for login in ("alice", "bob", "carol", "seed-bot"):
            made.grant(SHOP, login, "write")
        monkeypatch.setenv("REVIEWBOT_GITHUB_URL", made.api)
        monkeypatch.setenv("REVIEWBOT_GITHUB_TOKEN", made.token("seed-bot"))
        yield made


def opened(hub: FakeGitHub, path: str = "new.py") -> Pull:
    hub.push(SHOP, "topic", {path: AI_CODE}, message=f"More\n\n{CLAUDE}", author="alice")
    return hub.pull(SHOP, "topic", author="alice")


def check(hub: FakeGitHub, pull: Pull, capsys: pytest.CaptureFixture[str], place: Path) -> tuple[int, str]:
    """In a clone, with the pull request's head checked out."""
    if not place.exists():
        subprocess.run(["git", "clone", "-q", hub.store(pull.repo).path, place], check=True)
    subprocess.run(["git", "-C", place, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*"], check=True)
    subprocess.run(["git", "-C", place, "checkout", "-q", "--detach", pull.head_sha], check=True)
    named = f"github:{SHOP}#{pull.number}"
    code = run(["policy", "check", "--repo", str(place), "--base", "origin/main", "--reviews", named])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_an_approval_on_the_forge_counts(hub: FakeGitHub, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    pull = opened(hub)
    code, said = check(hub, pull, capsys, tmp_path / "clone")
    assert code == 1 and "Waiting for a human review. 6 lines open" in said
    hub.approve(pull, "bob")
    assert check(hub, pull, capsys, tmp_path / "clone")[0] == 0
    hub.push(SHOP, "topic", {"new.py": AI_CODE.replace("3 * x", "x + x + x")}, message=f"m\n\n{CLAUDE}", author="alice")
    code, said = check(hub, pull, capsys, tmp_path / "clone")
    assert code == 1 and "new.py:6 " in said and "1 lines open, 5 reviewed" in said


def test_a_team_is_asked_for_when_it_owns_the_lines(
    hub: FakeGitHub, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    hub.team("team", "core", "carol")
    pull = opened(hub, "core/new.py")
    hub.approve(pull, "bob")
    assert check(hub, pull, capsys, tmp_path / "clone")[0] == 1
    hub.approve(pull, "carol")
    assert check(hub, pull, capsys, tmp_path / "clone")[0] == 0


def test_another_head_than_the_pull_requests_is_refused(hub: FakeGitHub):
    pull = opened(hub)
    with ExitStack() as stack, pytest.raises(UsageError, match=f"has the head {pull.head_sha[:12]}"):
        told_by(f"github:{SHOP}#{pull.number}", "f" * 40, stack)


def test_a_forge_that_is_not_set_is_said(hub: FakeGitHub):
    with ExitStack() as stack, pytest.raises(ConfigError, match="give REVIEWBOT_GITLAB_TOKEN"):
        told_by("gitlab:team/shop!1", "f" * 40, stack)


@pytest.mark.parametrize("named", ["github:shop#1", "github:team/shop#0", "bitbucket:team/shop#1", "no-such-file"])
def test_what_is_no_pull_request_is_a_files_name(named: str):
    with ExitStack() as stack, pytest.raises(ConfigError, match="name a file for --reviews, a pull request such as"):
        told_by(named, "f" * 40, stack)
