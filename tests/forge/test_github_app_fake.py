"""The bot as an App on a stateful GitHub whose requests and answers are checked against GitHub's own OpenAPI."""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from reviewbot.cli.github import Asked, create_app
from reviewbot.domain.conversation import Reaction
from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import CommentKind, CommentRef, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_app import AppCredentials
from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS
from reviewbot.forge.protocol import Status, StatusState
from reviewbot.settings import load_settings
from reviewbot.source.mirrors import Mirrors
from tests.fakes.github import FakeGitHub
from tests.forge.conftest import REF

NEEDED = {need.name: need.access for need in PERMISSIONS}
SECRET = PullRequestRef("github", "team/secret", 1)


@pytest.fixture
def bot(hub: FakeGitHub) -> Iterator[GitHub]:
    """An App on `team`, with the rights that it needs."""
    app = hub.app("reviewbot", permissions=NEEDED, events=tuple(need.name for need in EVENTS))
    hub.install(app, "team")
    made = GitHub(AppCredentials(hub.api, app.id, app.pem, timeout=5, now=hub.now))
    yield made
    made.close()


def test_everything_that_the_bot_does_with_the_rights_that_it_asks_for(
    hub: FakeGitHub, bot: GitHub, tmp_path: Path
) -> None:
    pull = bot.pull_request(REF)
    note = bot.say(REF, "hello")
    bot.edit(REF, note, "hello again")
    bot.react(REF, note, Reaction.EYES)
    bot.set_status(REF, pull.head, Status(StatusState.SUCCESS, "reviewbot", "Looked at."))
    conversation = bot.conversation(REF)
    assert bot.login == "reviewbot[bot]"
    assert CommentRef(CommentKind.NOTE, note.id) == note and conversation is not None
    refs = [f"refs/heads/{pull.base_branch}", pull.head_ref]
    repository = Mirrors(tmp_path).fetch(pull.clone_url, refs, bot.clone_environment(REF))
    assert [file.path for file in repository.change(pull.base, pull.head).files] == ["a.py"]
    bot.delete(REF, note)


def test_a_token_opens_one_repository(hub: FakeGitHub, bot: GitHub, tmp_path: Path) -> None:
    hub.repository("team/secret", {"a.py": "secret = 1\n"})
    hub.push("team/secret", "feature", {"a.py": "secret = 2\n"})
    hub.pull("team/secret", "feature")
    bot.pull_request(REF)
    assert [token.repositories for token in hub.tokens.values()] == [frozenset({"team/shop"})]
    leaked = next(iter(hub.tokens))
    bot.pull_request(SECRET)
    assert [token.repositories for token in hub.tokens.values()][1:] == [frozenset({"team/secret"})]
    assert leaked not in str(bot.clone_environment(SECRET))


def test_a_token_expires_is_revoked_and_the_app_goes(hub: FakeGitHub, bot: GitHub) -> None:
    bot.pull_request(REF)
    hub.elapsed += 3400
    bot.pull_request(REF)
    assert len(hub.tokens) == 2, "renewed before it expires"
    hub.tokens.clear()
    bot.say(REF, "still here")
    hub.uninstall(next(iter(hub.installations.values())))
    with pytest.raises(ForgeDenied, match=r"reviewbot is not installed on team/shop.*/installations/new"):
        bot.pull_request(REF)


def test_no_child_process_is_told_a_token_in_its_arguments(
    hub: FakeGitHub, bot: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    class Recorded(subprocess.Popen):
        def __init__(self, args: object, *rest: object, **how: object) -> None:
            started.append(repr(args))
            super().__init__(args, *rest, **how)

    pull = bot.pull_request(REF)
    environment = bot.clone_environment(REF)
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", Recorded)
        Mirrors(tmp_path).fetch(pull.clone_url, [pull.head_ref], environment)
    token = next(iter(hub.tokens))
    forms = (token, base64.b64encode(f"x-access-token:{token}".encode()).decode())
    assert any(form in repr(environment) for form in forms), "git is told by its environment"
    assert started and not [form for form in forms if form in "".join(started)]
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not [form for form in forms if form.encode() in kept]


def test_create_app_gives_an_app_that_works(
    hub: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEWBOT_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":0")

    def register(address: str) -> None:
        with urlopen(address, timeout=10) as reply:
            form = {k: html.unescape(v) for k, v in re.findall(r'(action|value)="([^"]*)"', reply.read().decode())}
        manifest = json.loads(form["value"])
        code = hub.take_manifest(manifest, "team")
        state = form["action"].partition("state=")[2]
        with urlopen(f"{manifest['redirect_url']}?code={code}&state={state}", timeout=10) as reply:
            assert reply.status == 200

    monkeypatch.setattr("webbrowser.open", lambda address: threading.Thread(target=register, args=(address,)).start())
    create_app(Asked(org="team", url="https://bot.example", github_url=hub.api))
    settings = load_settings(dict(re.findall(r"export ([A-Z_]+)=(\S+)", capsys.readouterr().out)))
    made = next(iter(hub.apps.values()))
    assert (made.permissions, made.hook) == (NEEDED, "https://bot.example/webhooks/github")
    hub.install(made, "team")
    assert settings.github_app_id and settings.github_app_private_key
    key = settings.github_app_private_key.get_secret_value()
    bot = GitHub(AppCredentials(settings.github_url, settings.github_app_id, key, timeout=5))
    assert bot.pull_request(REF).state == "open" and bot.login == f"{made.slug}[bot]"
    bot.close()


def test_who_we_are_is_told_with_the_installation(hub: FakeGitHub, bot: GitHub) -> None:
    bot.pull_request(REF)
    spent = bot.calls
    assert bot.login == "reviewbot[bot]"
    assert bot.calls == spent
    hub.uninstall(next(iter(hub.installations.values())))
    with pytest.raises(ForgeDenied, match=r"/github-apps/reviewbot/installations/new"):
        bot.clone_environment(SECRET)
    assert bot.calls == spent + 1
