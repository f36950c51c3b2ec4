"""git reads through the environment alone, and the token goes to no other host."""

from __future__ import annotations

import base64
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import certifi
import pytest

from reviewbot.domain.errors import ForgeRejected, SourceUnavailable
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
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


def pairs(environment: dict[str, str]) -> dict[str, str]:
    """Git's settings in an environment."""
    count = int(environment["GIT_CONFIG_COUNT"])
    return {environment[f"GIT_CONFIG_KEY_{n}"]: environment[f"GIT_CONFIG_VALUE_{n}"] for n in range(count)}


def test_the_token_is_bound_to_the_host():
    environment = git_environment("https://api.github.com", "s3cret")
    header = "Authorization: Basic " + base64.b64encode(b"x-access-token:s3cret").decode()
    assert environment["GIT_CONFIG_COUNT"] == "2" and environment["GIT_TERMINAL_PROMPT"] == "0"
    assert pairs(environment) == {"http.https://github.com/.extraHeader": header, "credential.helper": ""}


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


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Headers of every request that git sends; each is refused."""
    seen: list[dict[str, str]] = []

    def refuse(*arguments: object) -> Answer:
        seen.append(arguments[4])  # type: ignore[arg-type]
        return Answer(404, body=b"")

    monkeypatch.setattr("tests.fakes.github.backend.answer", refuse)
    return seen


@pytest.mark.parametrize("pushing", [False, True])
def test_another_host_does_not_get_it(
    hub: FakeGitHub, github: GitHub, tmp_path: Path, told: list[dict[str, str]], pushing: bool
):
    """Two addresses of one server stand for two hosts: the token is bound to the first."""
    given = github.push_environment(github.pull_request(REF)) if pushing else github.clone_environment(REF)
    environment = {**given, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    for url in (hub.web, hub.web.replace("127.0.0.1", "localhost")):
        subprocess.run(["git", "ls-remote", f"{url}/team/shop.git"], env=environment, capture_output=True)
    hosts = {headers["host"].split(":")[0]: "authorization" in headers for headers in told}
    assert hosts == {"127.0.0.1": True, "localhost": False}


@pytest.mark.parametrize(
    "address",
    [
        None,
        "https://elsewhere.example.org/team/shop.git",
        "ssh://git@127.0.0.1/team/shop.git",
        "{web}.evil.org/a/b.git",
    ],
)
def test_nothing_is_pushed_to_nowhere_or_elsewhere(hub: FakeGitHub, github: GitHub, address: str | None):
    pull = github.pull_request(REF)
    gone = replace(pull, head_clone_url=None if address is None else address.replace("{web}", hub.web))
    with pytest.raises(ForgeRejected, match="gone"):
        github.push_environment(gone)


def test_settings_of_the_credentials_are_gits_too(hub: FakeGitHub, tmp_path: Path):
    """And whatever they are, the token stays bound, and no helper is asked."""
    bundle = Path(shutil.copy(certifi.where(), tmp_path / "ca.pem"))
    github = GitHub(TokenCredentials(hub.api, hub.token("bot"), ca_bundle=bundle))
    environment = github.clone_environment(REF)
    settings = pairs(environment)
    assert settings["http.sslCAInfo"] == str(bundle)
    assert settings["credential.helper"] == ""
    assert [key for key in settings if key.endswith("extraHeader")] == [f"http.{hub.web}/.extraHeader"]
    assert environment["GIT_CONFIG_COUNT"] == "3"


@pytest.mark.parametrize("fork", [False, True])
def test_a_commit_is_pushed_to_the_head_branch(hub: FakeGitHub, tmp_path: Path, fork: bool):
    """In a fork, with the right that its owner gave to those who may write to the base."""
    if fork:
        made = hub.fork("team/shop", "stranger")
        hub.push(made.full_name, "patch", {"b.py": "b = 1\n"}, onto="main")
        hub.pull("team/shop", "patch", head_repo=made.full_name, author="stranger")
    github = GitHub(TokenCredentials(hub.api, hub.token("bot")))
    pull = github.pull_request(replace(REF, number=2) if fork else REF)
    assert pull.pushable and pull.head_clone_url is not None
    environment = {**github.push_environment(pull), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}

    def git(*arguments: str) -> str:
        who = ("-c", "user.name=bot", "-c", "user.email=bot@example.org")
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    git("init", "-q", ".")
    git("fetch", "-q", pull.clone_url, pull.head_ref)
    git("checkout", "-q", "--detach", "FETCH_HEAD")
    git("commit", "-q", "--allow-empty", "-m", "one more")
    git("push", "-q", pull.head_clone_url, f"HEAD:refs/heads/{pull.head_branch}")
    assert github.pull_request(pull.ref).head == git("rev-parse", "HEAD")
