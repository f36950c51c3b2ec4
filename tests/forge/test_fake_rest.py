"""Every operation of the fake's REST API, held against GitHub's description; rights, threads and reactions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.github import FakeGitHub, routes
from tests.fakes.github.model import Pull
from tests.forge.conftest import HEAD
from tests.forge.fake_app import signed

REPO = "/repos/team/shop"
PULL = f"{REPO}/pulls/1"


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


@pytest.fixture
def rest(hub: FakeGitHub) -> Iterator[httpx.Client]:
    yield from client(hub, hub.token("bot"))


def client(hub: FakeGitHub, secret: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {secret}", "User-Agent": "tests"}
    with httpx.Client(base_url=hub.api, headers=headers) as made:
        yield made


def test_every_operation_answers_as_github_describes(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    thread, note = hub.review_comment(pull, "ann", "a.py", 20, "x"), hub.comment(pull, "ann", "y")
    mine, own = hub.review_comment(pull, "bot", "a.py", 20, "x"), hub.comment(pull, "bot", "y")
    line, said = f"{REPO}/pulls/comments", f"{REPO}/issues/comments"
    head = pull.head_sha
    hub.team("team", "core", "ann")
    hub.grant("team/shop", "bot", "write")
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/user", None),
        ("GET", "/rate_limit", None),
        ("GET", "/user/repos", None),
        ("GET", "/orgs/team/teams/core/members", None),
        ("GET", REPO, None),
        ("GET", f"{REPO}/activity?ref=refs/heads/feature", None),
        ("GET", f"{REPO}/branches/feature", None),
        ("GET", f"{REPO}/rules/branches/main", None),
        ("GET", f"{REPO}/collaborators/ann/permission", None),
        ("GET", f"{REPO}/pulls", None),
        ("GET", PULL, None),
        ("GET", f"{PULL}/files", None),
        ("GET", f"{PULL}/commits", None),
        (
            "POST",
            f"{PULL}/reviews",
            {"event": "COMMENT", "body": "b", "comments": [{"path": "a.py", "body": "c", "line": 20}]},
        ),
        ("GET", f"{PULL}/reviews", None),
        ("GET", f"{PULL}/reviews/{thread.review.id}", None),
        ("GET", f"{PULL}/reviews/{thread.review.id}/comments", None),
        ("GET", f"{PULL}/comments", None),
        ("POST", f"{PULL}/comments", {"path": "a.py", "line": 21, "body": "z", "commit_id": head}),
        ("POST", f"{PULL}/comments/{thread.id}/replies", {"body": "no"}),
        ("GET", f"{line}/{thread.id}", None),
        ("PATCH", f"{line}/{mine.id}", {"body": "other"}),
        ("POST", f"{line}/{thread.id}/reactions", {"content": "eyes"}),
        ("GET", f"{line}/{thread.id}/reactions", None),
        ("DELETE", f"{line}/{thread.id}/reactions/ID", None),
        ("DELETE", f"{line}/{mine.id}", None),
        ("POST", f"{REPO}/issues/1/comments", {"body": "words"}),
        ("GET", f"{REPO}/issues/1/comments", None),
        ("GET", f"{said}/{note.id}", None),
        ("PATCH", f"{said}/{own.id}", {"body": "other"}),
        ("POST", f"{said}/{note.id}/reactions", {"content": "-1"}),
        ("GET", f"{said}/{note.id}/reactions", None),
        ("DELETE", f"{said}/{note.id}/reactions/ID", None),
        ("DELETE", f"{said}/{own.id}", None),
        ("POST", f"{REPO}/issues/1/labels", {"labels": ["wip", "seed"]}),
        ("GET", f"{REPO}/issues/1/labels", None),
        ("DELETE", f"{REPO}/issues/1/labels/wip", None),
        ("GET", f"{REPO}/commits/{head}", None),
        ("POST", f"{REPO}/statuses/{head}", {"state": "pending", "context": "reviewbot"}),
        ("GET", f"{REPO}/commits/{head}/statuses", None),
        ("PATCH", PULL, {"state": "closed"}),
        ("PATCH", PULL, {"state": "open"}),
        ("PUT", f"{PULL}/merge", {"sha": head}),
        ("POST", f"{REPO}/pulls", {"title": "again", "head": "feature", "base": "main"}),
    ]
    last = 0
    for method, path, body in calls:
        answer = rest.request(method, path.replace("ID", str(last)), json=body)
        assert answer.is_success, (path, answer.text)
        assert answer.headers["x-ratelimit-limit"] == "5000"
        last = answer.json()["id"] if path.endswith("/reactions") and method == "POST" else last
    as_app(hub)
    assert hub.violations == []
    assert {(one.method, routes.find(one.method, one.path)[0]) for one in hub.seen} == set(routes.ROUTES)  # type: ignore[index]


def as_app(hub: FakeGitHub) -> None:
    """The operations that an App alone may ask."""
    app = hub.app()
    installation = hub.install(app, "team", "shop")
    for made in client(hub, signed(hub, app)):
        for path in ("/app", "/app/installations", f"/app/installations/{installation.id}", f"{REPO}/installation"):
            assert made.get(path).is_success
        token = made.post(f"/app/installations/{installation.id}/access_tokens").json()["token"]
    for made in client(hub, token):
        check_runs(hub, made)
        assert [one["full_name"] for one in made.get("/installation/repositories").json()["repositories"]] == [
            "team/shop"
        ]
    code = hub.take_manifest({"name": "My bot", "hook_attributes": {"url": "https://x.example"}}, "team")
    assert httpx.post(f"{hub.api}/app-manifests/{code}/conversions").status_code == 201


def check_runs(hub: FakeGitHub, made: httpx.Client) -> None:
    head = hub.repositories["team/shop"].pulls[1].head_sha
    note = {"path": "a.py", "start_line": 1, "end_line": 2, "annotation_level": "failure", "message": "why"}
    output = {"title": "words", "summary": "words", "annotations": [note]}
    body = {"name": "gate", "head_sha": head, "status": "in_progress", "output": output}
    run = f"{REPO}/check-runs/{made.post(f'{REPO}/check-runs', json=body).json()['id']}"
    assert made.patch(run, json={"conclusion": "success", "output": output}).json()["status"] == "completed"
    assert made.get(run).json()["output"]["annotations_count"] == len(made.get(f"{run}/annotations").json()) == 2
    assert made.get(f"{REPO}/commits/{head}/check-runs").json()["total_count"] == 1


def test_replies_edits_and_deletions(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    first = hub.review_comment(pull, "ann", "a.py", 20, "x")
    answer = rest.post(f"{PULL}/comments/{first.id}/replies", json={"body": "no"})
    assert answer.status_code == 201 and answer.json()["in_reply_to_id"] == first.id
    reply = answer.json()["id"]
    assert rest.post(f"{PULL}/comments/{reply}/replies", json={"body": "no"}).status_code == 404
    assert rest.post(f"{PULL}/comments/{first.id}/replies", json={"body": "x" * 65_537}).status_code == 422
    hub.resolve(first, "ann")
    assert pull.threads[0].resolved_by is hub.user("ann") and len(pull.threads) == 1
    assert rest.patch(f"{REPO}/pulls/comments/{reply}", json={"body": "yes"}).json()["body"] == "yes"
    hub.delete_comment(first)
    assert rest.get(f"{REPO}/pulls/comments/{first.id}").status_code == 404
    assert [one.body for one in pull.comments_of(pull.threads[0])] == ["yes"]
    hub.grant("team/shop", "bot", "read")
    other = hub.comment(pull, "ann", "hers")
    assert rest.patch(f"{REPO}/issues/comments/{other.id}", json={"body": "mine"}).status_code == 403
    assert rest.delete(f"{REPO}/issues/comments/{other.id}").status_code == 403


def test_a_reaction_stands_once(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    note = hub.comment(pull, "ann", "/seed help")
    at = f"{REPO}/issues/comments/{note.id}/reactions"
    assert [rest.post(at, json={"content": "eyes"}).status_code for _ in range(2)] == [201, 200]
    hub.downvote(note, "bob")
    assert [one["user"]["login"] for one in rest.get(at, params={"content": "-1"}).json()] == ["bob"]
    hub.take_back(note, "bob")
    assert rest.get(f"{REPO}/issues/comments/{note.id}").json()["reactions"]["eyes"] == 1
    assert len(note.reactions) == 1


@pytest.mark.parametrize(
    ("role", "permission"),
    [("admin", "admin"), ("maintain", "write"), ("write", "write"), ("triage", "read"), ("read", "read")],
)
def test_the_permission_of_somebody(hub: FakeGitHub, rest: httpx.Client, role: str, permission: str):
    hub.grant("team/shop", "ann", role)
    shown = rest.get(f"{REPO}/collaborators/ann/permission").json()
    assert (shown["permission"], shown["role_name"]) == (permission, role)
    hub.user("stranger")
    assert rest.get(f"{REPO}/collaborators/stranger/permission").json()["permission"] == "none"
    hub.repositories["team/shop"].private = False
    assert rest.get(f"{REPO}/collaborators/stranger/permission").json()["permission"] == "read"
    assert rest.get(f"{REPO}/collaborators/nobody/permission").status_code == 404


def test_branches_with_slashes_are_protected_too(hub: FakeGitHub, rest: httpx.Client):
    hub.push("team/shop", "release/1.x", {"b.py": "1\n"})
    hub.protect("team/shop", "release/1.x")
    hub.rule("team/shop", "main", "deletion", "non_fast_forward")
    assert rest.get(f"{REPO}/branches/release%2F1.x").json()["protected"] is True
    assert rest.get(f"{REPO}/branches/release/1.x").json()["protected"] is True
    assert rest.get(f"{REPO}/branches/feature").json()["protected"] is False
    assert rest.get(f"{REPO}/branches/none").status_code == 404
    rules = rest.get(f"{REPO}/rules/branches/main").json()
    assert [one["type"] for one in rules] == ["deletion", "non_fast_forward"]


def test_where_a_comment_stands_now(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    """REST's `line` is that of GraphQL; `commit_id` is the head while it is shown."""
    hub.review_comment(pull, "ann", "a.py", 21, "x", start_line=20)
    hub.push("team/shop", "feature", {"a.py": "top\n" + HEAD})
    (shown,) = rest.get(f"{PULL}/comments").json()
    assert (shown["start_line"], shown["line"], shown["start_side"], shown["side"]) == (21, 22, "RIGHT", "RIGHT")
    assert (shown["commit_id"], shown["original_commit_id"] != pull.head_sha) == (pull.head_sha, True)
    hub.push("team/shop", "feature", {"a.py": HEAD.replace("y = 1", "y = 3")})
    (shown,) = rest.get(f"{PULL}/comments").json()
    assert (shown["start_line"], shown["line"], shown["position"]) == (None, None, None)
    assert shown["commit_id"] == shown["original_commit_id"]
