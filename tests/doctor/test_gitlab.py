"""The doctor on GitLab: each judgement as a table, the connection against the fake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reviewbot.doctor import gitlab
from reviewbot.doctor.finding import State
from reviewbot.doctor.forge import Reply
from reviewbot.settings import Settings, load_settings
from tests.fakes.gitlab import FakeGitLab
from tests.forge.gitlab_deliveries import SIGNING

GOOD, ADVICE, BAD = State.GOOD, State.ADVICE, State.BAD
TODAY = date(2026, 11, 1)


def settings(tmp_path: Path, **facts: str) -> Settings:
    environ = {"REVIEWBOT_STATE_DIR": str(tmp_path / "state")}
    return load_settings({**environ, **{f"REVIEWBOT_GITLAB_{name.upper()}": value for name, value in facts.items()}})


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(200, {}, {"version": "17.0.0-ee"}), GOOD, "GitLab 17.0.0-ee"),
        (Reply(200, {}, {"version": "19.2.1"}), GOOD, "GitLab 19.2.1"),
        (Reply(200, {}, {"version": "16.11.9"}), BAD, "too old"),
        (Reply(200, {}, {"version": 17}), BAD, "not as GitLab's API"),
        (Reply(200, {}, {"version": "new"}), BAD, "not as GitLab's API"),
        (Reply(200), BAD, "not as GitLab's API"),
        (Reply(401), BAD, "expired or was revoked"),
        (Reply(302), BAD, "answers 302"),
        (Reply(502), BAD, "answers 502"),
        (Reply(None, problem="ConnectionError"), BAD, "cannot be reached (ConnectionError)"),
    ],
)
def test_version(reply: Reply, state: State, words: str):
    finding = gitlab.judge_version("https://gitlab.example.com", reply)
    assert finding.state is state and words in finding.detail


USER = Reply(200, {}, {"username": "bot"})


def token(scopes: Any = ("api",), ends: Any = None) -> Reply:
    return Reply(200, {}, {"scopes": list(scopes) if isinstance(scopes, tuple) else scopes, "expires_at": ends})


@pytest.mark.parametrize(
    ("user", "found", "state", "words"),
    [
        (USER, token(), GOOD, "of bot, with the scope api"),
        (USER, token(("read_api", "api"), "2027-01-01"), GOOD, "until 2027-01-01"),
        (USER, token(ends="2026-11-15"), ADVICE, "expires on 2026-11-15"),
        (USER, token(ends="2026-11-16"), GOOD, "until 2026-11-16"),
        (USER, token(ends="soon"), GOOD, "with the scope api"),
        (USER, token(("read_api",)), BAD, "lacks the scope api"),
        (USER, token(None), GOOD, "does not say what it may"),
        (USER, Reply(404), GOOD, "does not say what it may"),
        (Reply(401), Reply(401), BAD, "whose token it is (401)"),
        (Reply(200), token(), BAD, "whose token it is (200)"),
        (Reply(None, problem="x"), Reply(None), BAD, "whose token"),
    ],
)
def test_token(user: Reply, found: Reply, state: State, words: str):
    finding = gitlab.judge_token(user, found, TODAY)
    assert finding.state is state and words in finding.detail


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        ({}, BAD, "Set REVIEWBOT_GITLAB_SIGNING_TOKEN"),
        ({"webhook_secret": "x" * 15}, ADVICE, "short"),
        ({"webhook_secret": "x" * 16}, GOOD, "a signing token proves more"),
        ({"signing_token": SIGNING}, GOOD, "deliveries without a signature are refused"),
        ({"signing_token": SIGNING, "webhook_secret": "x"}, GOOD, "signature"),
        ({"signing_token": "hunter2"}, BAD, "whsec_"),
        ({"signing_token": "whsec_?"}, BAD, "whsec_"),
    ],
)
def test_secrets(tmp_path: Path, facts: dict[str, str], state: State, words: str):
    finding = gitlab.look_at_secrets(settings(tmp_path, **facts))
    assert finding.state is state and words in finding.detail
    assert not any(secret in finding.detail for secret in facts.values() if len(secret) > 1)


def project(level: Any = 30, **facts: Any) -> Reply:
    permissions = {"project_access": {"access_level": level}, "group_access": None}
    return Reply(200, {}, {"permissions": permissions, **facts})


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (project(), GOOD, "a/b is seen"),
        (project(20), BAD, "needs Developer"),
        (project(permissions={"project_access": None, "group_access": {"access_level": 40}}), GOOD, "seen"),
        (project(permissions=None), BAD, "needs Developer"),
        (project("30"), BAD, "needs Developer"),
        (project(archived=True), BAD, "archived"),
        (project(merge_requests_access_level="disabled"), BAD, "no merge requests"),
        (Reply(404), BAD, "does not see a/b (404)"),
        (Reply(301), BAD, "does not see a/b (301)"),
        (Reply(None, problem="x"), BAD, "cannot be reached"),
    ],
)
def test_project(reply: Reply, state: State, words: str):
    finding = gitlab.judge_project("a/b", reply)
    assert finding.state is state and words in finding.detail


def test_against_a_gitlab(tmp_path: Path):
    with FakeGitLab() as hub:
        hub.repository("team/shop", {"a.py": "a = 1\n"})
        secret = hub.token("bot")
        some = settings(tmp_path, url=hub.web + "/", token=secret, signing_token=SIGNING)
        found = list(gitlab.examine_gitlab(some, "team/shop"))
        assert [one.check for one in found] == ["gitlab", "gitlab token", "gitlab webhook", "gitlab project"]
        assert [one.state for one in found[:3]] == [GOOD] * 3
        assert secret not in str(found)
        assert gitlab.look_at_project(some, "team/none").state is BAD
        wrong = settings(tmp_path, url=hub.web, token="hunter2")
        assert "hunter2" not in gitlab.look_at_version(wrong).detail
        assert gitlab.look_at_version(wrong).state is BAD
        hub.violations.clear()


def test_no_token_no_look_and_no_server(tmp_path: Path):
    assert list(gitlab.examine_gitlab(settings(tmp_path))) == []
    some = settings(tmp_path, url="http://127.0.0.1:1", token="hunter2")
    finding = gitlab.look_at_token(some)
    assert finding.state is BAD and "hunter2" not in finding.detail
