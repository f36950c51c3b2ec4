"""A whole conversation of a GitLab that is as strict as GitLab: what stands, where, by whom, and at what price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import parse as parse_query
from graphql import validate

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import CommentEvent, CommentKind, PullRequestEvent
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_conversation import read_discussion, read_ranges
from reviewbot.forge.gitlab_people import member_permission, stranger_permission
from reviewbot.forge.gitlab_queries import CONVERSATION, MERGE_REQUEST
from reviewbot.forge.gitlab_webhook import Ignored, Secrets, parse
from reviewbot.forge.protocol import ForgeReview
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.graphql_api import complexity, schema
from tests.fakes.gitlab.model import Pull
from tests.forge.conftest import HEAD
from tests.forge.gitlab_deliveries import SIGNING
from tests.forge.gitlab_hub import BOT, REF, client, comment, listener, opened, the_pull

OURS = Person(BOT, bot=True, ours=True)


@pytest.fixture
def hub() -> Iterator[FakeGitLab]:
    with opened() as made:
        yield made


@pytest.fixture
def gitlab(hub: FakeGitLab) -> Iterator[GitLab]:
    made = client(hub)
    yield made
    made.close()


@pytest.fixture
def pull(hub: FakeGitLab) -> Pull:
    return the_pull(hub)


@pytest.mark.parametrize("query", [MERGE_REQUEST, CONVERSATION])
def test_the_queries_are_of_gitlabs_schema_and_within_its_limits(query: str):
    assert validate(schema(), parse_query(query)) == []
    assert complexity(parse_query(query), {}) <= 200
    assert len(query) < 10_000


@pytest.mark.parametrize(("threads", "notes", "calls"), [(0, 0, 1), (5, 2, 1), (60, 70, 2)])
def test_what_a_conversation_costs(hub: FakeGitLab, gitlab: GitLab, pull: Pull, threads: int, notes: int, calls: int):
    for number in range(threads):
        hub.review_comment(pull, BOT, "a.py", 20, f"thread {number}")
    for number in range(notes):
        hub.comment(pull, "ada", f"note {number}")
    found = gitlab.conversation(REF)
    assert [one.first.body for one in found.threads] == [f"thread {number}" for number in range(threads)]
    assert [one.body for one in found.notes] == [f"note {number}" for number in range(notes)]
    assert found.pull == client(hub).pull_request(REF)
    assert gitlab.calls == calls


def test_people_bots_answers_and_downvotes(hub: FakeGitLab, gitlab: GitLab, pull: Pull):
    hub.user("ci", "Bot")
    gitlab.post_review(REF, ForgeReview(pull.head_sha, "", (comment(20, 21),)))
    first = pull.notes[0]
    hub.reply(pull, first, "ada", "no")
    hub.downvote(first, "ada")
    hub.downvote(first, "ci")
    hub.award(first, hub.user("eve"), "thumbsup")
    hub.resolve(first, "ada")
    thread = hub_thread = hub.comment(pull, "ci", "coverage fell")
    hub.reply(pull, hub_thread, "ada", "so what")
    found = gitlab.conversation(REF)
    [line] = found.threads
    assert [(one.author, one.body) for one in line.comments][1:] == [(Person("ada"), "no")]
    assert line.first.author == OURS and line.first.downvoted_by == (Person("ada"), Person("ci", bot=True))
    assert (line.resolved, line.resolved_by) == (True, Person("ada"))
    assert [(one.author.login, one.author.human, one.body, one.ref.kind) for one in found.notes] == [
        ("ci", False, "coverage fell", CommentKind.NOTE),
        ("ada", True, "so what", CommentKind.NOTE),
    ]
    assert {one.ref.kind for one in line.comments} == {CommentKind.LINE}
    assert found.find(found.notes[0].ref) == found.notes[0]
    assert gitlab.comment(REF, line.first.ref) is not None and thread.id


def test_several_lines_of_anybody(hub: FakeGitLab, gitlab: GitLab, pull: Pull):
    """GraphQL tells one line: REST tells the rest where somebody else began the thread."""
    hub.review_comment(pull, "ada", "a.py", 23, "these", start_line=19)
    hub.review_comment(pull, "ada", "a.py", 21, "this")
    hub.review_comment(pull, "ada", "a.py", 21, "```suggestion:-1+1\nx\n```")
    assert [one.lines for one in gitlab.conversation(REF).threads] == [
        LineRange(19, 23),
        LineRange(21, 21),
        LineRange(20, 21),
    ]
    assert gitlab.calls == 2


def test_threads_follow_their_lines_until_they_are_gone(hub: FakeGitLab, gitlab: GitLab, pull: Pull):
    old = pull.head_sha
    body = "```suggestion\ny\n```\n\n<!-- reviewbot:x -->"
    gitlab.post_review(REF, ForgeReview(old, "", (comment(20, 21, body=body), comment(22, 22))))
    hub.review_comment(pull, "ada", "a.py", 21, "these", start_line=20)
    one, two, three = gitlab.conversation(REF).threads
    assert (one.commit, one.lines, one.original_lines) == (old, LineRange(20, 21), LineRange(20, 21))
    head = hub.push("team/shop", "feature", {"a.py": "new = 0\n" + HEAD.replace("x21 = 21", "x21 = 0")})
    one, two, three = gitlab.conversation(REF).threads
    assert (one.commit, one.lines, one.original_lines) == (head, LineRange(21, 22), LineRange(21, 22))
    assert (two.commit, two.lines, two.original_lines) == (old, None, LineRange(22, 22))
    assert three.lines == LineRange(22, 22), "a range that GitLab did not move is not believed"
    assert all(not comment.author.login.startswith("gitlab") for one in (one, two) for comment in one.comments)


def test_a_note_on_a_removed_line_stands_on_no_line_of_the_head(hub: FakeGitLab, gitlab: GitLab, pull: Pull):
    at = hub.place(pull, "a.py", 20)
    removed = at.at(at.refs, "a.py", "a.py", 20, None)
    hub.add_note(pull, hub.user("ada"), "why", removed, thread=True)
    [thread] = gitlab.conversation(REF).threads
    assert (thread.path, thread.lines, thread.original_lines) == ("a.py", None, None)


def test_a_thread_of_more_than_a_hundred_notes(hub: FakeGitLab, gitlab: GitLab, pull: Pull):
    first = hub.review_comment(pull, BOT, "a.py", 20, "0")
    for number in range(1, 130):
        hub.reply(pull, first, "ada" if number % 2 else "eve", str(number))
    [thread] = gitlab.conversation(REF).threads
    assert [one.body for one in thread.comments] == [str(number) for number in range(130)]
    assert {one.author.login for one in thread.comments} == {BOT, "ada", "eve"}
    assert {one.ref.kind for one in thread.comments} == {CommentKind.LINE}
    assert gitlab.calls == 1 + 1 + 2 + 1  # the thread, two people, ourselves


def test_a_downvote_beyond_a_hundred_emojis_counts(hub: FakeGitLab, gitlab: GitLab, pull: Pull):
    ours, theirs = hub.review_comment(pull, BOT, "a.py", 20, "0"), hub.review_comment(pull, "ada", "a.py", 21, "1")
    for number in range(120):
        for note in (ours, theirs):
            hub.award(note, hub.user(f"fan{number}"), "heart")
    hub.award(ours, hub.user("eve"), "thumbsdown")
    assert [[one.login for one in thread.first.downvoted_by] for thread in gitlab.conversation(REF).threads] == [
        ["eve"],
        [],
    ]


def test_the_same_page_again_and_again_is_no_conversation(
    hub: FakeGitLab, gitlab: GitLab, pull: Pull, monkeypatch: pytest.MonkeyPatch
):
    for number in range(101):
        hub.comment(pull, "ada", str(number))
    real = gitlab._api.ask

    def ask(*given: Any, **variables: Any):
        data = real(*given, **variables)
        if variables["after"] is not None:
            page = {"hasNextPage": True, "endCursor": variables["after"]}
            data["project"]["mergeRequest"]["discussions"]["pageInfo"] = page
        return data

    monkeypatch.setattr(gitlab._api, "ask", ask)
    with pytest.raises(ForgeUnavailable, match="same page"):
        gitlab.conversation(REF)


def test_a_head_that_moves_while_it_is_read_is_read_again(
    hub: FakeGitLab, gitlab: GitLab, pull: Pull, monkeypatch: pytest.MonkeyPatch
):
    for number in range(101):
        hub.comment(pull, "ada", str(number))
    real = hub._operate

    def operate(method: str, path: str, *rest: Any):
        answer = real(method, path, *rest)
        if path.endswith("/graphql") and len(hub.seen) == 0:
            hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
        return answer

    monkeypatch.setattr(hub, "_operate", operate)
    with pytest.raises(ForgeUnavailable, match="moved while"):
        gitlab.conversation(REF)


def test_discussions_in_which_nobody_wrote_are_passed_over():
    """Events have ids of their own kind; a note of a person with such an id is refused."""
    notes = {"pageInfo": {"hasNextPage": False}, "nodes": [{"id": "gid://gitlab/LabelNote/0f", "system": True}]}
    assert read_discussion({"id": "gid://gitlab/Odd/x", "notes": notes}).notes == []
    spoken = {**notes, "nodes": [{"id": "gid://gitlab/Note/1", "system": False}]}
    with pytest.raises(ForgeUnavailable, match="id"):
        _ = read_discussion({"id": "gid://gitlab/Odd/x", "notes": spoken}).id


def end(code: str, **more: Any) -> dict[str, Any]:
    return {"line_code": code, "type": "new", **more}


A, B = "a" * 40 + "_3_5", "a" * 40 + "_3_9"


@pytest.mark.parametrize(
    ("ends", "lines"),
    [
        ({"start": end(A), "end": end(B)}, LineRange(5, 9)),
        ({"start": end(A, new_line=1), "end": end(B)}, LineRange(5, 9)),
        ({"start": end(B), "end": end(A)}, None),
        ({"start": end(A)}, None),
        ({"start": end(A), "end": end("x_1_2")}, None),
        ({"start": end(A), "end": {"line_code": 7}}, None),
        ({"start": end("a" * 40 + "_0_0"), "end": end(A)}, None),
        (None, None),
        ([], None),
    ],
)
def test_line_ranges(ends: object, lines: LineRange | None):
    one = {"id": "d", "notes": [{"position": {"line_range": ends}}]}
    assert read_ranges([one]) == ({} if lines is None else {"d": lines})


@pytest.mark.parametrize("discussions", [[1], [{}], [{"notes": []}], [{"notes": [1]}]])
def test_discussions_that_are_none(discussions: list[object]):
    with pytest.raises(ForgeUnavailable):
        read_ranges(discussions)


ACTIVE = {"state": "active", "access_level": 30}


@pytest.mark.parametrize(
    ("member", "permission"),
    [
        (ACTIVE, Permission.WRITE),
        ({**ACTIVE, "membership_state": "active"}, Permission.WRITE),
        ({**ACTIVE, "membership_state": "awaiting"}, Permission.NONE),
        ({**ACTIVE, "state": "blocked"}, Permission.NONE),
        ({**ACTIVE, "state": "awaiting"}, Permission.NONE),
        *(
            ({**ACTIVE, "access_level": level}, permission)
            for level, permission in [
                (0, Permission.NONE),
                (5, Permission.NONE),
                (10, Permission.READ),
                (15, Permission.READ),
                (20, Permission.READ),
                (25, Permission.READ),
                (30, Permission.WRITE),
                (40, Permission.ADMIN),
                (50, Permission.ADMIN),
                (60, Permission.ADMIN),
            ]
        ),
    ],
)
def test_members(member: dict[str, Any], permission: Permission):
    assert member_permission(member) is permission


@pytest.mark.parametrize("member", [{}, {"state": "active"}, {**ACTIVE, "access_level": True}, {**ACTIVE, "state": 1}])
def test_members_that_are_none(member: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        member_permission(member)


@pytest.mark.parametrize(
    ("project", "permission"),
    [
        ({"visibility": "public"}, Permission.READ),
        ({"visibility": "internal", "merge_requests_access_level": "enabled"}, Permission.READ),
        ({"visibility": "public", "merge_requests_access_level": "private"}, Permission.NONE),
        ({"visibility": "public", "merge_requests_access_level": "disabled"}, Permission.NONE),
        ({"visibility": "private"}, Permission.NONE),
        ({"visibility": "invented"}, Permission.NONE),
    ],
)
def test_strangers(project: dict[str, Any], permission: Permission):
    assert stranger_permission(project) is permission


def a_day(hub: FakeGitLab, pull: Pull) -> None:
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    hub.convert_to_draft(pull)
    hub.ready(pull)
    hub.label(pull, "bug")
    hub.push("team/shop", "next", {"n.py": "n = 1\n"}, onto="main")
    hub.retarget(pull, "next")
    note = hub.comment(pull, "ada", "/seed review")
    hub.edit_comment(note, "/seed help")
    hub.comment(pull, "ada", "words")
    line = hub.review_comment(pull, "ada", "a.py", 20, "/seed fix")
    hub.downvote(line, "ada")
    hub.revoke(line, line.awards[0])
    hub.resolve(line, "ada")
    hub.close_pull(pull)
    hub.reopen(pull)
    hub.merge(pull)


def test_what_the_fake_delivers_is_understood(hub: FakeGitLab, pull: Pull):
    """A day of a merge request, through GitLab's headers, signature and bodies."""
    with listener() as url:
        hub.hook("team/shop", url, "secret", signing=SIGNING)
        a_day(hub, pull)
        deliveries = hub.delivered()
    secrets = Secrets(signing=(SIGNING,))
    events = [parse(one.headers, one.body, secrets, int(one.headers["webhook-timestamp"])) for one in deliveries]
    told = [event for event in events if not isinstance(event, Ignored)]
    assert [event.action for event in told] == [
        *("synchronize", "described", "ready_for_review", "labeled", "retargeted"),  # a draft's title says so
        *("created", "edited", "created", "answered", "answered", "answered", "closed", "reopened", "closed"),
    ]
    assert {event.ref for event in told} == {REF}
    assert [event.comment.kind for event in told if isinstance(event, CommentEvent)] == ["note", "note", "line"]
    assert len({event.delivery for event in events}) == len(events)
    heads = [event.head for event in told if isinstance(event, PullRequestEvent) and event.head]
    assert set(heads) == {pull.head_sha}
