"""`reviewbot github create-app`: a person registers the App; its key ends in a file of theirs, whatever happens."""

from __future__ import annotations

import html
import json
import logging
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest

from reviewbot.cli import github
from reviewbot.cli.app_form import Form, receiving
from reviewbot.cli.entry import run
from reviewbot.cli.github import Asked, create_app
from reviewbot.domain.errors import ConfigError, ForgeError, UsageError
from reviewbot.forge.github_manifest import NO_ADDRESS, Wish, manifest
from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS
from reviewbot.settings import Settings, load_settings
from tests.cli.command import ENVIRON
from tests.forge.app_server import private_key
from tests.forge.scripted import Asked as Request_
from tests.forge.scripted import Say, Server, script, serving

MADE = {
    "id": 42,
    "slug": "reviewbot-team",
    "html_url": "https://github.com/apps/reviewbot-team",
    "webhook_secret": "hook-secret-of-github",
    "client_secret": "never-needed",
}


def made() -> Say:
    return Say(201, {**MADE, "pem": private_key()})


@pytest.fixture
def server() -> Iterator[Server]:
    def answer(asked: Request_) -> Say:
        return made() if (asked.method, asked.path) == ("POST", "/app-manifests/c0de/conversions") else Say(404, {})

    with serving(answer) as running:
        yield running


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"REVIEWBOT_{name.upper()}", raising=False)
    monkeypatch.setenv("REVIEWBOT_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(github, "_PAUSES", (0.01, 0.02))


def visit(address: str, host: str | None = None) -> tuple[int, str]:
    try:
        with urlopen(Request(address, headers={"Host": host} if host else {}), timeout=10) as reply:
            return reply.status, reply.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Person:
    """Whoever sits at the browser: opens the page, reads the form, and comes back from GitHub."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Callable[[Person], None]) -> None:
        self.seen: list[tuple[int, str]] = []
        self._answers, self._thread = answers, threading.Thread(target=self._act)
        self.address = ""
        monkeypatch.setattr("webbrowser.open", self._open)

    def _open(self, address: str) -> None:
        self.address = address
        self._thread.start()

    def _act(self) -> None:
        _, page = visit(self.address)
        form = {name: html.unescape(value) for name, value in re.findall(r'(action|value)="([^"]*)"', page)}
        self.action, self.manifest = form["action"], json.loads(form["value"])
        self.state = parse_qs(urlsplit(self.action).query)["state"][0]
        for answer in self._answers:
            answer(self)

    def back(self, **query: str) -> None:
        self.seen.append(visit(f"{self.manifest['redirect_url']}?{urlencode(query)}"))

    def done(self) -> Person:
        self._thread.join(20)
        return self


def right(person: Person) -> None:
    person.back(code="c0de", state=person.state)


def test_the_whole_way(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(monkeypatch, right)
    create_app(Asked(org="team", url="https://bot.example", github_url=server.url))
    assert person.done().seen[0][0] == 200
    assert person.action.startswith(f"{server.url}/organizations/team/settings/apps/new?state=")
    folder = tmp_path / "state" / "github-app"
    assert {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {
        "private-key.pem": 0o600,
        "webhook-secret": 0o600,
        "settings.env": 0o600,
    }
    assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, folder.parent)} == {0o700}
    out = capsys.readouterr().out
    exported = dict(re.findall(r"^  export ([A-Z_]+)=(\S+)$", out, re.MULTILINE))
    settings = load_settings(exported)
    assert settings.github_app_id == 42 and settings.github_url == server.url
    assert settings.github_app_private_key and settings.github_webhook_secret
    assert settings.github_app_private_key.get_secret_value() == private_key().strip()
    assert settings.github_webhook_secret.get_secret_value() == MADE["webhook_secret"]
    assert dict(line.split("=", 1) for line in (folder / "settings.env").read_text().splitlines()) == exported
    assert "https://github.com/apps/reviewbot-team/installations/new" in out and "reviewbot doctor" in out
    assert "webhook is off" not in out
    for secret in (private_key().splitlines()[3], MADE["webhook_secret"], MADE["client_secret"], "c0de"):
        assert secret not in out


def test_the_manifest_asks_for_what_is_needed_and_no_more() -> None:
    asked = manifest(
        Wish("bot", "https://api.github.com", None, "https://bot.example/"), "http://127.0.0.1:1/registered"
    )
    assert asked["default_permissions"] == {need.name: need.access for need in PERMISSIONS}
    assert asked["default_permissions"].keys() == {
        *("metadata", "contents", "pull_requests", "issues", "statuses", "checks", "merge_queues"),
    }
    assert asked["default_events"] == [need.name for need in EVENTS]
    assert asked["hook_attributes"] == {"url": "https://bot.example/webhooks/github", "active": True}
    assert asked["public"] is False and asked["redirect_url"] == "http://127.0.0.1:1/registered"
    quiet = manifest(Wish("bot", "https://api.github.com"), "http://127.0.0.1:1/registered")
    assert quiet["hook_attributes"] == {"url": f"{NO_ADDRESS}/webhooks/github", "active": False}


@pytest.mark.parametrize(
    ("github_url", "org", "page"),
    [
        ("https://api.github.com", None, "https://github.com/settings/apps/new"),
        ("https://api.github.com", "team", "https://github.com/organizations/team/settings/apps/new"),
        ("https://git.example/api/v3", "a-b", "https://git.example/organizations/a-b/settings/apps/new"),
        ("https://api.team.ghe.com", None, "https://team.ghe.com/settings/apps/new"),
    ],
)
def test_where_it_is_registered(github_url: str, org: str | None, page: str) -> None:
    assert Wish("bot", github_url, org).register_at == page


@pytest.mark.parametrize(
    "wish",
    [
        {"org": "../settings"},
        {"org": "a/b"},
        {"org": ""},
        {"org": "-a"},
        {"name": " "},
        {"name": "x" * 35},
        {"bot_url": "bot.example"},
        {"bot_url": "javascript:alert(1)"},
    ],
)
def test_what_github_would_refuse_is_refused_first(wish: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        Wish(**{"name": "bot", "github_url": "https://api.github.com", **wish})


def test_a_name_cannot_leave_the_form(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person(monkeypatch, right)
    create_app(Asked(name='"><script>alert(1)', github_url=server.url))
    assert person.done().manifest["name"] == '"><script>alert(1)'
    assert "<script>" not in visit_later(person)


def visit_later(person: Person) -> str:
    return "".join(page for _, page in person.seen)


def test_answers_that_are_not_ours_change_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def strangers(person: Person) -> None:
        root = person.address.rpartition("/")[0]
        person.back(code="evil")
        person.back(code="evil", state="guess")
        person.back(code="evil", state="ä")
        person.back(state=person.state)
        person.seen.append(visit(f"{root}/"))
        person.seen.append(visit(f"{root}/{'x' * 22}"))
        person.seen.append(visit(person.address, host="attacker.example"))

    person = Person(monkeypatch, strangers, right)
    create_app(Asked(github_url=server.url))
    assert [status for status, _ in person.done().seen] == [403, 403, 403, 400, 404, 404, 404, 200]
    assert [asked.path for asked in server.asked] == ["/app-manifests/c0de/conversions"]
    assert "webhook is off" in capsys.readouterr().out


def test_the_page_is_for_whoever_opened_it_first() -> None:
    """Where a browser is started, everyone on the machine reads the address in the list of processes."""
    with receiving(Form("https://github.com/settings/apps/new", lambda _: {})) as reception:
        with urlopen(reception.address, timeout=10) as first:
            cookie = first.headers["Set-Cookie"].partition(";")[0]
            assert "HttpOnly" in first.headers["Set-Cookie"] and b"state=" in first.read()
        status, page = visit(reception.address)
        assert status == 403 and "state=" not in page and "start again" in page
        with urlopen(Request(reception.address, headers={"Cookie": f"a=b; {cookie}"}), timeout=10) as again:
            assert b"state=" in again.read()


def test_a_code_is_taken_once() -> None:
    with receiving(Form("https://github.com/settings/apps/new", lambda back: {"redirect_url": back})) as reception:
        page = html.unescape(visit(reception.address)[1])
        state = re.search(r'state=([^"]+)"', page)
        back = re.search(r'"redirect_url": "([^"]+)"', page)
        assert state and back
        answers = [visit(f"{back[1]}?{urlencode({'code': code, 'state': state[1]})}")[0] for code in ("one", "two")]
        assert (answers, reception.wait(5)) == ([200, 409], "one")
        with pytest.raises(UsageError):
            reception.wait(0.05)


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ([Say(404, {"message": "Not Found"})], "used already, or is older than an hour.*settings/apps and start again"),
        ([Say(502), Say(404, {})], "used already"),
        ([Say(500)], "answered 500"),
        ([Say(cut=-1)], "could not be reached"),
        ([Say(201, b"<html>")], "not its API's"),
        ([Say(201, {**MADE, "pem": 7})], "not its API's"),
        ([Say(201, {**MADE, "id": "x", "pem": "x"})], "not its API's"),
        ([Say(403, {"message": "no"})], "forbids"),
    ],
)
def test_a_github_that_gives_no_key(
    server: Server, monkeypatch: pytest.MonkeyPatch, says: list[Say], sentence: str
) -> None:
    server.answer = script(*says)
    person = Person(monkeypatch, right)
    with pytest.raises(ForgeError, match=sentence) as caught:
        create_app(Asked(github_url=server.url, patience=0.05))
    person.done()
    assert "c0de" not in str(caught.value) and str(caught.value).count("\n") == 0


def test_a_github_that_is_down_for_a_while_loses_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answer = script(Say(502), Say(503), Say(cut=-1), made())
    person = Person(monkeypatch, right)
    create_app(Asked(github_url=server.url))
    person.done()
    assert len(server.asked) == 4
    assert (tmp_path / "state" / "github-app" / "private-key.pem").read_text() == private_key()
    assert "its key is asked for again" in capsys.readouterr().err


def test_a_key_is_never_overwritten_unasked(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "state" / "github-app"
    folder.mkdir(parents=True)
    (folder / "private-key.pem").write_text("older")
    with pytest.raises(UsageError, match=r"private-key\.pem of an App already.*--force"):
        create_app(Asked(github_url=server.url))
    assert (folder / "private-key.pem").read_text() == "older" and server.asked == []
    person = Person(monkeypatch, right)
    create_app(Asked(github_url=server.url, force=True))
    person.done()
    assert (folder / "private-key.pem").read_text() == private_key()
    assert stat.S_IMODE((folder / "private-key.pem").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_found_before_anything_is_made(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    (state / "github-app" / ".probe.new").mkdir(parents=True)  # in a folder that may be entered, a write fails
    with pytest.raises(ConfigError, match="REVIEWBOT_STATE_DIR"):
        create_app(Asked(github_url=server.url, browser=False, seconds=0.05))
    shutil.rmtree(state)
    state.write_text("a file")
    with pytest.raises(ConfigError, match="REVIEWBOT_STATE_DIR"):
        create_app(Asked(github_url=server.url, browser=False, seconds=0.05))
    assert server.asked == []


def test_a_key_that_finds_no_room_is_spoken_of(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_the_place(person: Person) -> None:
        (tmp_path / "state" / "github-app" / "private-key.pem").mkdir()

    person = Person(monkeypatch, fill_the_place, right)
    with pytest.raises(ConfigError, match=r"could not be written.*generate another private key.*on its page"):
        create_app(Asked(github_url=server.url))
    person.done()


def test_nobody_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="Nobody registered the App"):
        create_app(Asked(browser=False, seconds=0.05))


def test_a_port_that_is_taken(server: Server) -> None:
    taken = int(server.url.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"Port {taken}.*--port"):
        create_app(Asked(browser=False, port=taken))


def test_without_a_screen_no_browser_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(UsageError):
        create_app(Asked(seconds=0.05))
    assert opened == []


def test_the_code_and_the_key_are_in_no_log(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)  # as reviewbot's own logs have it
    person = Person(monkeypatch, right)
    create_app(Asked(github_url=server.url))
    person.done()
    told = "\n".join(str(vars(record)) for record in caplog.records) + "".join(capfd.readouterr())
    for secret in ("c0de", person.state, private_key().splitlines()[3], MADE["webhook_secret"]):
        assert secret not in told


def test_the_real_command_is_ended_with_ctrl_c(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewbot", "github", "create-app", "--no-browser"],
        env={**ENVIRON, "REVIEWBOT_STATE_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout and process.stderr
        while "http://127.0.0.1" not in process.stdout.readline():
            assert process.poll() is None
        assert "Ctrl-C" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert (process.wait(20), process.stderr.read()) == (130, "Ended: no App was made.\n")
    assert list((tmp_path / "github-app").iterdir()) == []


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["github", "create-app", "--help"]) == 0
    assert "ssh -L" in capsys.readouterr().out
