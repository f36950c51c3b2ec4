"""What the fake tells of people, where it could lie: verdicts, whose an address is, who pushed, teams; and outages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import Pull
from tests.forge.conftest import BASE, HEAD
from tests.forge.test_fake_people import told

SHOP = "team/shop"
ACTIVITY = f"/repos/{SHOP}/activity"
NOTHING = "0" * 40
AUTHORS = """{ repository(owner: "team", name: "shop") { pullRequest(number: 1) { commits(first: 100) { totalCount
  nodes { commit { oid committer { email user { __typename login } }
    authors(first: 100) { nodes { name email user { login } } } } } } } } }"""


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    hub.hook(SHOP, "http://127.0.0.1:9/nobody", "s", events=("pull_request", "pull_request_review"))
    return hub.repositories[SHOP].pulls[1]


@pytest.fixture
def rest(hub: FakeGitHub) -> Iterator[httpx.Client]:
    with client(hub, hub.token("bot")) as made:
        yield made


def client(hub: FakeGitHub, secret: str) -> httpx.Client:
    return httpx.Client(base_url=hub.api, headers={"Authorization": f"Bearer {secret}", "User-Agent": "tests"})


def query(rest: httpx.Client, text: str, **variables: Any) -> Any:
    url = str(rest.base_url).replace("/api/v3/", "/api/graphql")
    answer: dict[str, Any] = rest.post(url, json={"query": text, "variables": variables}).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def bodies(hub: FakeGitHub) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in hub.delivered()]


# Verdicts


def test_verdicts_are_delivered_as_github_does(hub: FakeGitHub, pull: Pull):
    hub.ask_reviewer(pull, "eve", "ann")
    review = hub.approve(pull, "eve", body="Good")
    hub.edit_review(review, "Very good")
    hub.request_changes(pull, "bob")
    hub.dismiss(pull, "eve", "ann")
    hub.dismiss(pull, "eve", "ann")
    hub.describe(pull, "Other words", "ann")
    hub.describe(pull, "Other words", "ann")
    hub.describe(pull, title="Other title")
    assert told(hub) == [
        "pull_request review_requested by ann",
        "pull_request_review submitted by eve",
        "pull_request_review edited by eve",
        "pull_request_review submitted by bob",
        "pull_request_review dismissed by ann",
        "pull_request edited by ann",
        "pull_request edited by developer",
    ]
    said = bodies(hub)
    assert said[0]["requested_reviewer"]["login"] == "eve"
    assert said[0]["pull_request"]["requested_reviewers"][0]["login"] == "eve"
    assert (said[1]["review"]["state"], said[1]["review"]["commit_id"]) == ("approved", pull.head_sha)
    assert said[1]["pull_request"]["requested_reviewers"] == []
    assert said[2]["changes"] == {"body": {"from": "Good"}}
    assert (said[4]["review"]["state"], said[4]["review"]["user"]["login"]) == ("dismissed", "eve")
    assert said[5]["changes"] == {"body": {"from": ""}} and said[6]["changes"] == {"title": {"from": "A change"}}


@pytest.mark.parametrize("verdict", ["approve", "request_changes"])
def test_nobody_judges_their_own(hub: FakeGitHub, pull: Pull, verdict: str):
    with pytest.raises(ValueError, match="your own pull request"):
        getattr(hub, verdict)(pull, "developer")
    assert pull.reviews == [] and told(hub) == []


def test_a_dismissal_takes_verdicts_and_leaves_comments(hub: FakeGitHub, pull: Pull):
    hub.approve(pull, "eve")
    hub.review_comment(pull, "eve", "a.py", 20, "x")
    hub.approve(pull, "bob")
    hub.request_changes(pull, "eve")
    assert [user.login for user in hub.approvers(pull)] == ["bob"]
    hub.dismiss(pull, "eve")
    assert [(one.user.login, one.state) for one in pull.reviews] == [
        ("eve", "DISMISSED"),
        ("eve", "COMMENTED"),
        ("bob", "APPROVED"),
        ("eve", "DISMISSED"),
    ]


def test_everything_said_moves_the_time_of_the_pull_request(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    times = [hub.comment, hub.approve, hub.request_changes, hub.dismiss]
    seen = []
    for number, act in enumerate(times):
        hub.elapsed += 60
        act(pull, "eve", *(["words"] if number == 0 else []))  # type: ignore[operator]
        (listed,) = rest.get(f"/repos/{SHOP}/pulls?state=open").json()
        seen.append(listed["updated_at"])
    assert sorted(set(seen)) == seen
    assert (listed["head"]["sha"], listed["base"]["ref"]) == (pull.head_sha, "main")


def test_a_push_makes_approvals_stale_where_the_branch_says_so(hub: FakeGitHub, pull: Pull):
    hub.approve(pull, "eve")
    hub.push(SHOP, "feature", {"b.py": "1\n"}, author="ann")
    assert pull.reviews[0].state == "APPROVED"
    hub.dismiss_stale(SHOP, "main")
    hub.push(SHOP, "main", {"c.py": "1\n"})
    hub.merge_into(SHOP, "feature", author="ann")  # the same diff
    assert pull.reviews[0].state == "APPROVED"
    hub.request_changes(pull, "bob")
    hub.push(SHOP, "feature", {"b.py": "2\n"}, author="ann")
    assert [one.state for one in pull.reviews] == ["DISMISSED", "CHANGES_REQUESTED"]
    assert told(hub)[-2:] == ["pull_request synchronize by ann", "pull_request_review dismissed by ann"]


# Whose an address is


def test_an_address_is_one_accounts(hub: FakeGitHub):
    hub.email("eve", "Eve@Home.example")
    assert hub.owner_of("eve@home.EXAMPLE") is hub.user("eve")
    assert hub.owner_of("eve@example.org") is hub.user("eve")
    assert hub.owner_of(f"{hub.user('eve').id}+eve@users.noreply.github.com") is hub.user("eve")
    assert hub.owner_of(f"{hub.user('eve').id + 1}+eve@users.noreply.github.com") is None
    assert hub.owner_of(hub.noreply("x[bot]")) is hub.user("x[bot]")
    assert hub.owner_of("team@example.org") is None  # an organisation has none
    assert hub.owner_of("x[bot]@example.org") is None
    with pytest.raises(ValueError, match="already in use"):
        hub.email("mallory", "eve@HOME.example")
    hub.delete_account("eve")
    assert hub.owner_of("eve@home.example") is None


def test_authors_are_gits_and_the_trailers(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    trailers = (
        "Co-authored-by: Eve E <Eve@example.org>\nCO-AUTHORED-BY: No <no@where>\nCo-authored-by: nonsense\n"
        "Co-authored-by: again <DEVELOPER@example.org>\nCo-authored-by: Eve <eve@EXAMPLE.org>"
    )
    message = f"Words\n\nCo-authored-by: in the text <bob@example.org>\n\nand more.\n\n{trailers}\n"
    hub.user("bob")
    hub.user("eve")
    hub.push(SHOP, "feature", {"b.py": "1\n"}, message=message)
    commits = query(rest, AUTHORS)["repository"]["pullRequest"]["commits"]
    told_of = commits["nodes"][-1]["commit"]
    assert commits["totalCount"] == 2
    assert [(one["email"], one["user"] and one["user"]["login"]) for one in told_of["authors"]["nodes"]] == [
        ("developer@example.org", "developer"),
        ("eve@EXAMPLE.org", "eve"),
        ("no@where", None),
    ]
    assert told_of["committer"] == {
        "email": "developer@example.org",
        "user": {"__typename": "User", "login": "developer"},
    }


@pytest.mark.parametrize("done", ["update", "suggestion", "merge", "squash"])
def test_github_commits_what_is_done_in_its_pages(hub: FakeGitHub, pull: Pull, done: str):
    if done == "suggestion":
        comment = hub.review_comment(pull, "eve", "a.py", 20, "```suggestion\nw = 1\n```")
        sha = hub.apply_suggestion(comment, "ann")
    elif done == "update":
        hub.push(SHOP, "main", {"c.py": "1\n"})
        sha = hub.merge_into(SHOP, "feature", author="ann")
    else:
        sha = hub.merge(pull, done, "ann")
    told_by = hub.store(pull.repo).git("show", "-s", "--format=%an %ae, %cn %ce", sha).decode().strip()
    assert told_by == "ann ann@example.org, GitHub noreply@github.com"
    owner = hub.owner_of("noreply@github.com")
    assert owner is not None and owner.login == "web-flow"


def test_a_commit_is_found_by_its_id_with_its_authors_in_pages(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    named = "\n".join(f"Co-authored-by: P <p{number}@example.org>" for number in range(150))
    sha = hub.push(SHOP, "feature", {"b.py": "1\n"}, message=f"Words\n\n{named}")
    found = query(
        rest, '{ repository(owner: "team", name: "shop") { ref(qualifiedName: "feature") { target { id } } } }'
    )
    text = """query($id: ID!, $after: String) { node(id: $id) { ... on Commit { oid
        authors(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { email } } } } }"""
    id_ = found["repository"]["ref"]["target"]["id"]
    first = query(rest, text, id=id_)["node"]
    after = first["authors"]["pageInfo"]["endCursor"]
    rest_of = query(rest, text, id=id_, after=after)["node"]["authors"]
    assert first["oid"] == sha and len(first["authors"]["nodes"]) == 100
    assert [one["email"] for one in rest_of["nodes"]] == [f"p{number}@example.org" for number in range(99, 150)]
    assert rest_of["pageInfo"]["hasNextPage"] is False


# Who pushed


def test_every_move_of_a_branch_is_recorded(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    first = pull.head_sha
    second = hub.push(SHOP, "feature", {"b.py": "1\n"}, author="eve")
    hub.reset(SHOP, "feature", second, author="bob")  # to where it is
    third = hub.force_push(SHOP, "feature", {"b.py": "2\n"}, author="ann")
    fourth = hub.merge(pull, login="bob")
    hub.delete_branch(SHOP, "feature", author="bob")
    listed = rest.get(ACTIVITY, params={"ref": "refs/heads/feature", "direction": "asc"}).json()
    assert [(one["activity_type"], one["actor"]["login"], one["before"], one["after"]) for one in listed] == [
        ("branch_creation", "developer", NOTHING, first),
        ("push", "eve", first, second),
        ("force_push", "ann", second, third),
        ("branch_deletion", "bob", third, NOTHING),
    ]
    main = rest.get(ACTIVITY, params={"ref": "main"}).json()
    assert [(one["activity_type"], one["after"]) for one in main][:1] == [("pr_merge", fourth)]
    assert len(rest.get(ACTIVITY).json()) == len(listed) + len(main)
    assert rest.get(ACTIVITY, params={"ref": "none"}).json() == []


def test_a_push_with_git_is_recorded_too(hub: FakeGitHub, pull: Pull, rest: httpx.Client, tmp_path: Any):
    store = hub.store(pull.repo)
    url = hub.web.replace("://", f"://x:{hub.token('eve')}@") + f"/{SHOP}.git"
    store.git("push", "-q", url, "main:refs/heads/new")
    (made,) = rest.get(ACTIVITY, params={"ref": "new"}).json()
    assert (made["activity_type"], made["actor"]["login"], made["after"]) == (
        "branch_creation",
        "eve",
        store.resolve("main"),
    )


def test_activities_come_in_pages_by_cursors(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    for number in range(5):
        hub.push(SHOP, "busy", {"b.py": f"{number}\n"})
    whole = rest.get(ACTIVITY, params={"ref": "busy"}).json()
    found, url = [], f"{ACTIVITY}?ref=busy&per_page=2"
    while url:
        answer = rest.get(url)
        found.append(answer.json())
        if len(found) == 1:
            hub.push(SHOP, "busy", {"b.py": "more\n"})  # it moves no page
        url = answer.links.get("next", {}).get("url", "")
        assert not url or ("after=" in url and "page=2&" not in url.replace("per_page", ""))
    assert [len(one) for one in found] == [2, 2, 1]
    assert [one for each in found for one in each] == whole
    assert rest.get(ACTIVITY, params={"ref": "busy", "after": "nonsense"}).status_code == 422


# New bases


def test_a_base_that_is_deleted_once_merged_is_replaced(hub: FakeGitHub, pull: Pull):
    hub.push(SHOP, "above", {"d.py": "1\n"}, onto="feature")
    above = hub.pull(SHOP, "above", base="feature")
    alone = hub.pull(SHOP, "main", base="feature")
    hub.close_pull(alone)
    hub.merge(pull, login="ann")
    hub.delete_branch(SHOP, "feature", author="bob")
    (change,) = above.base_changes
    assert (change.old, change.new, change.automatic, change.user.login) == ("feature", "main", True, "bob")
    assert (above.base_ref, above.state, alone.base_ref) == ("main", "open", "feature")
    assert told(hub)[-1] == "pull_request edited by bob"
    assert bodies(hub)[-1]["changes"]["base"]["ref"] == {"from": "feature"}


def test_a_base_that_is_deleted_unmerged_closes_what_was_for_it(hub: FakeGitHub, pull: Pull):
    hub.push(SHOP, "next", {}, onto="main")
    hub.retarget(pull, "next", "ann")
    hub.retarget(pull, "next", "ann")
    hub.delete_branch(SHOP, "next", author="bob")
    assert (pull.state, len(pull.base_changes)) == ("closed", 1)
    assert told(hub) == ["pull_request edited by ann", "pull_request closed by bob"]


def test_the_timeline_tells_of_new_bases_alone(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    hub.push(SHOP, "next", {}, onto="main")
    hub.retarget(pull, "next", "ann")
    text = """{ repository(owner: "team", name: "shop") { pullRequest(number: 1) {
        timelineItems(first: 9, itemTypes: [%s]) { totalCount nodes { __typename
          ... on BaseRefChangedEvent { previousRefName currentRefName actor { login } } } } } } }"""
    one = query(rest, text % "BASE_REF_CHANGED_EVENT")["repository"]["pullRequest"]["timelineItems"]
    assert one["nodes"] == [
        {
            "__typename": "BaseRefChangedEvent",
            "previousRefName": "main",
            "currentRefName": "next",
            "actor": {"login": "ann"},
        }
    ]
    other = query(rest, text % "AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT")["repository"]["pullRequest"]["timelineItems"]
    assert other == {"totalCount": 0, "nodes": []}
    with pytest.raises(AssertionError, match="NOT_SERVED"):
        query(rest, text % "LABELED_EVENT")


# Teams and repositories


def test_a_team_has_those_of_the_teams_below_it(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    hub.team("team", "core", "ann", "bob")
    hub.team("team", "apps", "eve", "ann", parent="core")
    hub.grant_team(SHOP, "core", "write")
    listed = rest.get("/orgs/team/teams/core/members?per_page=2")
    assert [one["login"] for one in listed.json()] == ["ann", "bob"]
    assert [one["login"] for one in rest.get(listed.links["next"]["url"]).json()] == ["eve"]
    assert rest.get("/orgs/team/teams/none/members").status_code == 404
    shown = {who: rest.get(f"/repos/{SHOP}/collaborators/{who}/permission").json() for who in ("EVE", "developer")}
    assert [one["permission"] for one in shown.values()] == ["write", "none"]
    hub.grant(SHOP, "eve", "admin")
    hub.grant_team(SHOP, "core", "read")
    assert hub.role(pull.repo, "eve") == "admin" and hub.role(pull.repo, "bob") == "read"


def test_an_app_asks_for_teams_with_members_alone(hub: FakeGitHub, pull: Pull):
    hub.team("team", "core", "ann")
    for granted, status in (({}, 403), ({"members": "read"}, 200)):
        installation = hub.install(hub.app(f"bot{status}"), "team")
        token = hub.installation_token(installation, frozenset({SHOP}), {"metadata": "read", **granted})
        with client(hub, token.secret) as made:
            assert made.get("/orgs/team/teams/core/members").status_code == status


def test_a_token_sees_its_owners_repositories_in_pages(hub: FakeGitHub, rest: httpx.Client):
    hub.repository("team/other")
    hub.repository("team/taken")
    hub.repository("team/old", private=False).archived = True
    hub.grant("team/taken", "bot", "none")
    hub.grant("team/other", "bot", "read")
    first = rest.get("/user/repos?per_page=2")
    listed = [*first.json(), *rest.get(first.links["next"]["url"]).json()]
    assert [(one["full_name"], one["permissions"]["push"], one["archived"]) for one in listed] == [
        ("team/old", True, True),
        ("team/other", False, False),
        (SHOP, True, False),
    ]


def test_labels_are_put_on_and_taken_off(hub: FakeGitHub, pull: Pull, rest: httpx.Client):
    labels = f"/repos/{SHOP}/issues/1/labels"
    for _ in range(2):
        assert rest.post(labels, json={"labels": ["ai-unreviewed"]}).status_code == 200
    assert [label.name for label in pull.labels] == ["ai-unreviewed"]
    assert [rest.delete(f"{labels}/ai-unreviewed").status_code for _ in range(2)] == [200, 404]
    assert told(hub) == ["pull_request labeled by bot", "pull_request unlabeled by bot"]


# Outages


def test_while_it_is_down_nothing_answers(hub: FakeGitHub, rest: httpx.Client):
    hub.down()
    for url in (f"{hub.api}/user", f"{hub.web}/{SHOP}/pull/1", f"{hub.web}/{SHOP}.git/info/refs", "/graphql"):
        assert rest.get(url).status_code == 503
    assert hub.seen[-1].status == 503
    hub.down(False)
    assert rest.get("/user").status_code == 200


def test_lost_deliveries_are_remembered_and_can_be_sent_again(hub: FakeGitHub, pull: Pull):
    hub.losing()
    hub.approve(pull, "eve")
    hub.losing(False)
    hub.approve(pull, "bob")
    lost, sent = hub.delivered()
    assert (lost.lost, lost.answer, sent.lost) == (True, "", False) and sent.answer.startswith("not delivered")
    hub.courier.redeliver(lost)
    again = hub.delivered()[-1]
    assert (again.id, again.lost) == (lost.id, False) and again.answer.startswith("not delivered")


def test_a_fork_is_as_private_as_its_parent(hub: FakeGitHub):
    hub.repository("team/open", {"a.py": BASE + HEAD}, private=False)
    assert not hub.fork("team/open", "max").private and hub.fork(SHOP, "max").private
