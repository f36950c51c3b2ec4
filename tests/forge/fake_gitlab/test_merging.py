"""The fake GitLab: what a merge waits for, and with which words it is refused."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Level, Pull
from tests.forge.fake_gitlab.documented import BASE, HEAD, MR, client_of, documented

MERGE = "/api/merge_requests/#merge-a-merge-request"
STATUS = "/api/merge_requests/#merge-status"
CHECKS = "/api/status_checks/"
PROJECT = "/projects/team%2Fshop"


@pytest.fixture
def ann(hub: FakeGitLab) -> None:
    """A Maintainer: by default `main` takes merges from nobody below."""
    hub.grant("team/shop", "ann", "maintain")


def say(hub: FakeGitLab, pull: Pull, state: str, name: str = "gate") -> None:
    hub.set_status("team/shop", pull.head_sha, "bot", state, name=name)


@documented(MERGE)
def test_merging_over_the_api(hub: FakeGitLab, pull: Pull, ann: None):
    head = pull.head_sha
    with client_of(hub, "ann") as rest:
        wrong = rest.put(f"{MR}/merge", json={"sha": "0" * 40})
        assert (wrong.status_code, wrong.json()) == (
            409,
            {"message": f"SHA does not match HEAD of source branch: {head}"},
        )
        done = rest.put(f"{MR}/merge", json={"sha": head})
        assert (done.status_code, done.json()["state"]) == (200, "merged")
        assert rest.put(f"{MR}/merge").json() == {"message": "405 Method Not Allowed"}, "it is merged already"
    store = hub.store(pull.repo)
    parents = store.git("show", "-s", "--format=%P", done.json()["merge_commit_sha"]).decode().split()
    assert parents[1] == head and done.json()["squash_commit_sha"] is None
    assert done.json()["merge_user"]["username"] == "ann" and store.read("main", "a.py") == HEAD.encode()


@documented("/user/project/merge_requests/squash_and_merge/")
def test_a_squash_is_one_commit_and_its_merge(hub: FakeGitLab, pull: Pull, ann: None, rest: httpx.Client):
    hub.push("team/shop", "feature", {"b.py": "b\n"})
    base = hub.base_sha(pull)
    assert hub.try_merge(pull, "ann", "squash") == 200
    told, store = rest.get(MR).json(), hub.store(pull.repo)
    parents = store.git("show", "-s", "--format=%P", told["merge_commit_sha"]).decode().split()
    assert parents == [base, told["squash_commit_sha"]]
    assert store.git("show", "-s", "--format=%P", told["squash_commit_sha"]).decode().split() == [base]


@documented("/user/project/repository/branches/protected/")
def test_who_may_merge(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    refused = rest.put(f"{MR}/merge")
    assert (refused.status_code, refused.json()) == (401, {"message": "401 Unauthorized"})
    hub.protect("team/shop", "main", merge=Level.DEVELOPER)
    assert rest.get(f"{PROJECT}/repository/branches/main").json()["developers_can_merge"] is True
    [rule] = rest.get(f"{PROJECT}/protected_branches").json()
    assert (rule["push_access_levels"][0]["access_level"], rule["merge_access_levels"][0]["access_level"]) == (40, 30)
    assert rest.put(f"{MR}/merge").status_code == 200


def pipeline(hub: FakeGitLab, pull: Pull) -> None:
    hub.require("team/shop", "main", context="gate")


def failed(hub: FakeGitLab, pull: Pull) -> None:
    hub.require("team/shop", "main", context="gate")
    say(hub, pull, "success")
    say(hub, pull, "failed", "another")


def running(hub: FakeGitLab, pull: Pull) -> None:
    hub.require("team/shop", "main", context="gate")
    say(hub, pull, "pending")


def skipped(hub: FakeGitLab, pull: Pull) -> None:
    hub.require("team/shop", "main", context="gate")
    say(hub, pull, "skipped")


def passed_before(hub: FakeGitLab, pull: Pull) -> None:
    hub.require("team/shop", "main", context="gate")
    say(hub, pull, "success")
    hub.push("team/shop", "feature", {"a.py": BASE})


def thread(hub: FakeGitLab, pull: Pull) -> None:
    hub.require_threads("team/shop")
    hub.thread(pull, "bot", "look at this")


def on_a_line(hub: FakeGitLab, pull: Pull) -> None:
    hub.require_threads("team/shop")
    hub.review_comment(pull, "bot", "a.py", 20, "look at this")


def check(hub: FakeGitLab, pull: Pull) -> None:
    hub.status_check("team/shop", "gate")
    hub.require_status_checks("team/shop")


def draft(hub: FakeGitLab, pull: Pull) -> None:
    hub.convert_to_draft(pull)


def approvals(hub: FakeGitLab, pull: Pull) -> None:
    pull.repo.rules.approvals = 1


@documented(STATUS)
@pytest.mark.parametrize(
    ("hinder", "why"),
    [
        (pipeline, "ci_must_pass"),
        (failed, "ci_must_pass"),
        (running, "ci_still_running"),
        (skipped, "ci_must_pass"),
        (passed_before, "ci_must_pass"),
        (thread, "discussions_not_resolved"),
        (on_a_line, "discussions_not_resolved"),
        (check, "status_checks_must_pass"),
        (draft, "draft_status"),
        (approvals, "not_approved"),
    ],
)
def test_what_is_in_the_way(
    hub: FakeGitLab, pull: Pull, ann: None, rest: httpx.Client, hinder: Callable[[FakeGitLab, Pull], None], why: str
):
    hinder(hub, pull)
    assert rest.get(MR).json()["detailed_merge_status"] == why
    with client_of(hub, "ann") as client:
        refused = client.put(f"{MR}/merge")
    assert (refused.status_code, refused.json()) == (405, {"message": "405 Method Not Allowed"})
    assert hub.try_merge(pull, "ann") == 405 and not pull.merged


@documented(STATUS)
def test_it_merges_when_all_of_it_is_there(hub: FakeGitLab, pull: Pull, ann: None, rest: httpx.Client):
    hub.require("team/shop", "main", context="gate")
    hub.require_threads("team/shop")
    check = hub.status_check("team/shop", "gate")
    hub.require_status_checks("team/shop")
    note = hub.thread(pull, "bot", "look")
    say(hub, pull, "success")
    hub.resolve(note, "ann")
    hub.comment(pull, "eve", "a note blocks nothing")
    assert hub.try_merge(pull, "ann") == 405
    hub.respond(pull, "bot", check, pull.head_sha)
    assert hub.try_merge(pull, "ann") == 200 and pull.merged


@documented("/user/project/merge_requests/auto_merge/#require-a-successful-pipeline-for-merge")
def test_a_skipped_pipeline_may_be_enough(hub: FakeGitLab, pull: Pull, ann: None):
    skipped(hub, pull)
    pull.repo.rules.skipped = True
    assert hub.try_merge(pull, "ann") == 200


@documented(MERGE)
def test_a_conflict_has_a_status_of_its_own(hub: FakeGitLab, pull: Pull, ann: None):
    hub.push("team/shop", "main", {"a.py": BASE.replace("x20 = 20\n", "other = 1\n")})
    with client_of(hub, "ann") as client:
        refused = client.put(f"{MR}/merge")
    assert (refused.status_code, refused.json()) == (422, {"message": "Branch cannot be merged"})


@documented("/user/project/merge_requests/auto_merge/#require-a-successful-pipeline-for-merge")
def test_quick_actions_merge_no_sooner(hub: FakeGitLab, pull: Pull, ann: None):
    hub.require("team/shop", "main", context="gate")
    with client_of(hub, "ann") as client:
        client.post(f"{MR}/notes", json={"body": "/merge"})
        assert not pull.merged
        say(hub, pull, "success")
        client.post(f"{MR}/notes", json={"body": "/merge"})
    assert pull.merged


@documented("/api/projects/#update-a-project")
def test_the_settings_of_a_project(hub: FakeGitLab, pull: Pull, ann: None, rest: httpx.Client):
    names = [
        "only_allow_merge_if_pipeline_succeeds",
        "only_allow_merge_if_all_discussions_are_resolved",
        "only_allow_merge_if_all_status_checks_passed",
    ]
    told = rest.get(PROJECT).json()
    assert [told.get(name) for name in names] == [False, False, None], "the third is of Ultimate"
    hub.status_check("team/shop", "gate")
    with client_of(hub, "ann") as client:
        changed = client.put(PROJECT, json=dict.fromkeys(names, True)).json()
        assert [changed[name] for name in names] == [True, True, True]
        assert client.put(PROJECT, json={names[0]: False}).json()[names[0]] is False
    assert rest.put(PROJECT, json={names[1]: False}).status_code == 403
    assert pull.repo.rules.threads and pull.repo.rules.checks and not pull.repo.rules.pipeline


@documented(f"{CHECKS}#list-status-checks-for-a-merge-request")
def test_status_checks_are_of_ultimate(hub: FakeGitLab, pull: Pull, ann: None, rest: httpx.Client):
    assert rest.get(f"{MR}/status_checks").status_code == 404
    given = {"sha": pull.head_sha, "external_status_check_id": 1, "status": "passed"}
    assert rest.post(f"{MR}/status_check_responses", json=given).status_code == 404
    check = hub.status_check("team/shop", "gate")
    [told] = rest.get(f"{MR}/status_checks").json()
    assert told == {"id": check.id, "name": "gate", "external_url": check.url, "status": "pending"}
    assert rest.get(f"{PROJECT}/external_status_checks").status_code == 403, "for Maintainers"
    with client_of(hub, "ann") as client:
        assert client.get(f"{PROJECT}/external_status_checks").json()[0]["id"] == check.id


@documented(f"{CHECKS}#set-status-of-an-external-status-check")
def test_answers_of_a_status_check(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    check = hub.status_check("team/shop", "gate")

    def answer(state: str | None, sha: str = "") -> httpx.Response:
        given = {"sha": sha or pull.head_sha, "external_status_check_id": check.id, "status": state}
        return rest.post(f"{MR}/status_check_responses", json={k: v for k, v in given.items() if v is not None})

    def state() -> str:
        return str(rest.get(f"{MR}/status_checks").json()[0]["status"])

    assert answer("passed", "0" * 40).status_code == 409 and state() == "pending"
    assert answer("good").status_code == 400
    for given, expected in (("failed", "failed"), ("pending", "pending"), (None, "passed")):
        assert answer(given).status_code == 201
        assert state() == expected
    old = pull.head_sha
    hub.push("team/shop", "feature", {"a.py": BASE})
    assert state() == "pending", "the new head was not looked at"
    assert answer("passed", old).status_code == 409
    assert answer("passed").json()["sha"] == pull.head_sha
    hub.grant("team/shop", "eve", "read")
    with client_of(hub, "eve") as eve:
        given = {"sha": pull.head_sha, "external_status_check_id": check.id}
        assert eve.post(f"{MR}/status_check_responses", json=given).status_code == 403


@documented("/user/project/merge_requests/status_checks/")
def test_pending_for_two_minutes_has_failed(hub: FakeGitLab, pull: Pull):
    hub.grant("team/shop", "bot", "write")
    check = hub.status_check("team/shop", "gate")
    hub.elapsed += 500
    assert hub.check_state(pull, check) == "pending", "nobody has answered yet"
    hub.respond(pull, "bot", check, pull.head_sha, "pending")
    hub.elapsed += 119
    assert hub.check_state(pull, check) == "pending"
    hub.elapsed += 2
    assert hub.check_state(pull, check) == "failed"
    hub.respond(pull, "bot", check, pull.head_sha, "passed")
    hub.elapsed += 500
    assert hub.check_state(pull, check) == "passed"
