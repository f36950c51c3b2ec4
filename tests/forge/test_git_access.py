"""git reads through the environment alone, and the token goes to no other host."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from reviewbot.domain.errors import SourceUnavailable
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_git import git_environment, web_root
from reviewbot.source.mirrors import Mirrors
from tests.fakes.github import FakeGitHub
from tests.fakes.github.access import Answer
from tests.forge.conftest import REF


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com/"),
        ("https://api.github.com/", "https://github.com/"),
        ("https://github.example.com/api/v3", "https://github.example.com/"),
        ("https://github.example.com:8443/api/v3/", "https://github.example.com:8443/"),
        ("https://api.octocorp.ghe.com", "https://octocorp.ghe.com/"),
        ("http://127.0.0.1:8999/api/v3", "http://127.0.0.1:8999/"),
    ],
)
def test_where_the_pages_are(api: str, web: str):
    assert web_root(api) == web


def test_the_token_is_bound_to_the_host():
    environment = git_environment("https://api.github.com", "s3cret")
    pairs = [(environment[f"GIT_CONFIG_KEY_{n}"], environment[f"GIT_CONFIG_VALUE_{n}"]) for n in range(2)]
    header = "Authorization: Basic " + base64.b64encode(b"x-access-token:s3cret").decode()
    assert environment["GIT_CONFIG_COUNT"] == "2" and environment["GIT_TERMINAL_PROMPT"] == "0"
    assert pairs == [("http.https://github.com/.extraHeader", header), ("credential.helper", "")]


def test_a_private_repository_is_fetched_with_it_and_only_with_it(hub: FakeGitHub, github: GitHub, tmp_path: Path):
    pull = github.pull_request(REF)
    refs = [f"refs/heads/{pull.base_branch}", pull.head_ref]
    with pytest.raises(SourceUnavailable) as caught:
        Mirrors(tmp_path / "without").fetch(pull.clone_url, refs, {})
    assert "ghp_" not in str(caught.value)
    environment = github.clone_environment(REF)
    repository = Mirrors(tmp_path / "with").fetch(pull.clone_url, refs, environment)
    assert [file.path for file in repository.change(pull.base, pull.head).files] == ["a.py"]
    token = next(iter(hub.tokens))
    encoded = base64.b64encode(f"x-access-token:{token}".encode())
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert token.encode() not in file.read_bytes() and encoded not in file.read_bytes()


def test_another_host_does_not_get_it(hub: FakeGitHub, github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two addresses of one server stand for two hosts: the token is bound to the first."""
    seen: list[dict[str, str]] = []

    def refuse(*arguments: object) -> Answer:
        seen.append(arguments[4])  # type: ignore[arg-type]
        return Answer(404, body=b"")

    monkeypatch.setattr("tests.fakes.github.backend.answer", refuse)
    environment = {**github.clone_environment(REF), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    for url in (hub.web, hub.web.replace("127.0.0.1", "localhost")):
        subprocess.run(["git", "ls-remote", f"{url}/team/shop.git"], env=environment, capture_output=True)
    hosts = {headers["host"].split(":")[0]: "authorization" in headers for headers in seen}
    assert hosts == {"127.0.0.1": True, "localhost": False}
