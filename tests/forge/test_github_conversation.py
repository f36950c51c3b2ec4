"""A whole conversation of a GitHub that is as strict as GitHub: what stands, where, by whom, and at what price."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graphql import OperationDefinitionNode, get_operation_ast, get_variable_values, parse, validate

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import CommentKind, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_graphql import _RESOLVE, _UNRESOLVE
from reviewbot.forge.github_queries import COMMENTS, CONVERSATION, DOWNVOTES, THREAD, VOTES
from reviewbot.forge.protocol import ForgeReview, ReviewComment
from tests.fakes.github import FakeGitHub
from tests.fakes.github.graphql.budget import Budget
from tests.fakes.github.graphql.endpoint import schema
from tests.fakes.github.model import Pull
from tests.forge.conftest import HEAD, REF


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


@pytest.fixture
def app(hub: FakeGitHub) -> GitHub:
    """We are an App, and know our name."""
    return GitHub(TokenCredentials(hub.api, hub.token("our[bot]", installation=True), bot_login="our[bot]"))


def entry(line: int = 20, body: str = "words") -> dict[str, object]:
    return {"path": "a.py", "line": line, "body": body, "side": "RIGHT"}


@pytest.mark.parametrize(("threads", "notes", "requests"), [(0, 0, 1), (5, 2, 1), (150, 120, 2)])
def test_what_a_conversation_costs(hub: FakeGitHub, app: GitHub, pull: Pull, threads: int, notes: int, requests: int):
    hub.review(pull, "ada", comments=[entry(body=f"thread {number}") for number in range(threads)])
    for number in range(notes):
        hub.comment(pull, "ada", f"note {number}")
    found = app.conversation(REF)
    assert [one.first.body for one in found.threads] == [f"thread {number}" for number in range(threads)]
    assert [one.body for one in found.notes] == [f"note {number}" for number in range(notes)]
    assert app.calls == requests == len(hub.seen)
    assert {one.path for one in hub.seen} == {"/graphql"}


def test_every_thread_to_its_last_comment_and_vote(hub: FakeGitHub, app: GitHub, pull: Pull):
    first = hub.review_comment(pull, "ada", "a.py", 20, "0")
    for number in range(1, COMMENTS + 105):
        hub.reply(pull, first, "eve", str(number))
    note = hub.comment(pull, "ada", "note")
    voters = [f"voter-{number}" for number in range(VOTES + 1)]
    for voter in voters:
        hub.downvote(first, voter)
        hub.downvote(note, voter)
    hub.react(note, "somebody", "+1")
    found = app.conversation(REF)
    [thread], [said] = found.threads, found.notes
    assert [one.body for one in thread.comments] == [str(number) for number in range(COMMENTS + 105)]
    assert [person.login for person in thread.first.downvoted_by] == voters
    assert [person.login for person in said.downvoted_by] == voters
    # GitHub makes a review of each reply, so those have a second page; then one thread and two comments go on.
    assert app.calls == 2 + 2 + 1 + 1


def test_what_stands_where_after_a_push(hub: FakeGitHub, app: GitHub, pull: Pull):
    old = pull.head_sha
    lines = (LineRange(20, 21), LineRange(22, 22))
    app.post_review(REF, ForgeReview(old, "", tuple(ReviewComment("a.py", one, "words") for one in lines)))
    before = app.conversation(REF).threads
    assert [one.lines for one in before] == [one.original_lines for one in before] == list(lines)
    assert {one.commit for one in before} == {old} and {one.path for one in before} == {"a.py"}
    hub.push("team/shop", "feature", {"a.py": "new = 0\n" + HEAD.replace("x21 = 21", "x21 = 0")})
    after = app.conversation(REF).threads
    assert [one.lines for one in after] == [LineRange(21, 22), None]
    assert [one.original_lines for one in after] == list(lines)
    assert {one.commit for one in after} == {old}
    assert all(one.first.author == Person("our[bot]", bot=True, ours=True) for one in after)


def test_who_resolved_and_who_answered(hub: FakeGitHub, app: GitHub, pull: Pull):
    theirs = hub.review_comment(pull, "ada", "a.py", 20, "mine")
    ours = hub.review_comment(pull, "our[bot]", "a.py", 21, "ours")
    hub.reply(pull, ours, "our", "no")
    hub.resolve(theirs, "our[bot]")
    one, other = app.conversation(REF).threads
    assert (one.resolved, one.resolved_by) == (True, Person("our[bot]", bot=True, ours=True))
    assert (other.resolved, other.resolved_by) == (False, None)
    assert [(said.author.login, said.author.ours, said.author.human) for said in other.comments] == [
        ("our[bot]", True, False),
        ("our", False, True),
    ]


def test_texts_of_reviews_stand_among_the_notes(hub: FakeGitHub, app: GitHub, pull: Pull):
    hub.comment(pull, "ada", "first")
    hub.elapsed += 10
    hub.review(pull, "eve", "second", state="CHANGES_REQUESTED")
    hub.elapsed += 10
    hub.review(pull, "eve", comments=[entry()])
    hub.comment(pull, "ci[bot]", "third")
    notes = app.conversation(REF).notes
    assert [(one.ref.kind, one.body, one.author.bot) for one in notes] == [
        (CommentKind.NOTE, "first", False),
        (CommentKind.REVIEW, "second", False),
        (CommentKind.NOTE, "third", True),
    ]
    assert all(app.conversation(REF).find(one.ref) == one for one in notes)


def opened(hub: FakeGitHub, branch: str, **how: object) -> Pull:
    hub.push("team/shop", branch, {f"{branch}.py": "b = 1\n"})
    return hub.pull("team/shop", branch, **how)  # type: ignore[arg-type]


def forked(hub: FakeGitHub, **how: object) -> Pull:
    fork = hub.fork("team/shop", "stranger")
    hub.push(fork.full_name, "patch", {"b.py": "b = 1\n"}, onto="main")
    return hub.pull("team/shop", "patch", head_repo=fork.full_name, author="stranger", **how)  # type: ignore[arg-type]


def labelled(hub: FakeGitHub) -> Pull:
    made = opened(hub, "labelled")
    for name in ("wip", "bug", "Ünïcode 🐛"):
        hub.label(made, name)
    return made


def merged(hub: FakeGitHub) -> Pull:
    made = opened(hub, "merged")
    hub.merge(made)
    return made


def closed(hub: FakeGitHub) -> Pull:
    made = opened(hub, "closed")
    hub.close_pull(made)
    return made


def orphaned(hub: FakeGitHub) -> Pull:
    made = forked(hub)
    hub.delete_repository(made.head_repo.full_name)
    return made


PULLS: dict[str, Callable[[FakeGitHub], Pull]] = {
    "open": lambda hub: opened(hub, "feature-2"),
    "draft": lambda hub: opened(hub, "draft", draft=True),
    "by an app": lambda hub: opened(hub, "bump", author="dependabot[bot]"),
    "closed": closed,
    "merged": merged,
    "labels": labelled,
    "fork": forked,
    "fork, closed to us": lambda hub: forked(hub, maintainer_can_modify=False),
    "fork, deleted": orphaned,
}


@pytest.mark.parametrize("kind", PULLS)
def test_rest_and_graphql_agree_on_a_pull_request(hub: FakeGitHub, app: GitHub, kind: str):
    ref = PullRequestRef("github", "team/shop", PULLS[kind](hub).number)
    assert app.conversation(ref).pull == app.pull_request(ref)


def test_what_is_not_there_or_not_to_be_seen(hub: FakeGitHub, app: GitHub):
    hub.repository("team/secret")
    seeing = hub.token("our[bot]", installation=True, repositories=frozenset({"team/shop"}))
    narrow = GitHub(TokenCredentials(hub.api, seeing, bot_login="our[bot]"))
    for client, ref in (
        (app, PullRequestRef("github", "team/shop", 99)),
        (app, PullRequestRef("github", "team/none", 1)),
        (narrow, PullRequestRef("github", "team/secret", 1)),
    ):
        with pytest.raises(ForgeDenied):
            client.conversation(ref)


ALL = {"threads": True, "comments": True, "reviews": True, "owner": "team", "name": "shop", "number": 1}


@pytest.mark.parametrize(
    ("query", "points"), [(CONVERSATION, 12), (THREAD, 1), (DOWNVOTES, 1), (_RESOLVE, 1), (_UNRESOLVE, 1)]
)
def test_queries_are_githubs_and_cheap(query: str, points: int):
    document = parse(query)
    assert validate(schema(), document) == []
    operation = get_operation_ast(document)
    assert isinstance(operation, OperationDefinitionNode)
    given = {"id": "x", "thread": "x", **ALL}
    values = get_variable_values(schema(), operation.variable_definitions, given)
    assert not isinstance(values, list)
    budget = Budget(schema(), document, values).reckon(operation)
    assert budget.broken is None
    assert budget.cost == points
