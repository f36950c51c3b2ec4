"""The doctor: each judgement as a table, each connection against something real."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reviewbot.doctor import configured, connections, examine, forge, tools
from reviewbot.doctor.finding import State
from reviewbot.doctor.forge import Reply
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.settings import Settings, load_settings
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from tests.cli.command import reviewbot

GOOD, ADVICE, BAD = State.GOOD, State.ADVICE, State.BAD


def settings(tmp_path: Path, **facts: str) -> Settings:
    environ = {"REVIEWBOT_STATE_DIR": str(tmp_path / "state")}
    return load_settings({**environ, **{f"REVIEWBOT_{name.upper()}": value for name, value in facts.items()}})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("git version 2.43.0", (2, 43, 0)),
        ("git version 2.39.3 (Apple Git-146)", (2, 39, 3)),
        ("1.182.0", (1, 182, 0)),
        ("3.13.0rc1", (3, 13, 0)),
        ("none", ()),
        ("", ()),
    ],
)
def test_numbers(text: str, found: tuple[int, ...]) -> None:
    assert tools.numbers(text) == found


@pytest.mark.parametrize(
    ("found", "state"),
    [("2.30", GOOD), ("2.30.1", GOOD), ("10.0", GOOD), ("2.29.9", BAD), ("1.99", BAD), ("", BAD), ("odd", BAD)],
)
def test_versions_are_numbers_and_not_words(found: str, state: State) -> None:
    finding = tools.judge_version("git", found, (2, 30), "install a newer git")
    assert finding.state is state
    assert ("install a newer git" in finding.detail) == (state is BAD)


def test_the_tools_of_this_machine_will_do() -> None:
    looks = [
        tools.look_at_python(),
        tools.look_at_git(),
        tools.look_at_rules(),
        *map(tools.look_at_scanner, tools.SCANNERS),
    ]
    assert [(one.check, one.state) for one in looks] == [
        *((name, GOOD) for name in ("python", "git", "rules", "ruff", "bandit", "semgrep"))
    ]
    assert tools.look_at_sandbox(ProofLevel.REGION).state is GOOD


def test_a_program_that_is_missing_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert tools.look_at_git().state is BAD
    assert "semgrep is not installed" in tools.look_at_scanner("semgrep").detail


def test_a_sandbox_that_is_switched_off_is_pointed_out_and_one_that_fails_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert tools.look_at_sandbox(ProofLevel.STATIC).state is ADVICE
    monkeypatch.setattr("reviewbot.verify.bubblewrap._find_bwrap", lambda: "/bin/false")
    finding = tools.look_at_sandbox(ProofLevel.REGION)
    assert finding.state is BAD and "REVIEWBOT_PROOF=static" in finding.detail


@pytest.mark.parametrize(
    ("environ", "state", "words"),
    [
        ({}, GOOD, "all by default"),
        ({"REVIEWBOT_MODEL": "none", "PATH": "x"}, GOOD, "1 set"),
        ({"REVIEWBOT_GITHUB_TOKEN_FILE": "/x"}, GOOD, "1 set"),
        ({"REVIEWBOT_MODLE": "none"}, BAD, "REVIEWBOT_MODLE is no setting; did you mean REVIEWBOT_MODEL?"),
        ({"REVIEWBOT_XYZZY": "1"}, BAD, "REVIEWBOT_XYZZY is no setting: unset it."),
    ],
)
def test_names(environ: dict[str, str], state: State, words: str) -> None:
    finding = configured.look_at_names(environ)
    assert (finding.state, finding.detail) == (state, words)


@pytest.mark.parametrize(("secret", "state"), [("", BAD), ("x" * 15, ADVICE), ("x" * 16, GOOD)])
def test_webhook_secret(tmp_path: Path, secret: str, state: State) -> None:
    finding = configured.look_at_webhook_secret(settings(tmp_path, github_webhook_secret=secret))
    assert finding.state is state
    assert not secret or secret not in finding.detail


def test_state_folder(tmp_path: Path) -> None:
    some = settings(tmp_path)
    assert configured.look_at_state_dir(some).detail.endswith("(made at the first start)")
    assert not some.state_dir.exists()
    some.state_dir.mkdir(mode=0o700)
    assert configured.look_at_state_dir(some).state is GOOD
    some.state_dir.chmod(0o755)
    assert configured.look_at_state_dir(some).state is ADVICE
    some.state_dir.rmdir()
    some.state_dir.write_text("a file")
    assert configured.look_at_state_dir(some).state is BAD


def test_database(tmp_path: Path) -> None:
    some = settings(tmp_path)
    assert connections.look_at_database(some).detail == "SQLite, made at the first start"
    assert not some.state_dir.exists()
    some.state_dir.mkdir()
    file = some.state_dir / "reviewbot.sqlite"
    file.write_bytes(b"")
    assert connections.look_at_database(some).detail.startswith("SQLite, empty")
    database = Database(some.database)
    migrate(database)
    database.close()
    assert connections.look_at_database(some).detail == "SQLite, with this version's tables"
    file.write_bytes(b"no database at all, but more than a hundred bytes of something else" * 20)
    assert connections.look_at_database(some).state is BAD


@pytest.mark.parametrize("url", ["postgresql://u:hunter2@127.0.0.1:1/db", "postgresql://["])
def test_a_database_that_is_gone(tmp_path: Path, url: str) -> None:
    finding = connections.look_at_database(settings(tmp_path, database_url=url))
    assert "hunter2" not in finding.detail
    assert finding.state is BAD


def test_broker(tmp_path: Path) -> None:
    assert connections.look_at_broker(settings(tmp_path)).detail.startswith("embedded, started with")
    finding = connections.look_at_broker(settings(tmp_path, broker_url="redis://:hunter2@127.0.0.1:1/0"))
    assert finding.state is BAD and "REVIEWBOT_BROKER_URL" in finding.detail and "hunter2" not in finding.detail


@pytest.mark.parametrize(
    ("model", "state", "words"),
    [
        ("none", ADVICE, "analysis alone"),
        ("http://127.0.0.1:1/v1", BAD, "No model server answers"),
        ("nope", BAD, "names no model"),
    ],
)
def test_model(tmp_path: Path, model: str, state: State, words: str) -> None:
    finding = connections.look_at_model(settings(tmp_path, model=model))
    assert finding.state is state and words in finding.detail


def test_the_doctor_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    finding = connections.look_at_model(settings(tmp_path))
    assert finding.state is BAD and "reviewbot model fetch" in finding.detail
    assert not list(tmp_path.iterdir())


USER = {"login": "bot"}


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(200, {}, USER), GOOD, "of bot; a fine-grained token"),
        (Reply(200, {"x-oauth-scopes": "repo, gist"}, USER), GOOD, "of bot, a classic one"),
        (Reply(200, {"x-oauth-scopes": "public_repo"}, USER), ADVICE, "public repositories alone"),
        (Reply(200, {"x-oauth-scopes": "gist"}, USER), BAD, "lacks the scope repo"),
        (Reply(401), BAD, "expired or was revoked"),
        (Reply(403, {}, {"message": "Resource not accessible by integration"}), GOOD, "App's installation token"),
        (Reply(403, {}, {"message": "forbidden"}), BAD, "answers 403"),
        (Reply(404), BAD, "check REVIEWBOT_GITHUB_URL"),
        (Reply(200, {}, {}), BAD, "not as GitHub's API does"),
        (Reply(502), BAD, "answers 502"),
        (Reply(None, problem="refused"), BAD, "cannot be reached (refused)"),
    ],
)
def test_token(reply: Reply, state: State, words: str) -> None:
    finding = forge.judge_token("https://ghe/api/v3", reply)
    assert finding.state is state and words in finding.detail


@pytest.mark.parametrize(
    ("found", "pulls", "state", "words"),
    [
        (Reply(200), Reply(200), GOOD, "can be read"),
        (Reply(404), Reply(404), BAD, "does not see o/n (404)"),
        (Reply(301), Reply(301), BAD, "does not see o/n (301)"),
        (Reply(200), Reply(403), BAD, "may not read the pull requests"),
        (Reply(200, {}, {"archived": True}), Reply(200), BAD, "archived"),
        (Reply(None, problem="refused"), Reply(None), BAD, "cannot be reached"),
    ],
)
def test_repository(found: Reply, pulls: Reply, state: State, words: str) -> None:
    finding = forge.judge_repository("o/n", found, pulls)
    assert finding.state is state and words in finding.detail


@contextmanager
def github(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """One answer for everything; the addresses and tokens that were sent."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(f"{self.path} {self.headers['Authorization']}")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_token_is_tried_where_it_belongs(tmp_path: Path) -> None:
    with github(200, b'{"login": "bot"}', X_OAuth_Scopes="repo") as (url, seen):
        some = settings(tmp_path, github_url=url, github_token="hunter2")
        assert forge.look_at_token(some).detail == "of bot, a classic one with scope repo"
        assert forge.look_at_repository(some, "o/n").state is GOOD
    paths = ["/user", "/repos/o/n", "/repos/o/n/pulls?per_page=1"]
    assert seen == [f"{path} Bearer hunter2" for path in paths]


