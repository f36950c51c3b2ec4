"""Pushes, verdicts, commits and pages: read from answers as GitHub's documentation shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from graphql import get_operation_ast, get_variable_values, parse, validate

from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRejected, ForgeUnavailable
from reviewbot.domain.gate import Pushed, Spoken, Word
from reviewbot.forge import github_resources
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_gate_commits import MOST_AUTHORS, MOST_CROWDS, find_hands
from reviewbot.forge.github_gate_pushes import Activity, read_activities, way_to
from reviewbot.forge.github_gate_queries import COMMIT_AUTHORS, GATE, QUEUE
from reviewbot.forge.github_gate_reading import Hands, read_hands, read_login, read_merge_commit, read_spoken
from reviewbot.forge.github_pages import Collected
from reviewbot.forge.github_resources import Resources, next_query
from tests.fakes.github.graphql.budget import Budget
from tests.fakes.github.graphql.endpoint import schema
from tests.forge.graph import REF, connection
from tests.forge.scripted import Asked, Say, Server, serving

A, B, C = ("a" * 40, "b" * 40, "c" * 40)
ZERO = "0" * 40
T, NOON = 1_776_240_000.0, "2026-04-15T08:00:00Z"
OCTOCAT = {"login": "octocat", "id": 1, "type": "User"}
FEATURE = "refs/heads/feature"


def activity(**fields: Any) -> dict[str, Any]:
    """One of ``GET …/activity``, as https://docs.github.com/en/rest/repos/repos#list-repository-activities shows it."""
    shown = {"id": 1296269, "node_id": "x", "before": A, "after": B, "ref": FEATURE, "timestamp": NOON}
    return {**shown, "activity_type": "force_push", "actor": OCTOCAT, **fields}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (activity(), Activity(T, Person("octocat"), B, A)),
        (activity(before=ZERO, activity_type="branch_creation"), Activity(T, Person("octocat"), B, "")),
        (activity(after=ZERO, activity_type="branch_deletion"), Activity(T, Person("octocat"), "", A)),
        (activity(activity_type="what_is_to_come"), Activity(T, Person("octocat"), B, A)),
        (activity(actor=None), Activity(T, Person("ghost"), B, A)),
        (activity(actor={"login": "x[bot]", "type": "Bot"}), Activity(T, Person("x[bot]", bot=True), B, A)),
        (activity(actor={"login": "Robot", "type": "Bot"}), Activity(T, Person("Robot", bot=True), B, A)),
        (activity(actor={"login": "US", "type": "User"}), Activity(T, Person("US", ours=True), B, A)),
        (activity(ref="refs/heads/feature2"), None),
        (activity(ref="refs/tags/feature"), None),
        (activity(ref=None), None),
    ],
)
def test_what_an_activity_is(given: dict[str, Any], expected: Activity | None):
    assert read_activities([given], FEATURE, "us") == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    "wrong",
    [{"after": "main"}, {"after": None}, {"before": A + "\n"}, {"before": ""}, {"timestamp": 7}, {"actor": {}}],
)
def test_an_activity_that_is_none_is_an_error(wrong: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        read_activities([activity(**wrong)], FEATURE, "us")


@pytest.mark.parametrize("page", [None, {}, "x", [1], [None]])
def test_a_page_that_is_no_list_is_an_error(page: Any):
    with pytest.raises(ForgeUnavailable):
        read_activities(page, FEATURE, "us")


def test_a_push_is_told_by_login():
    assert Activity(T, Person("octocat"), B, A).pushed == Pushed(T, "octocat", B, A)


# Newest first: who, before, after. "-" is no commit.
MADE, PUSHED, FORCED = "ann - a", "bob a b", "eve b c"
GONE, BACK = "max b -", "max - b"


@pytest.mark.parametrize(
    ("found", "head", "by", "whole"),
    [
        ([], A, [], False),
        ([MADE], A, ["ann"], False),  # it may have been restored: what was before is not known
        ([MADE, "zoe c -"], A, ["ann"], True),
        ([PUSHED, MADE, "zoe c -"], B, ["ann", "bob"], True),
        ([PUSHED, MADE], A, ["ann"], False),  # without what came after the head
        ([PUSHED, MADE], C, ["ann", "bob"], False),  # GitHub's list is behind: all may lead to it
        ([FORCED, PUSHED], C, ["bob", "eve"], False),
        (["eve c b", FORCED, PUSHED, MADE], B, ["ann", "bob", "eve", "eve"], False),  # there and back
        ([BACK, GONE, PUSHED, MADE], B, ["ann", "bob"], False),  # restored as it was
        ([BACK, GONE, BACK, GONE, PUSHED, MADE], B, ["ann", "bob"], False),
        (["zoe b c", BACK, GONE, PUSHED, MADE], C, ["ann", "bob", "zoe"], False),
        ([BACK, "max c -", PUSHED, MADE], B, ["max"], True),  # made anew, of something else
        ([BACK, PUSHED, MADE], B, ["max"], True),  # GitHub did not tell that it was deleted
        ([GONE, PUSHED, MADE], B, ["ann", "bob"], False),  # deleted after it was closed
        ([GONE, PUSHED, MADE], C, [], True),
        ([MADE, GONE, BACK], A, ["ann"], True),
    ],
)
def test_the_way_to_a_head(found: list[str], head: str, by: list[str], whole: bool):
    ids = {"a": A, "b": B, "c": C, "-": ""}
    listed = [
        Activity(T, Person(who), ids[after], ids[before]) for who, before, after in (one.split() for one in found)
    ]
    way = way_to(head, listed)
    assert ([one.by.login for one in way.steps], way.whole) == (by, whole)


# Verdicts


def user(login: str, kind: str = "User") -> dict[str, Any]:
    return {"__typename": kind, "login": login}


def review(state: str = "APPROVED", **fields: Any) -> dict[str, Any]:
    return {"state": state, "submittedAt": NOON, "author": user("ada"), "commit": {"oid": A}, **fields}


def retarget(at: str = NOON, by: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"createdAt": at, "actor": by or user("max")}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (review(), Spoken(T, "ada", Word.APPROVED, A)),
        (review("CHANGES_REQUESTED"), Spoken(T, "ada", Word.CHANGES_REQUESTED, A)),
        (review("COMMENTED"), Spoken(T, "ada", Word.COMMENTED, A)),
        (review("DISMISSED"), Spoken(T, "ada", Word.DISMISSED, A)),
        (review(commit=None), Spoken(T, "ada", Word.APPROVED)),  # purged: nobody knows what was looked at
        (review(author=None), Spoken(T, "ghost", Word.APPROVED, A)),
        (review(author=user("ci", "Bot")), Spoken(T, "ci[bot]", Word.APPROVED, A)),
    ],
)
def test_what_was_said(given: dict[str, Any], expected: Spoken):
    assert read_spoken([given], []) == (expected,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "PENDING"},
        {"state": "approved"},
        {"state": None},
        {"submittedAt": None},
        {"submittedAt": "2026-04-15T08:00:00"},  # of no time zone
        {"commit": {"oid": "main"}},
        {"commit": {}},
        {"author": {"login": ""}},
    ],
)
def test_a_review_that_is_none_is_an_error(wrong: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        read_spoken([review(**wrong)], [])


def test_words_stand_in_their_order_and_a_new_base_last_of_its_second():
    later = "2026-04-15T08:00:01Z"
    reviews = [review(submittedAt=later), review("COMMENTED"), review("CHANGES_REQUESTED", author=user("eve"))]
    retargets = [retarget(later), retarget("2026-04-15T09:59:59+02:00"), retarget()]
    assert [(one.at - T, one.word) for one in read_spoken(reviews, retargets)] == [
        (-1, Word.RETARGETED),
        (0, Word.COMMENTED),
        (0, Word.CHANGES_REQUESTED),
        (0, Word.RETARGETED),
        (1, Word.APPROVED),
        (1, Word.RETARGETED),
    ]


@pytest.mark.parametrize(
    ("account", "login"),
    [(None, "ghost"), (user("ada"), "ada"), (user("x", "Bot"), "x[bot]"), (user("x[bot]"), "x[bot]")],
)
def test_a_login_is_spelt_as_rest_spells_it(account: Any, login: str):
    assert read_login({"author": account}, "author") == login


# Commits


def hand(login: str | None, email: str | None = "") -> dict[str, Any]:
    return {"email": email, "user": None if login is None else user(login)}


def authored(oid: str, *authors: dict[str, Any], committer: Any = None, after: str | None = None) -> dict[str, Any]:
    return {"id": f"C_{oid}", "oid": oid, "committer": committer, "authors": connection(authors, after)}


def hands(*commits: dict[str, Any]) -> Hands:
    return read_hands([(one, one["authors"]["nodes"]) for one in commits], "us")


def test_whose_commits_they_are():
    found = hands(
        authored(A, hand("ada", "Ada@x.org"), hand("eve", "e@x"), hand(None, "who@x"), committer=hand("max", "m@x")),
        authored(B, hand("ada", "ada@home"), hand("ada", "ada@home"), committer=hand("web-flow", "noreply@github.com")),
        authored(C, hand(None, "who@x"), committer=hand(None, "who@x")),
    )
    assert found.logins == {A: ("ada", "eve", "max"), B: ("ada",)}
    assert found.emails == {"ada": {"Ada@x.org", "ada@home"}, "eve": {"e@x"}, "max": {"m@x"}}
    assert found.people == {one: Person(one) for one in ("ada", "eve", "max")}


@pytest.mark.parametrize(
    ("commit", "logins", "emails"),
    [
        (authored(A), {}, {}),
        (authored(A, hand("ada", None)), {A: ("ada",)}, {"ada": frozenset()}),
        (authored(A, hand("x[bot]", "b@x")), {A: ("x[bot]",)}, {"x[bot]": {"b@x"}}),
        (authored(A, hand("web-flow", "noreply@github.com")), {}, {}),
        (authored(A, hand(None), committer=hand("us", "u@x")), {A: ("us",)}, {"us": {"u@x"}}),
    ],
)
def test_hands_that_are_hard_to_tell(commit: dict[str, Any], logins: dict[str, Any], emails: dict[str, Any]):
    found = hands(commit)
    assert (found.logins, found.emails) == (logins, emails)
    assert all(person.bot is login.endswith("[bot]") for login, person in found.people.items())
    assert all(person.ours is (login == "us") for login, person in found.people.items())


@pytest.mark.parametrize("wrong", [{"oid": "main"}, {"oid": None}, {"committer": "ada"}])
def test_a_commit_that_is_none_is_an_error(wrong: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        hands(authored(A, hand("ada")) | wrong)


def collected(commits: Sequence[dict[str, Any]], total: Any = None, head: str = A) -> Collected:
    counted = len(commits) if total is None else total
    pull = {"headRefOid": head, "commits": {"totalCount": counted}}
    return Collected(pull, (), (), (), {}, {"commits": tuple({"commit": one} for one in commits)})


def ids(count: int) -> list[str]:
    return [f"{number + 1:040x}" for number in range(count)]


def silent(_: str, __: Mapping[str, object]) -> Any:
    raise AssertionError("nothing is to be asked")


@pytest.mark.parametrize(
    ("count", "total", "head", "told"),
    [
        (0, 0, A, None),
        (3, 3, "0" * 39 + "3", None),
        (3, 4, "0" * 39 + "3", "lists 3 of the 4 commits"),
        (0, 4, A, "lists 0 of the 4 commits"),
        (250, 250, f"{250:040x}", None),
        (250, 250, A, "lists 250 commits of github:team/shop#1 without its head"),
        (250, 251, A, "lists 250 of the 251"),
        (249, 249, A, ForgeUnavailable),
        (1, 1, A, ForgeUnavailable),
        (1, None, A, ForgeUnavailable),
        (1, "1", "0" * 39 + "1", ForgeUnavailable),
    ],
)
def test_which_lists_of_commits_are_whole(count: int, total: Any, head: str, told: Any):
    commits = [authored(one, hand("ada")) for one in ids(count)]
    if told is ForgeUnavailable:
        with pytest.raises(ForgeUnavailable):
            find_hands(silent, REF, collected(commits, "x" if total is None else total, head), "us")
        return
    found, problems = find_hands(silent, REF, collected(commits, total, head), "us")
    assert len(found.logins) == count
    assert len(problems) == (told is not None) and (told or "") in "".join(problems)


@pytest.mark.parametrize(
    ("crowds", "pages", "questions", "cut"),
    [
        (0, 1, 0, 0),
        (1, 1, 1, 0),
        (MOST_CROWDS, 1, MOST_CROWDS, 0),
        (MOST_CROWDS + 1, 1, MOST_CROWDS, 1),
        (2, 9, 2, 2),  # each page has MOST_AUTHORS: the first one more than is read
    ],
)
def test_how_many_authors_are_asked_for(crowds: int, pages: int, questions: int, cut: int):
    asked: list[Any] = []

    def ask(query: str, variables: Mapping[str, object]) -> Any:
        assert query == COMMIT_AUTHORS
        asked.append(variables)
        count = MOST_AUTHORS if pages > 1 else MOST_AUTHORS - 1
        others = [hand(f"p{number}") for number in range(count)]
        return {"node": {"authors": connection(others, "more" if pages > 1 else None)}}

    commits = [authored(one, hand("ada"), after="first" if at < crowds else None) for at, one in enumerate(ids(20))]
    found, problems = find_hands(ask, REF, collected(commits, head=ids(20)[-1]), "us")
    assert len(asked) == questions and all(one["after"] == "first" for one in asked)
    assert [f"Not all authors of {cut} of the commits" in one for one in problems] == [True] * bool(cut)
    assert all(found.logins[one][0] == "ada" for one in ids(20))
    assert sum(len(found.logins[one]) > 50 for one in ids(20)) == questions


@pytest.mark.parametrize(
    ("pull", "expected"),
    [
        ({"state": "OPEN", "mergeCommit": None}, None),
        ({"state": "CLOSED", "mergeCommit": {"oid": A}}, None),
        ({"state": "MERGED", "mergeCommit": {"oid": A}}, A),
        ({"state": "MERGED", "mergeCommit": None}, None),
    ],
)
def test_as_what_it_was_merged(pull: dict[str, Any], expected: str | None):
    assert read_merge_commit(pull) == expected


# Questions


@pytest.mark.parametrize("query", [GATE.query, COMMIT_AUTHORS, QUEUE])
def test_the_questions_are_githubs(query: str):
    assert validate(schema(), parse(query)) == []


def cost(query: str, **given: Any) -> int:
    document = parse(query)
    operation = get_operation_ast(document)
    assert operation is not None
    values = get_variable_values(schema(), operation.variable_definitions, given)
    assert not isinstance(values, list)
    budget = Budget(schema(), document, values).reckon(operation)
    assert budget.broken is None
    return budget.cost


def test_what_the_questions_cost():
    """Points, of 5,000 an hour."""
    names = {"owner": "team", "name": "shop", "number": 1}
    whole = dict.fromkeys(("threads", "comments", "reviews", "commits", "retargets"), True)
    assert cost(GATE.query, **names, **whole) == 13
    assert cost(GATE.query, **names, **dict.fromkeys(whole, False) | {"commits": True}) == 1
    assert cost(COMMIT_AUTHORS, id="x") == 1


# Pages


@pytest.mark.parametrize(
    ("link", "query"),
    [
        ("", None),
        ('<https://api.github.com/x?page=1>; rel="prev"', None),
        (
            '<https://api.github.com/x?page=1>; rel="first", <https://api.github.com/x?a=b&page=3>; rel="next"',
            "a=b&page=3",
        ),
        ('<https://api.github.com/x?after=b%3D%26c>; rel="next"', "after=b%3D%26c"),
        ('<https://evil.example/steal?page=2>; rel="next"', "page=2"),
        ("nonsense", None),
    ],
)
def test_the_next_page(link: str, query: str | None):
    assert next_query(link) == query


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(lambda _: Say(404, {"message": "Not Found"})) as made:
        yield made


@pytest.fixture
def resources(server: Server) -> Iterator[Resources]:
    credentials = TokenCredentials(server.url, "t", bot_login="us", timeout=5)
    yield Resources(credentials.client("team/shop"), "team/shop")
    credentials.close()


def listing(link: str) -> Any:
    """Answers with a list and this header; `{page}` is the next page's number."""

    def answer(asked: Asked) -> Say:
        page = int(asked.path.rpartition("page=")[2])
        headers = {"Content-Type": "application/json", "Link": link.format(page=page + 1)} if link else {}
        return Say(body=[page], headers=headers)

    return answer


def test_the_token_is_sent_nowhere_else(server: Server, resources: Resources):
    with serving(lambda _: Say(body=[])) as other:
        server.answer = listing(f'<{other.url}/repos/team/shop/x?page={{page}}>; rel="next"')
        pages = resources.pages("/x?page=1", "reading")
        assert [next(pages).data for _ in range(3)] == [[1], [2], [3]]
        assert other.asked == []
    assert [one.path for one in server.asked] == [f"/repos/team/shop/x?page={page}" for page in (1, 2, 3)]


@pytest.mark.parametrize("link", ['<https://x/x?page=1>; rel="next"', '<https://x/x?page={page}>; rel="next"'])
def test_a_list_without_an_end_is_given_up(
    server: Server, resources: Resources, monkeypatch: pytest.MonkeyPatch, link: str
):
    monkeypatch.setattr(github_resources, "MOST_PAGES", 5)
    server.answer = listing(link)
    with pytest.raises(ForgeUnavailable):
        list(resources.pages("/x?page=1", "reading"))
    assert len(server.asked) == (1 if "{page}" not in link else 5)


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (422, "No commit found for SHA: " + A, None),
        (404, "No commit found for SHA", None),
        (404, "Not Found", ForgeDenied),
        (422, "Validation Failed", ForgeRejected),
        (409, "Git Repository is empty.", ForgeError),
        (500, "No commit found for SHA", ForgeUnavailable),
    ],
)
def test_a_commit_that_is_gone(server: Server, resources: Resources, status: int, message: str, expected: Any):
    server.answer = lambda _: Say(status, {"message": message}, {"Content-Type": "application/json"})
    if expected is None:
        assert resources.of_commit("POST", "/x", "writing", {}) is None
        return
    with pytest.raises(expected):
        resources.of_commit("POST", "/x", "writing", {})


@pytest.mark.parametrize("name", ["team", "team/../x", "team/shop/x", "", "te am/shop", "../.."])
def test_what_is_no_repository_is_asked_nowhere(resources: Resources, name: str):
    with pytest.raises(ForgeRejected):
        Resources(resources._client, name)
