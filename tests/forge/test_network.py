"""Proxies and certificates of one's own: for the API and for git alike, over TLS on loopback."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import os
import select
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import certifi
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reviewbot.domain.errors import ConfigError, ForgeUnavailable
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_git import git_environment
from reviewbot.forge.manners import Manners

HOST = "git.example"


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `git.example`, its own authority, with its key beside it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    place = tmp_path_factory.mktemp("ca") / "ca.pem"
    place.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (place.parent / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return place


@contextmanager
def running(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Api(http.server.BaseHTTPRequestHandler):
    """Answers `{"login": "bot"}`, and git with a repository that has no refs."""

    def do_GET(self) -> None:
        told = b"001e# service=git-upload-pack\n00000000" if "info/refs" in self.path else b'{"login": "bot"}'
        kind = "application/x-git-upload-pack-advertisement" if "info/refs" in self.path else "application/json"
        self.server.seen.append(f"{self.path} {self.headers.get('Authorization')}")  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None: ...


class Tunnel(socketserver.StreamRequestHandler):
    """A proxy that knows CONNECT alone, and leads every name to the server."""

    def handle(self) -> None:
        self.server.seen.append(self.rfile.readline().decode().split(" HTTP")[0])  # type: ignore[attr-defined]
        while self.rfile.readline().strip():
            pass
        with socket.create_connection(("127.0.0.1", self.server.leads_to)) as there:  # type: ignore[attr-defined]
            self.connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ends = {self.connection: there, there: self.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)


class Quiet(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that trusts nobody hangs up; that is its right."""


@pytest.fixture
def tls(ca: Path) -> Iterator[tuple[int, list[str]]]:
    server = Quiet(("127.0.0.1", 0), Api)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, ca.parent / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.seen = []  # type: ignore[attr-defined]
    with running(server) as port:
        yield port, server.seen  # type: ignore[attr-defined]


@pytest.fixture
def proxy(tls: tuple[int, list[str]]) -> Iterator[tuple[str, list[str]]]:
    server = Quiet(("127.0.0.1", 0), Tunnel)
    server.leads_to, server.seen = tls[0], []  # type: ignore[attr-defined]
    with running(server) as port:
        yield f"http://127.0.0.1:{port}", server.seen  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def ask(base_url: str, ca_bundle: Path | None = None) -> str:
    credentials = TokenCredentials(base_url, "ghp_secret", ca_bundle=ca_bundle, timeout=5)
    try:
        return credentials.login
    finally:
        credentials.close()


def git(url: str, ca_bundle: Path | None) -> subprocess.CompletedProcess[str]:
    settings = {} if ca_bundle is None else {"http.sslCAInfo": str(ca_bundle)}
    environment = {**os.environ, **git_environment(f"{url}/api/v3", "ghp_secret", settings)}
    command = ["git", "ls-remote", f"{url}/team/shop.git"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)


def test_a_certificate_of_ones_own(tls: tuple[int, list[str]], ca: Path) -> None:
    url = f"https://127.0.0.1:{tls[0]}"
    with pytest.raises(ForgeUnavailable, match="certificate is not trusted"):
        ask(url)
    assert ask(url, ca) == "bot"
    assert git(url, None).returncode != 0 and git(url, ca).returncode == 0


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_setting_goes_before_the_environment(
    tls: tuple[int, list[str]], ca: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "/etc/ssl/certs")
    assert ask(f"https://127.0.0.1:{tls[0]}", ca) == "bot"


def test_nobody_can_switch_the_check_off(tls: tuple[int, list[str]]) -> None:
    manners = Manners()
    with manners.session(Path(certifi.where())) as session, pytest.raises(requests.exceptions.SSLError):
        session.get(f"https://127.0.0.1:{tls[0]}/user", verify=False)
    assert manners.calls == 1, "nobody becomes trustworthy by being asked again"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_for_the_api_and_for_git(
    tls: tuple[int, list[str]],
    proxy: tuple[str, list[str]],
    ca: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, proxy[0])
    assert ask(f"https://{HOST}/api/v3", ca) == "bot"
    done = git(f"https://{HOST}", ca)
    assert done.returncode == 0, done.stderr
    assert proxy[1] == [f"CONNECT {HOST}:443"] * 2, "it is told the host, and nothing else"
    assert tls[1][0] == "/api/v3/user token ghp_secret" and tls[1][1].startswith("/team/shop.git/info/refs")


def test_hosts_that_need_no_proxy(
    tls: tuple[int, list[str]], proxy: tuple[str, list[str]], ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy[0])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    url = f"https://127.0.0.1:{tls[0]}"
    assert ask(url, ca) == "bot" and git(url, ca).returncode == 0
    assert proxy[1] == []


def test_a_proxy_that_is_down_is_a_connection_that_failed(ca: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:1")
    with pytest.raises(ForgeUnavailable, match="could not be reached") as caught:
        ask(f"https://{HOST}", ca)
    assert "hunter2" not in str(caught.value)


def test_a_bundle_that_is_none_is_a_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="REVIEWBOT_CA_BUNDLE"):
        ask("https://127.0.0.1:1", tmp_path / "missing.pem")