def test_the_token_follows_no_redirect(tmp_path: Path) -> None:
    with github(200, b'{"login": "thief"}') as (elsewhere, seen):
        with github(302, b"", Location=f"{elsewhere}/user") as (url, _):
            finding = forge.look_at_token(settings(tmp_path, github_url=url, github_token="hunter2"))
        assert (finding.state, seen) == (BAD, [])


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b"{"])
def test_an_answer_that_is_no_api_is_wrong(tmp_path: Path, body: bytes) -> None:
    with github(200, body) as (url, _):
        assert forge.look_at_token(settings(tmp_path, github_url=url, github_token="t")).state is BAD


def test_no_token_and_no_server(tmp_path: Path) -> None:
    assert "Set REVIEWBOT_GITHUB_TOKEN" in forge.look_at_token(settings(tmp_path)).detail
    some = settings(tmp_path, github_url="http://127.0.0.1:1", github_token="hunter2")
    assert forge.look_at_token(some).state is BAD
    assert "hunter2" not in forge.look_at_token(some).detail


def test_a_wrong_setting_does_not_keep_the_rest_from_being_looked_at() -> None:
    found = list(examine({"REVIEWBOT_PORT": "many"}))
    assert [one.detail for one in found if one.state is BAD] == [
        "REVIEWBOT_PORT is wrong: Input should be a valid integer, unable to parse string as an integer."
    ]
    assert {"python", "git", "ruff", "bandit", "semgrep", "rules", "sandbox"} <= {one.check for one in found}


