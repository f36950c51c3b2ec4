"""The doctor on a GitHub App: id and key, permissions, events, and where it is installed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.doctor import forge
from reviewbot.doctor.examine import examine
from reviewbot.doctor.finding import State
from reviewbot.doctor.github_app import judge_app
from reviewbot.forge.github_app_wire import App
from reviewbot.forge.github_permissions import EVENTS
from reviewbot.settings import Settings, load_settings
from tests.forge.app_server import APP_ID, NEEDED, SLUG, AppServer, private_key
from tests.forge.scripted import Asked, Say, Server, serving

GOOD, ADVICE, BAD = State.GOOD, State.ADVICE, State.BAD
ALL = tuple(need.name for need in EVENTS)


@pytest.fixture
def app() -> AppServer:
    return AppServer(time.time)


@pytest.fixture
def server(app: AppServer) -> Iterator[Server]:
    def answer(asked: Asked) -> Say:
        return Say(200, [], {}) if "per_page" in asked.path else app(asked)

    with serving(answer) as made:
        yield made


def settings(server: Server, **facts: str) -> Settings:
    given = {"github_url": server.url, "github_app_id": str(APP_ID), "github_app_private_key": private_key(), **facts}
    return load_settings({f"REVIEWBOT_{name.upper()}": value for name, value in given.items()})


@pytest.mark.parametrize(
    ("permissions", "events", "state", "words"),
    [
        (NEEDED, ALL, GOOD, "reviewbot-team[bot]"),
        (NEEDED, (*ALL, "release"), GOOD, "permissions and events"),
        (NEEDED, tuple(one for one in ALL if one not in ("check_run", "check_suite")), GOOD, "permissions and events"),
        ({**NEEDED, "members": "read"}, ALL, GOOD, "permissions and events"),
        ({**NEEDED, "members": "write"}, ALL, ADVICE, "may do more than it needs: take members: write"),
        ({**NEEDED, "checks": "read"}, ALL, BAD, "lacks checks: write"),
        ({**NEEDED, "contents": "read"}, ALL, ADVICE, "/seed fix --commit is refused"),
        ({**NEEDED, "contents": "none"}, ALL, BAD, "lacks contents: write"),
        (
            {**NEEDED, "pull_requests": "read", "statuses": "read"},
            ALL,
            BAD,
            "lacks pull_requests: write, statuses: write",
        ),
        ({}, ALL, BAD, "lacks checks: write, contents: write, issues: read, merge_queues: read, metadata: read"),
        ({**NEEDED, "administration": "write", "issues": "write"}, ALL, ADVICE, "administration: write, issues: write"),
        (NEEDED, ALL[:-2], BAD, f"is not sent {ALL[-2]}, {ALL[-1]}"),
        (NEEDED, (), BAD, "is not sent"),
    ],
)
def test_what_an_app_may_do(permissions: dict[str, str], events: tuple[str, ...], state: State, words: str) -> None:
    finding = judge_app(App(SLUG, f"https://github.com/apps/{SLUG}", permissions, events))
    assert finding.state is state and words in finding.detail


def test_an_app_that_is_right(server: Server) -> None:
    some = settings(server)
    assert forge.look_at_github(some).state is GOOD
    assert forge.look_at_repository(some, "team/shop").detail == "team/shop and its pull requests can be read"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"github_app_id": ""}, "Set REVIEWBOT_GITHUB_APP_ID"),
        ({"github_app_private_key": ""}, "Set REVIEWBOT_GITHUB_APP_PRIVATE_KEY_FILE"),
        ({"github_app_private_key": "nonsense"}, "is no RSA private key"),
        ({"github_app_id": "8"}, "knows no App 8"),
        ({"github_url": "http://127.0.0.1:1"}, "could not be reached"),
        ({"ca_bundle": "/nowhere.pem"}, "REVIEWBOT_CA_BUNDLE names /nowhere.pem"),
    ],
)
def test_an_app_that_is_wrong(server: Server, facts: dict[str, str], words: str) -> None:
    finding = forge.look_at_github(settings(server, **facts))
    assert finding.state is BAD and words in finding.detail
    assert private_key().splitlines()[2] not in finding.detail
    elsewhere = forge.look_at_repository(settings(server, **facts), "team/shop")
    assert elsewhere.state is BAD


def test_a_repository_that_it_is_not_installed_on(server: Server) -> None:
    finding = forge.look_at_repository(settings(server), "team/elsewhere")
    assert finding.state is BAD and f"/apps/{SLUG}/installations/new" in finding.detail


def test_the_app_goes_before_the_token_and_gitlab_alone_is_fine(server: Server, app: AppServer) -> None:
    assert forge.look_at_github(settings(server, github_token="hunter2")).check == "app"
    alone = {"github_app_id": "", "github_app_private_key": ""}
    assert forge.look_at_github(settings(server, **alone, gitlab_token="glpat")).state is GOOD
    assert forge.look_at_github(settings(server, **alone)).state is BAD


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_certificates_that_are_none(server: Server, tmp_path: Path, text: str | None) -> None:
    bundle = tmp_path / "ca.pem"
    if text is not None:
        bundle.write_text(text)
    finding = forge.look_at_certificates(settings(server, ca_bundle=str(bundle)))
    assert finding.state is BAD and str(bundle) in finding.detail
    assert forge.look_at_certificates(settings(server)).state is GOOD


def test_it_is_part_of_the_whole(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for look in ("look_at_sandbox", "look_at_scanner", "look_at_rules"):
        monkeypatch.setattr(f"reviewbot.doctor.tools.{look}", lambda *_: forge.good("tool", ""))
    environ = {
        "REVIEWBOT_STATE_DIR": str(tmp_path / "state"),
        "REVIEWBOT_MODEL": "none",
        "REVIEWBOT_GITHUB_URL": server.url,
        "REVIEWBOT_GITHUB_APP_ID": str(APP_ID),
        "REVIEWBOT_GITHUB_APP_PRIVATE_KEY": private_key(),
    }
    found = {one.check: one.state for one in examine(environ, "team/shop")}
    assert (found["app"], found["repository"], found["ca"]) == (GOOD, GOOD, GOOD)
    assert "token" not in found
