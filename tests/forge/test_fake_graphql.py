"""The fake's GraphQL: GitHub's schema, its quirks and its limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.github import FakeGitHub, faults
from tests.fakes.github.model import Pull
from tests.forge.conftest import HEAD

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


@pytest.fixture
def ask(hub: FakeGitHub) -> Iterator[Ask]:
    """Ask as the App: the parsed answer, whatever it says."""
    token = hub.token("reviewbot[bot]", installation=True)
    headers = {"Authorization": f"Bearer {token}", "User-Agent": "tests"}
    with httpx.Client(headers=headers) as client:

        def asked(query: str, **variables: Any) -> dict[str, Any]:
            answer = client.post(f"{hub.web}/api/graphql", json={"query": query, "variables": variables})
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield asked


CONVERSATION = """
query($owner: String!, $name: String!, $number: Int!, $size: Int!, $after: String) {
  viewer { login }
  rateLimit { cost limit remaining resetAt used nodeCount }
  repository(owner: $owner, name: $name) { nameWithOwner viewerPermission pullRequest(number: $number) {
    id number title state merged isDraft isCrossRepository maintainerCanModify url
    author { __typename login } headRefOid headRefName baseRefOid baseRefName
    headRef { name target { oid } } headRepository { nameWithOwner url }
    labels(first: 20) { nodes { name } totalCount }
    additions changedFiles files(first: 10) { nodes { path changeType } }
    commits(last: 1) { nodes { commit { oid message } } totalCount }
    reviewThreads(first: $size, after: $after) {
      totalCount pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
      nodes { id isResolved resolvedBy { login } isOutdated path line startLine originalLine originalStartLine diffSide
        comments(first: 10) { totalCount pageInfo { hasNextPage } nodes { ...said } } }
    }
    reviews(first: 10) { nodes { id databaseId state body author { login __typename } commit { oid } } }
    comments(first: 10) { nodes { id databaseId body author { login __typename } createdAt
      reactions(first: 5, content: THUMBS_DOWN) { nodes { content user { login } } } } }
  } }
}
fragment said on PullRequestReviewComment {
  id databaseId fullDatabaseId body path line startLine outdated createdAt
  author { __typename login ... on Bot { databaseId } }
  commit { oid } originalCommit { oid } replyTo { databaseId }
  reactions(first: 5, content: THUMBS_DOWN) { totalCount nodes { user { login } } }
  reactionGroups { content reactors(first: 1) { totalCount nodes { ... on User { login } } } }
}
"""


def conversation(ask: Ask, size: int = 50, after: str | None = None) -> dict[str, Any]:
    answer = ask(CONVERSATION, owner="team", name="shop", number=1, size=size, after=after)
    assert "errors" not in answer, answer
    return answer["data"]


def test_a_whole_conversation_in_one_query(hub: FakeGitHub, pull: Pull, ask: Ask):
    bots = hub.review_comment(pull, "reviewbot[bot]", "a.py", 21, "why", start_line=20)
    hub.reply(pull, bots, "ann", "no")
    hub.downvote(bots, "ann")
    hub.resolve(bots, "ann")
    hub.comment(pull, "bob", "/seed help")
    hub.label(pull, "wip")
    data = conversation(ask)
    assert data["viewer"] == {"login": "reviewbot[bot]"}
    shown = data["repository"]["pullRequest"]
    assert (shown["state"], shown["merged"], shown["headRefOid"]) == ("OPEN", False, pull.head_sha)
    assert shown["author"] == {"__typename": "User", "login": "developer"}
    assert shown["labels"] == {"nodes": [{"name": "wip"}], "totalCount": 1}
    (thread,) = shown["reviewThreads"]["nodes"]
    assert (thread["isResolved"], thread["resolvedBy"], thread["isOutdated"]) == (True, {"login": "ann"}, False)
    assert (thread["path"], thread["startLine"], thread["line"], thread["diffSide"]) == ("a.py", 20, 21, "RIGHT")
    first, second = thread["comments"]["nodes"]
    assert first["author"] == {"__typename": "Bot", "login": "reviewbot", "databaseId": bots.user.id}
    assert (first["databaseId"], second["replyTo"]) == (bots.id, {"databaseId": bots.id})
    assert first["reactions"] == {"totalCount": 1, "nodes": [{"user": {"login": "ann"}}]}
    counts = {group["content"]: group["reactors"]["totalCount"] for group in first["reactionGroups"]}
    assert counts["THUMBS_DOWN"] == 1 and sum(counts.values()) == 1 and len(counts) == 8
    assert [one["body"] for one in shown["comments"]["nodes"]] == ["/seed help"]
    assert hub.seen[-1].path == "/graphql" and hub.violations == []


def test_pages_go_on_where_they_ended(hub: FakeGitHub, pull: Pull, ask: Ask):
    made = [hub.review_comment(pull, "ann", "a.py", 20, f"{n}") for n in range(5)]
    seen, after = [], None
    for _ in range(3):
        page = conversation(ask, 2, after)["repository"]["pullRequest"]["reviewThreads"]
        seen += [one["comments"]["nodes"][0]["body"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if after and made[0] in pull.comments:
            hub.delete_comment(made[0])
    assert seen == ["0", "1", "2", "3", "4"] and page["pageInfo"]["hasNextPage"] is False
    assert page["totalCount"] == 4 and page["pageInfo"]["hasPreviousPage"] is True


def test_a_thread_follows_its_lines(hub: FakeGitHub, pull: Pull, ask: Ask):
    hub.review_comment(pull, "ann", "a.py", 21, "x", start_line=20)
    steps = [
        ({"a.py": "top\n" + HEAD}, (21, 22, False)),  # moved down
        ({"a.py": "top\n" + HEAD.replace("y = 1\n", "y = 1\nnew\n")}, (21, 23, False)),  # a line in between
        ({"a.py": "top\n" + HEAD.replace("z = 2", "z = 3")}, (None, None, True)),  # one of its lines changed
        ({"a.py": HEAD}, (20, 21, False)),  # and came back
        ({"a.py": None, "b.py": HEAD}, (None, None, True)),  # renamed: GitHub does not follow
    ]
    for files, expected in steps:
        hub.push("team/shop", "feature", files)
        (thread,) = conversation(ask)["repository"]["pullRequest"]["reviewThreads"]["nodes"]
        assert (thread["startLine"], thread["line"], thread["isOutdated"]) == expected
        assert (thread["originalStartLine"], thread["originalLine"]) == (20, 21)


def test_threads_and_reactions_are_changed(hub: FakeGitHub, pull: Pull, ask: Ask):
    comment = hub.review_comment(pull, "ann", "a.py", 20, "x")
    shown = conversation(ask)["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]
    resolve = """mutation($id: ID!) {
        resolveReviewThread(input: {threadId: $id}) { thread { isResolved resolvedBy { login } } } }"""
    done = ask(resolve, id=shown["id"])["data"]["resolveReviewThread"]["thread"]
    assert done == {"isResolved": True, "resolvedBy": {"login": "reviewbot[bot]"}}
    assert comment.thread.resolved_by is hub.user("reviewbot[bot]")
    ask(resolve.replace("resolveReview", "unresolveReview"), id=shown["id"])
    assert comment.thread.resolved_by is None
    react = """mutation($id: ID!) { addReaction(input: {subjectId: $id, content: EYES, clientMutationId: "m"}) {
        clientMutationId reaction { content user { login } } subject { id } } }"""
    for _ in range(2):
        done = ask(react, id=shown["comments"]["nodes"][0]["id"])["data"]["addReaction"]
    assert done["reaction"] == {"content": "EYES", "user": {"login": "reviewbot[bot]"}}
    assert done["clientMutationId"] == "m" and len(comment.reactions) == 1
    ask(
        "mutation($id: ID!) { removeReaction(input: {subjectId: $id, content: EYES}) { reaction { content } } }",
        id=shown["comments"]["nodes"][0]["id"],
    )
    assert comment.reactions == []
    hide = """mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) {
        minimizedComment { isMinimized minimizedReason } } }"""
    done = ask(hide, id=shown["comments"]["nodes"][0]["id"])["data"]["minimizeComment"]["minimizedComment"]
    assert done == {"isMinimized": True, "minimizedReason": "outdated"}


PULL = '{ repository(owner: "team", name: "shop") { pullRequest(number: 1) { %s } } }'
DEEP = "reviewThreads(first: 100) { nodes { comments(first: 100) { nodes { reactions(first: 50) { totalCount } } } } }"


@pytest.mark.parametrize(
    ("query", "kind", "path", "words"),
    [
        (
            '{ repository(owner: "team", name: "none") { id } }',
            "NOT_FOUND",
            ["repository"],
            "Could not resolve to a Repository with the name 'team/none'.",
        ),
        (
            '{ repository(owner: "team", name: "shop") { pullRequest(number: 9) { id } } }',
            "NOT_FOUND",
            ["repository", "pullRequest"],
            "Could not resolve to a PullRequest with the number of 9.",
        ),
        ('{ node(id: "bm9uZQ==") { id } }', "NOT_FOUND", ["node"], "global id of 'bm9uZQ=='"),
        (
            PULL % "reviewThreads(first: 101) { totalCount }",
            "EXCESSIVE_PAGINATION",
            ["repository", "pullRequest", "reviewThreads"],
            "Requesting 101 records on the `reviewThreads` connection exceeds the `first` limit of 100 records.",
        ),
        (
            PULL % "reviewThreads { totalCount }",
            "MISSING_PAGINATION_BOUNDARIES",
            ["repository", "pullRequest", "reviewThreads"],
            "You must provide a `first` or `last` value",
        ),
        (
            PULL % DEEP,
            "MAX_NODE_LIMIT_EXCEEDED",
            [],
            "requests up to 510,100 possible nodes",
        ),
        (
            PULL % 'comments(first: 1, after: "x") { totalCount }',
            "INVALID_CURSOR_ARGUMENTS",
            ["repository", "pullRequest", "comments"],
            "`x` does not appear to be a valid cursor.",
        ),
    ],
)
def test_what_github_refuses_with_status_200(ask: Ask, query: str, kind: str, path: list[str], words: str):
    (error,) = ask(query)["errors"]
    assert (error["type"], error.get("path", [])) == (kind, path)
    assert words in error["message"]


def test_what_is_left_out_counts_for_nothing(ask: Ask):
    query = """query($with: Boolean!) { rateLimit { nodeCount } repository(owner: "team", name: "shop") {
        pullRequest(number: 1) { comments(first: 7) { totalCount } reviews(first: 50) @include(if: $with) { totalCount }
        files(first: 3) @skip(if: $with) { totalCount } } } }"""
    counted = [ask(query, **{"with": given})["data"]["rateLimit"]["nodeCount"] for given in (True, False)]
    assert counted == [57, 10]


def test_a_query_that_is_not_githubs_fails_the_test(hub: FakeGitHub, ask: Ask):
    assert "errors" in ask("{ repository(owner: 1) { stars } }")
    assert "stars" in hub.violations.pop()
    assert "errors" in ask("{ repository(")
    assert hub.violations.pop() and not hub.violations


def test_who_may_not(hub: FakeGitHub, pull: Pull):
    url = f"{hub.web}/api/graphql"
    hub.review_comment(pull, "ann", "a.py", 20, "x")
    assert httpx.post(url, json={"query": "{ viewer { login } }"}).status_code == 401
    thread = hub.shapes.thread_id(pull.threads[0])
    query = f'mutation {{ resolveReviewThread(input: {{threadId: "{thread}"}}) {{ thread {{ id }} }} }}'
    for token, kind in (
        (hub.token("reader", writes=False), "FORBIDDEN"),
        (hub.token("blind", reads=False), "NOT_FOUND"),
        (hub.token("other[bot]", installation=True, repositories=frozenset(["team/else"])), "NOT_FOUND"),
    ):
        answer = httpx.post(url, json={"query": query}, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200 and answer.json()["data"] == {"resolveReviewThread": None}
        assert answer.json()["errors"][0]["type"] == kind


def test_an_app_resolves_only_where_it_may_write_contents(hub: FakeGitHub, pull: Pull):
    """As on GitHub: permission for pull requests alone is not enough."""
    hub.review_comment(pull, "ann", "a.py", 20, "x")
    query = f"""mutation {{ resolveReviewThread(input: {{threadId: "{hub.shapes.thread_id(pull.threads[0])}"}})
        {{ thread {{ isResolved }} }} }}"""
    said = []
    for contents in ("read", "write"):
        app = hub.app(permissions={"pull_requests": "write", "contents": contents})
        token = hub.installation_token(hub.install(app, "team"), frozenset(["team/shop"]), app.permissions)
        headers = {"Authorization": f"Bearer {token.secret}"}
        said.append(httpx.post(f"{hub.web}/api/graphql", json={"query": query}, headers=headers).json())
    assert said[0]["errors"][0]["type"] == "FORBIDDEN"
    assert said[1]["data"]["resolveReviewThread"]["thread"]["isResolved"] is True


def test_faults_and_limits(hub: FakeGitHub, ask: Ask):
    hub.fail("POST", "/graphql", faults.status(502))
    with pytest.raises(AssertionError, match="502"):
        ask("{ viewer { login } }")
    assert "data" in ask("{ viewer { login } }")
    hub.limits.hourly = 1
    (error,) = ask("{ viewer { login } }")["errors"]
    assert error["type"] == "RATE_LIMITED"
    assert [(one.method, one.path, one.status) for one in hub.seen[-3:]] == [
        ("POST", "/graphql", 502),
        ("POST", "/graphql", 200),
        ("POST", "/graphql", 200),
    ]
