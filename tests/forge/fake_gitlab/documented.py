"""What the tests of the fake GitLab share: each names the page that documents its rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull

DOCS = "https://docs.gitlab.com"
BASE = "".join(f"x{i} = {i}\n" for i in range(1, 41))
HEAD = BASE.replace("x20 = 20\n", "y = 1\nz = 2\n")
MR = "/projects/team%2Fshop/merge_requests/1"
Test = TypeVar("Test", bound=Callable[..., object])


def documented(page: str) -> Callable[[Test], Test]:
    """Name the page that a test holds the fake to."""

    def mark(test: Test) -> Test:
        test.page = f"{DOCS}{page}"  # type: ignore[attr-defined]
        return test

    return mark


def client_of(hub: FakeGitLab, login: str) -> httpx.Client:
    """Somebody else at the API."""
    return httpx.Client(base_url=hub.api, headers={"Authorization": f"Bearer {hub.token(login)}"})


def at(pull: Pull, **fields: Any) -> dict[str, Any]:
    """A position at the newest version, in `a.py` unless `fields` say otherwise."""
    refs = pull.refs
    place = {"base_sha": refs.base, "start_sha": refs.start, "head_sha": refs.head, "position_type": "text"}
    return {**place, "old_path": "a.py", "new_path": "a.py", **fields}


def begin(rest: httpx.Client, pull: Pull, body: str = "hm", **fields: Any) -> Any:
    """A thread on a line, begun over the API."""
    answer = rest.post(f"{MR}/discussions", json={"body": body, "position": at(pull, **fields)})
    assert answer.status_code == 201, answer.text
    return answer.json()
