"""Pushes to the fake over HTTP: by git itself, with a token, as far as GitHub lets them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import Pull


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


def push(hub: FakeGitHub, work: Path, repository: str, token: str, branch: str, *options: str) -> str:
    """Clone with a token that may read, commit, push with `token`; what git said, empty where it went well."""

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        who = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
        return subprocess.run(["git", *who, "-C", str(work), *arguments], capture_output=True, text=True)

    reader = hub.web.replace("//", f"//x:{hub.token('reader')}@")
    work.mkdir()
    git("clone", "-q", "--branch", branch, f"{reader}/{repository}.git", ".").check_returncode()
    (work / "pushed.py").write_text(f"x = {str(work)!r}\n")
    git("add", ".").check_returncode()
    git("commit", "-q", "-m", "pushed", *(("--amend",) if "--force" in options else ())).check_returncode()
    url = f"{hub.web.replace('//', f'//x:{token}@')}/{repository}.git"
    done = git("push", "-q", *options, url, f"HEAD:refs/heads/{branch}")
    return done.stderr if done.returncode else ""


def test_a_push_moves_the_pull_request(hub: FakeGitHub, pull: Pull, tmp_path: Path):
    hub.hook("team/shop", "http://127.0.0.1:9/nobody", "s")
    before = pull.head_sha
    assert push(hub, tmp_path / "a", "team/shop", hub.token("ann"), "feature") == ""
    first = pull.head_sha
    assert push(hub, tmp_path / "b", "team/shop", hub.token("ann"), "feature", "--force") == ""
    assert len({before, first, pull.head_sha}) == 3
    sent = [json.loads(one.body) for one in hub.delivered() if one.event == "pull_request"]
    assert [(one["action"], one["before"], one["after"]) for one in sent] == [
        ("synchronize", before, first),
        ("synchronize", first, pull.head_sha),
    ]
    assert sent[0]["sender"]["login"] == "ann"


def test_who_may_not_push(hub: FakeGitHub, pull: Pull, tmp_path: Path):
    hub.grant("team/shop", "guest", "read")
    app = hub.app(permissions={"contents": "read", "metadata": "read"})
    few = hub.installation_token(hub.install(app, "team"), frozenset(["team/shop"]), app.permissions)
    head = pull.head_sha
    for number, token in enumerate((hub.token("ann", writes=False), hub.token("guest"), few.secret, "nobody")):
        said = push(hub, tmp_path / str(number), "team/shop", token, "feature")
        assert "403" in said or "not found" in said, said
    assert pull.head_sha == head


def test_a_protected_branch_is_refused(hub: FakeGitHub, pull: Pull, tmp_path: Path):
    hub.push("team/shop", "ruled", {"b.py": "1\n"})
    hub.protect("team/shop", "feature")
    hub.rule("team/shop", "ruled", "pull_request")
    head = pull.head_sha
    for branch in ("feature", "ruled"):
        said = push(hub, tmp_path / branch, "team/shop", hub.token("ann"), branch)
        assert "GH006: Protected branch update failed" in said and "hook declined" in said
    assert pull.head_sha == head


@pytest.mark.parametrize(
    ("who", "lets", "branch", "goes"),
    [
        ("stranger", False, "patch", True),
        ("ann", True, "patch", True),
        ("ann", False, "patch", False),
        ("ann", True, "main", False),
        ("app", True, "patch", False),
    ],
)
def test_a_fork_is_pushed_to_where_its_owner_lets_it(
    hub: FakeGitHub, tmp_path: Path, who: str, lets: bool, branch: str, goes: bool
):
    fork = hub.fork("team/shop", "stranger")
    hub.push(fork.full_name, "patch", {"b.py": "b = 1\n"}, onto="main")
    pull = hub.pull("team/shop", "patch", head_repo=fork.full_name, author="stranger", maintainer_can_modify=lets)
    app = hub.app()
    token = hub.installation_token(hub.install(app, "team"), frozenset(["team/shop"]), app.permissions).secret
    head = pull.head_sha
    said = push(hub, tmp_path / "w", fork.full_name, token if who == "app" else hub.token(who), branch)
    assert (said == "", pull.head_sha != head) == (goes, goes)


def test_a_works_history_is_taken_over(hub: FakeGitHub, pull: Pull, tmp_path: Path):
    work = tmp_path / "w"
    push(hub, work, "team/shop", "nobody", "feature")
    head = hub.take("team/shop", "feature", work)
    assert (pull.head_sha, hub.commits(pull)[-1]) == (head, head)
