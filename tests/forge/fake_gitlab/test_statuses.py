"""The fake GitLab: commit statuses, the states they go through, and the pipeline that they make."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.fakes.gitlab.statuses import composite
from tests.forge.fake_gitlab.documented import BASE, MR, client_of, documented

API = "/api/commits/"
SET, LIST = f"{API}#set-commit-pipeline-status", f"{API}#list-commit-statuses"
PROJECT = "/projects/team%2Fshop"


def put(rest: httpx.Client, pull: Pull, state: str, name: str = "bot", **fields: Any) -> httpx.Response:
    return rest.post(f"{PROJECT}/statuses/{pull.head_sha}", json={"state": state, "name": name, **fields})


def listed(rest: httpx.Client, pull: Pull, **asked: Any) -> list[tuple[str, str, str]]:
    found = rest.get(f"{PROJECT}/repository/commits/{pull.head_sha}/statuses", params=asked).json()
    return [(one["name"], one["status"], one["author"]["username"]) for one in found]


@documented(SET)
def test_what_a_status_may_say(pull: Pull, rest: httpx.Client):
    assert put(rest, pull, "failure").json() == {"error": "state does not have a valid value"}
    assert put(rest, pull, "success", description="x" * 256).status_code == 400
    made = put(rest, pull, "success", description="good", target_url="https://example.org/").json()
    assert (made["description"], made["target_url"], made["ref"]) == ("good", "https://example.org/", "feature")
    assert rest.post(f"{PROJECT}/statuses/{'0' * 40}", json={"state": "success"}).status_code == 404


@documented(SET)
@pytest.mark.parametrize(
    ("before", "then", "verb"),
    [
        ("pending", "pending", "enqueue"),
        ("running", "running", "run"),
        ("running", "pending", "enqueue"),
        ("running", "skipped", "skip"),
        ("pending", "running", None),
        ("pending", "skipped", None),
        ("pending", "success", None),
        ("running", "failed", None),
        ("running", "canceled", None),
        ("success", "success", None),
        ("success", "pending", None),
        ("failed", "failed", None),
    ],
)
def test_how_a_status_moves(pull: Pull, rest: httpx.Client, before: str, then: str, verb: str | None):
    first = put(rest, pull, before).json()["id"]
    second = put(rest, pull, then)
    if verb is None:
        assert second.status_code == 201
        assert (second.json()["id"] == first) is (before in ("pending", "running")), "what has ended is made anew"
    else:
        words = (
            f'Cannot transition status via :{verb} from :{before} (Reason(s): Status cannot transition via "{verb}")'
        )
        assert (second.status_code, second.json()) == (400, {"message": words})
    assert [state for _, state, _ in listed(rest, pull)] == [before if verb else then]


@documented(SET)
def test_somebody_elses_status_of_the_same_name_takes_its_place(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    put(rest, pull, "pending")
    with client_of(hub, "eve") as eve:
        assert put(eve, pull, "success").status_code == 201
    assert listed(rest, pull) == [("bot", "success", "eve")]
    assert listed(rest, pull, all=True) == [("bot", "pending", "bot"), ("bot", "success", "eve")]


@documented(LIST)
def test_statuses_by_name(pull: Pull, rest: httpx.Client):
    put(rest, pull, "success", "one")
    put(rest, pull, "failed", "two")
    assert listed(rest, pull, name="two") == [("two", "failed", "bot")]
    assert listed(rest, pull, per_page=1, page=2) == [("two", "failed", "bot")]
    assert rest.get(f"{PROJECT}/repository/commits/{'0' * 40}/statuses").status_code == 404


@documented("/ci/pipelines/")
@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["success"], "success"),
        (["success", "skipped"], "success"),
        (["skipped"], "skipped"),
        (["pending"], "pending"),
        (["success", "pending"], "running"),
        (["failed", "running"], "running"),
        (["failed", "success"], "failed"),
        (["canceled", "failed"], "failed"),
        (["canceled", "success"], "canceled"),
    ],
)
def test_statuses_make_a_pipeline(states: list[str], expected: str):
    assert composite(states) == expected


@documented("/api/merge_requests/#retrieve-a-merge-request")
def test_the_head_has_a_pipeline_of_its_own(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    assert rest.get(MR).json()["head_pipeline"] is None
    put(rest, pull, "running")
    pipeline = rest.get(MR).json()["head_pipeline"]
    assert (pipeline["sha"], pipeline["ref"], pipeline["status"]) == (pull.head_sha, "feature", "running")
    put(rest, pull, "success")
    assert rest.get(MR).json()["head_pipeline"]["status"] == "success"
    hub.push("team/shop", "feature", {"a.py": BASE})
    assert rest.get(MR).json()["head_pipeline"] is None, "the new head has none"


@documented("/ci/pipelines/merge_request_pipelines/#use-with-forked-projects")
def test_the_pipeline_of_a_fork_is_the_forks(hub: FakeGitLab, rest: httpx.Client):
    hub.fork("team/shop", "ann")
    head = hub.push("ann/shop", "patch", {"c.py": "c\n"}, author="ann")
    hub.pull("team/shop", "patch", head_repo="ann/shop", author="ann")
    state = {"state": "success", "name": "bot"}
    refused = rest.post(f"{PROJECT}/statuses/{head}", json=state)
    assert (refused.status_code, refused.json()) == (404, {"message": "404 References for commit Not Found"})
    assert rest.post(f"{PROJECT}/statuses/{head}", json={**state, "ref": "patch"}).status_code == 201
    assert rest.get(f"{PROJECT}/merge_requests/2").json()["head_pipeline"] is None
    assert rest.post(f"/projects/ann%2Fshop/statuses/{head}", json=state).status_code == 201
    assert rest.get(f"{PROJECT}/merge_requests/2").json()["head_pipeline"]["status"] == "success"