def test_the_command_says_all_and_exits_with_2_where_something_is_wrong(tmp_path: Path) -> None:
    done = reviewbot("doctor", cwd=tmp_path, REVIEWBOT_MODEL="none", REVIEWBOT_STATE_DIR=str(tmp_path / "s"))
    assert (done.returncode, done.stderr) == (2, "")
    assert "✗ token      Set REVIEWBOT_GITHUB_TOKEN" in done.stdout
    assert "✓ python     3." in done.stdout
    with github(200, b'{"login": "bot"}', X_OAuth_Scopes="repo") as (url, _):
        fine = reviewbot(
            *("doctor", "--format", "json", "--repository", "o/n"),
            cwd=tmp_path,
            REVIEWBOT_MODEL="none",
            REVIEWBOT_STATE_DIR=str(tmp_path / "s"),
            REVIEWBOT_GITHUB_URL=url,
            REVIEWBOT_GITHUB_TOKEN="hunter2",
            REVIEWBOT_GITHUB_WEBHOOK_SECRET="x" * 32,
        )
    document = json.loads(fine.stdout)
    assert (fine.returncode, document["ok"]) == (0, True), fine.stdout
    assert {c["check"] for c in document["checks"]} >= {"token", "repository", "webhook", "broker", "database", "model"}
    assert not list(tmp_path.iterdir()), "the doctor only looks"
    assert "hunter2" not in fine.stdout
