"""The owner's settings for all its repositories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.errors import SourceUnavailable
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.source.mirrors import Mirrors
from reviewbot.visit.organisations import Organisations, address
from tests.fakes.github import FakeGitHub


@pytest.mark.parametrize(
    ("clone_url", "expected"),
    [
        ("https://github.com/team/shop.git", "https://github.com/team/.reviewbot.git"),
        ("https://gitlab.example/a/b/c.git", "https://gitlab.example/a/b/.reviewbot.git"),
        ("http://127.0.0.1:80/team/shop.git", "http://127.0.0.1:80/team/.reviewbot.git"),
        ("https://github.com/team/.reviewbot.git", None),
        ("https://github.com/shop.git", None),
        ("file:///srv/git/shop", None),
        ("git@github.com:team/shop.git", None),
        ("", None),
    ],
)
def test_where_an_owner_has_its_settings(clone_url: str, expected: str | None) -> None:
    assert address(clone_url) == expected


class Asked:
    def __init__(self, hub: FakeGitHub, place: Path) -> None:
        self.now = 0.0
        self.forge = GitHub(TokenCredentials(hub.api, hub.token("bot")))
        self.organisations = Organisations(clock=lambda: self.now)
        self.mirrors = Mirrors(place / "mirrors")
        self.pull: PullRequest = self.forge.pull_request(PullRequestRef("github", "team/shop", 1))

    def find(self) -> Any:
        return self.organisations.find(self.pull, self.mirrors, self.forge.clone_environment)


@pytest.fixture
def hub() -> Any:
    with FakeGitHub() as made:
        made.repository("team/shop")
        made.grant("team/shop", "bot", "write")
        made.push("team/shop", "topic", {"a.py": "x = 1\n"})
        made.pull("team/shop", "topic")
        yield made


def test_none_is_remembered_for_some_minutes(hub: FakeGitHub, tmp_path: Path) -> None:
    asked = Asked(hub, tmp_path)
    assert asked.find() is None
    hub.repository("team/.reviewbot", {".reviewbot.toml": '[review]\ntone = "zh"\n'})
    hub.grant("team/.reviewbot", "bot", "read")
    assert asked.find() is None
    asked.now = 301.0
    repository, commit = asked.find()
    assert repository.tree(commit).read(".reviewbot.toml") == b'[review]\ntone = "zh"\n'


def test_a_forge_that_is_down_is_not_an_owner_without_settings(hub: FakeGitHub, tmp_path: Path) -> None:
    asked = Asked(hub, tmp_path)
    asked.pull = replace(asked.pull, clone_url="http://127.0.0.1:9/team/shop.git")
    with pytest.raises(SourceUnavailable):
        asked.find()
