"""The fake GitLab: who may ask for what, and how often."""

from __future__ import annotations

import gitlab
import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import MR, client_of, documented


@documented("/api/rest/authentication/#personal-project-and-group-access-tokens")
def test_a_token_is_asked_for(hub: FakeGitLab):
    token = hub.token("bot")
    for headers, status in [({}, 401), ({"PRIVATE-TOKEN": "no"}, 401), ({"PRIVATE-TOKEN": token}, 200)]:
        assert httpx.get(f"{hub.api}/user", headers=headers).status_code == status
    answer = httpx.get(f"{hub.api}/user", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["username"] == "bot"
    assert httpx.get(f"{hub.api}/user").json() == {"message": "401 Unauthorized"}


@documented("/api/rest/#namespaced-paths")
def test_a_project_is_named_by_its_path_or_its_number(hub: FakeGitLab, rest: httpx.Client):
    number = hub.repositories["team/shop"].id
    assert rest.get("/projects/team%2Fshop").json()["id"] == rest.get(f"/projects/{number}").json()["id"] == number
    assert rest.get("/projects/team/shop").json() == {"error": "404 Not Found"}


@documented("/user/permissions/#project-permissions")
@pytest.mark.parametrize(
    ("role", "statuses"),
    [("none", (404, 404)), ("guest", (200, 403)), ("read", (200, 200)), ("write", (200, 200))],
)
def test_a_private_project_is_not_there_for_strangers(hub: FakeGitLab, role: str, statuses: tuple[int, int]):
    hub.grant("team/shop", "eve", role)
    with client_of(hub, "eve") as eve:
        assert (eve.get("/projects/team%2Fshop").status_code, eve.get(MR).status_code) == statuses


@documented("/api/project_members/#retrieve-a-direct-or-indirect-project-member")
def test_a_members_level_is_told(hub: FakeGitLab, rest: httpx.Client):
    levels = {"guest": 10, "read": 20, "write": 30, "maintain": 40, "admin": 50}
    for role, level in levels.items():
        hub.grant("team/shop", "ann", role)
        [ann] = rest.get("/users", params={"username": "ANN"}).json()
        assert rest.get(f"/projects/team%2Fshop/members/all/{ann['id']}").json()["access_level"] == level
    hub.user("nobody")
    [nobody] = rest.get("/users?username=nobody").json()
    assert rest.get(f"/projects/team%2Fshop/members/all/{nobody['id']}").status_code == 404


@documented("/administration/settings/user_and_ip_rate_limits/#response-headers")
def test_too_many_requests_are_refused(hub: FakeGitLab, rest: httpx.Client):
    hub.limits.a_minute = 2
    assert rest.get("/version").headers["ratelimit-remaining"] == "1"
    rest.get("/version")
    refused = rest.get("/version")
    assert (refused.status_code, refused.text) == (429, "Retry later\n")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    hub.elapsed += 61
    assert rest.get("/version").status_code == 200


@documented("/administration/settings/rate_limit_on_notes_creation/")
def test_too_many_notes_are_refused(hub: FakeGitLab, rest: httpx.Client):
    hub.limits.notes_a_minute = 1
    assert rest.post(f"{MR}/notes", json={"body": "one"}).status_code == 201
    assert rest.post(f"{MR}/notes", json={"body": "two"}).status_code == 429


@documented("/api/rest/#offset-based-pagination")
def test_lists_come_in_pages(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    for i in range(5):
        hub.comment(pull, "ann", f"note {i}")
    first = rest.get(f"{MR}/discussions", params={"per_page": 2})
    told = {name: first.headers[f"x-{name}"] for name in ("next-page", "page", "per-page", "total", "total-pages")}
    assert told == {"next-page": "2", "page": "1", "per-page": "2", "total": "5", "total-pages": "3"}
    following = first.headers["link"].split('>; rel="next"')[0].removeprefix("<")
    assert "page=2" in following and rest.get(following).json()[0]["notes"][0]["body"] == "note 2"
    assert rest.get(f"{MR}/discussions", params={"per_page": 2, "page": 3}).headers["x-next-page"] == ""


@documented("/api/rest/#request-payload")
def test_what_gitlab_does_not_document_breaks_the_contract(hub: FakeGitLab):
    made = FakeGitLab()
    made.repository("team/shop")
    made.push("team/shop", "feature", {"b.py": "b\n"})
    made.pull("team/shop", "feature")
    with client_of(made, "bot") as rest:
        assert rest.post(f"{MR}/notes", json={"body": "x", "colour": "red"}).status_code == 201
        assert rest.put(f"{MR}/discussions/0", json={"resolved": "true"}).status_code == 404
        assert rest.post(f"{MR}/notes", json={}).json() == {"error": "body is missing"}
    with pytest.raises(AssertionError, match=r"colour.*resolved is of another type"), made:
        pass


@documented("/api/rest/")
def test_python_gitlab_works_on_it(hub: FakeGitLab):
    client = gitlab.Gitlab(hub.web, private_token=hub.token("bot"))
    client.auth()
    merge_request = client.projects.get("team/shop").mergerequests.get(1)
    merge_request.notes.create({"body": "hello"})
    assert [note.body for note in merge_request.notes.list(iterator=True)] == ["hello"]
