"""A token for git goes to the forge and nowhere else, whatever the forge answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reviewbot.domain.errors import SourceUnavailable
from reviewbot.forge.git_header import header_environment
from reviewbot.source.commits import Target, push
from reviewbot.source.git import git_environment
from reviewbot.source.mirrors import Mirrors, RepositoryAbsent
from reviewbot.source.repository import Repository
from tests.source.gitrepo import GitRepo

REFS = b"%s refs/heads/main\0multi_ack_detailed no-done side-band-64k thin-pack ofs-delta report-status\n" % (b"a" * 40)


@contextmanager
def serving(answer: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Stranger(BaseHTTPRequestHandler):
    """Another host, that speaks git well enough to be sent a second request."""

    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", "nothing"))
        service = self.path.rpartition("=")[2].encode()
        first = b"# service=%s\n" % service
        lines = b"%04x%s0000%04x%s0000" % (len(first) + 4, first, len(REFS) + 4, REFS)
        self.answer(200, {"Content-Type": f"application/x-{service.decode()}-advertisement"}, lines)

    def do_POST(self) -> None:
        self.seen.append(self.headers.get("Authorization", "nothing"))
        self.answer(500, {}, b"")

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(params=[301, 302, 307, 308])
def forge(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[str]]]:
    """A forge that sends git elsewhere, and the credentials that came there."""
    heard: list[str] = []
    stranger = type("OneStranger", (Stranger,), {"seen": heard})

    with serving(stranger) as elsewhere:

        class Forge(Stranger):
            def do_GET(self) -> None:
                self.answer(request.param, {"Location": f"http://localhost:{elsewhere}{self.path}"}, b"")

        with serving(Forge) as port:
            yield f"http://127.0.0.1:{port}/", heard


def test_a_fetch_takes_no_token_to_another_host(forge: tuple[str, list[str]], tmp_path: Path) -> None:
    root, heard = forge
    with pytest.raises(RepositoryAbsent):
        Mirrors(tmp_path / "m").fetch(f"{root}o/r.git", ["refs/heads/main"], header_environment(root, "x", "token"))
    assert heard == []


def test_a_push_takes_no_token_to_another_host(forge: tuple[str, list[str]], tmp_path: Path) -> None:
    root, heard = forge
    repo = GitRepo(tmp_path / "r")
    commit = repo.commit({"a.py": "a\n"})
    with pytest.raises(SourceUnavailable):
        push(
            Repository(repo.path),
            commit,
            Target(f"{root}o/r.git", "main", "a" * 40),
            header_environment(root, "x", "token"),
        )
    assert heard == []


def test_git_is_told_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REVIEWBOT_GITHUB_APP_PRIVATE_KEY", "GIT_CONFIG_PARAMETERS", "GIT_ALTERNATE_OBJECT_DIRECTORIES"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in git_environment().values()
