"""The fake GitLab: GraphQL, by names and types of GitLab's reference."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.graphql_api import SCHEMA
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import BASE, documented

LIMITS = "/api/graphql/#limits"
QUERY = """
query($path: ID!, $iid: String!, $after: String, $size: Int) {
  currentUser { username }
  queryComplexity { score limit }
  project(fullPath: $path) { mergeRequest(iid: $iid) {
    state draft diffHeadSha diffRefs { baseSha startSha headSha }
    author { username bot } labels { nodes { title } } sourceProject { fullPath }
    discussions(first: $size, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id replyId resolvable resolved resolvedBy { username bot } notes { nodes {
        id system body resolvable resolved author { username bot }
        position { filePath newPath newLine oldLine positionType diffRefs { headSha } }
        awardEmoji { nodes { name user { username } } }
      } } }
    }
  } }
}"""


def ask(hub: FakeGitLab, query: str = QUERY, secret: str | None = None, **variables: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret or hub.token('bot', installation=True)}"}
    asked = {"path": "team/shop", "iid": "1", **variables} if query is QUERY else variables
    return httpx.post(hub.graphql, json={"query": query, "variables": asked}, headers=headers).json()


@documented("/api/graphql/reference/#mergerequest")
def test_a_merge_request_with_all_that_is_said(hub: FakeGitLab, pull: Pull):
    hub.user("bot", "Bot")
    note = hub.review_comment(pull, "bot", "a.py", 20, "hm")
    hub.downvote(note, "ann")
    hub.resolve(note, "ann")
    hub.comment(pull, "eve", "hello")
    hub.label(pull, "x")
    told = ask(hub)["data"]["project"]["mergeRequest"]
    assert (told["state"], told["draft"], told["diffHeadSha"]) == ("opened", False, pull.head_sha)
    assert told["labels"]["nodes"] == [{"title": "x"}] and told["sourceProject"] == {"fullPath": "team/shop"}
    thread, system, single = told["discussions"]["nodes"]
    assert thread["id"] == f"gid://gitlab/Discussion/{note.discussion.id}"
    assert (thread["resolved"], thread["resolvedBy"]) == (True, {"username": "ann", "bot": False})
    [said] = thread["notes"]["nodes"]
    assert said["author"] == {"username": "bot", "bot": True} and said["id"] == f"gid://gitlab/DiffNote/{note.id}"
    assert said["position"]["newLine"] == 20 and said["position"]["oldLine"] is None
    assert said["awardEmoji"]["nodes"] == [{"name": "thumbsdown", "user": {"username": "ann"}}]
    assert system["notes"]["nodes"][0]["system"] and single["notes"]["nodes"][0]["position"] is None
    assert single["replyId"].startswith("gid://gitlab/IndividualNoteDiscussion/")


@documented("/api/graphql/reference/#diffposition")
def test_an_outdated_place_keeps_the_head_it_had(hub: FakeGitLab, pull: Pull):
    hub.review_comment(pull, "bot", "a.py", 20, "hm")
    before = pull.head_sha
    hub.push("team/shop", "feature", {"a.py": BASE})
    notes = ask(hub)["data"]["project"]["mergeRequest"]["discussions"]["nodes"][0]["notes"]["nodes"]
    assert notes[0]["position"]["diffRefs"]["headSha"] == before and notes[1]["system"]


@documented(LIMITS)
def test_a_hundred_a_page_and_no_more(hub: FakeGitLab, pull: Pull):
    for i in range(103):
        hub.comment(pull, "ann", f"note {i}")
    first = ask(hub, size=1000)["data"]["project"]["mergeRequest"]["discussions"]
    assert len(first["nodes"]) == 100 and first["pageInfo"]["hasNextPage"]
    rest = ask(hub, size=1000, after=first["pageInfo"]["endCursor"])["data"]["project"]["mergeRequest"]["discussions"]
    said = [one["notes"]["nodes"][0]["body"] for one in first["nodes"] + rest["nodes"]]
    assert said == [f"note {i}" for i in range(103)] and not rest["pageInfo"]["hasNextPage"]


@documented(LIMITS)
def test_a_query_may_cost_so_much(hub: FakeGitLab):
    assert 0 < ask(hub)["data"]["queryComplexity"]["score"] <= 250
    costly = "\n".join(f'a{i}: project(fullPath: "x") {{ id name path }}' for i in range(70))
    told = ask(hub, f"{{ {costly} }}")
    assert told == {"errors": [{"message": "Query has complexity of 280, which exceeds max complexity of 250"}]}
    assert "Query too large" in ask(hub, "{ currentUser { id } }" + " " * 10_000)["errors"][0]["message"]


@documented("/api/graphql/")
def test_who_may_not_see_it_gets_nothing(hub: FakeGitLab):
    hub.grant("team/shop", "eve", "none")
    assert ask(hub, secret=hub.token("eve"))["data"]["project"] is None
    body = {"query": '{ project(fullPath: "team/shop") { id } }'}
    assert httpx.post(hub.graphql, json=body).json() == {"data": {"project": None}}
    refused = httpx.post(hub.graphql, json=body, headers={"Authorization": "Bearer no"})
    assert (refused.status_code, refused.json()) == (401, {"errors": [{"message": "Invalid token"}]})


@documented("/api/graphql/reference/")
@pytest.mark.parametrize("query", ["{ currentUser { shoeSize } }", "{ project(fullPath: 1.5) { id } }", "{"])
def test_what_the_schema_does_not_have_breaks_the_contract(hub: FakeGitLab, query: str):
    assert "errors" in ask(hub, query)
    assert len(hub.violations) >= 1
    hub.violations.clear()


@documented("/api/graphql/reference/")
def test_each_type_of_the_schema_names_its_section():
    text = SCHEMA.read_text(encoding="utf-8")
    types = re.findall(r'^(".*"\n)?(?:type|enum|scalar|interface) (\w+)', text, re.MULTILINE)
    assert len(types) > 30
    assert [name for said, name in types if "docs.gitlab.com/api/graphql/reference/#" not in said] == []
