from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import BASE, HEAD


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder names its page."""
    for item in items:
        if "fake_gitlab" in str(item.path):
            test = getattr(item, "function", None)
            assert hasattr(test, "page"), f"{item.nodeid} names no page of GitLab's documentation"


@pytest.fixture
def hub() -> Iterator[FakeGitLab]:
    """A GitLab with the merge request `team/shop!1`, open."""
    with FakeGitLab() as made:
        made.repository("team/shop", {"a.py": BASE, "old.py": BASE})
        made.push("team/shop", "feature", {"a.py": HEAD, "new.py": "a\nb\nc\n", "old.py": None})
        made.pull("team/shop", "feature")
        yield made


@pytest.fixture
def pull(hub: FakeGitLab) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


@pytest.fixture
def rest(hub: FakeGitLab) -> Iterator[httpx.Client]:
    """The bot at the API."""
    with httpx.Client(base_url=hub.api, headers={"PRIVATE-TOKEN": hub.token("bot")}) as client:
        yield client
