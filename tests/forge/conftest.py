from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from tests.fakes.github import FakeGitHub

BASE = "".join(f"x{i} = {i}\n" for i in range(1, 41))
HEAD = BASE.replace("x20 = 20\n", "y = 1\nz = 2\n")
REF = PullRequestRef("github", "team/shop", 1)


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    """A GitHub with the pull request `team/shop#1`, open."""
    with FakeGitHub() as made:
        made.repository("team/shop", {"a.py": BASE})
        made.push("team/shop", "feature", {"a.py": HEAD})
        made.pull("team/shop", "feature")
        yield made


@pytest.fixture
def github(hub: FakeGitHub) -> Iterator[GitHub]:
    client = GitHub(TokenCredentials(hub.api, hub.token("bot"), timeout=5))
    yield client
    client.close()
