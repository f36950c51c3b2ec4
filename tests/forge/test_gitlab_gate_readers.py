"""Pushes, commits, holds, lists and merge checks: read from answers as GitLab's documentation shows them."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.domain.gate import Hold, Member, OpenPull
from reviewbot.forge.gate_people import People
from reviewbot.forge.gitlab_gate_commits import Hands, read_authors, read_hands
from reviewbot.forge.gitlab_gate_listings import read_members, read_open_pull
from reviewbot.forge.gitlab_gate_notes import read_holds
from reviewbot.forge.gitlab_gate_pushes import PushEvent, reaches_back, read_push_events
from reviewbot.forge.gitlab_gate_requirement import MergeChecks, judge, read_our_check, read_settings
from reviewbot.forge.gitlab_wire import GHOST

A, B, C = ("a" * 40, "b" * 40, "c" * 40)
ADA = {"id": 5, "name": "Ada", "username": "ada", "state": "active", "web_url": "https://x/ada"}
NOON, T = "2026-04-15T08:00:00.000Z", 1_776_240_000.0


def push(id_: int = 1, **data: Any) -> dict[str, Any]:
    """One of ``GET /projects/:id/events``, as https://docs.gitlab.com/api/events/ shows it."""
    shown = {
        "commit_count": 2,
        "action": "pushed",
        "ref_type": "branch",
        "commit_from": A,
        "commit_to": B,
        "ref": "feature",
        "commit_title": "Add",
        "ref_count": None,
    }
    named = {"id": id_, "action_name": "pushed to", "created_at": NOON, "author": ADA, "author_username": "ada"}
    return named | {"push_data": shown | data}


PUSH = PushEvent(1, T, ADA, B, A, False)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (push(), PUSH),
        (push(action="created", commit_from=None), PushEvent(1, T, ADA, B, "", True)),
        (push(action="removed", commit_to=None), None),
        (push(ref="features"), None),
        (push(ref_type="tag"), None),
        # of more than three branches at once, as the page on push_event_activities_limit shows it
        (push(ref=None, ref_count=4, commit_count=0, commit_from=None, commit_to=None, commit_title=None), None),
        ({"id": 2, "action_name": "joined", "created_at": NOON}, None),
        (push() | {"author": None}, PushEvent(1, T, None, B, A, False)),
    ],
)
def test_what_a_push_is(event: dict[str, Any], expected: PushEvent | None):
    assert read_push_events([event], "feature") == (() if expected is None else (expected,))


@pytest.mark.parametrize("wrong", [push(commit_to="main"), push() | {"created_at": 7}, push() | {"id": None}])
def test_a_push_that_is_none_is_an_error(wrong: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        read_push_events([wrong], "feature")


@pytest.mark.parametrize(
    ("events", "enough"),
    [
        ([], False),
        ([PUSH], False),
        ([PushEvent(1, T, ADA, B, "", True)], True),
        ([PushEvent(1, T + 1, ADA, B, "", True)], False),  # made anew after the merge request was opened
    ],
)
def test_how_far_back_pushes_are_read(events: list[PushEvent], enough: bool):
    assert reaches_back(events, T) is enough


def commit(id_: str, author: str, committer: str) -> dict[str, Any]:
    """One of ``GET …/commits``."""
    return {"id": id_, "short_id": id_[:8], "author_email": author, "committer_email": committer, "title": "x"}


def test_whose_commits_they_are():
    authors = read_authors(
        [
            {"sha": A, "author": {"username": "ada", "bot": False}},
            {"sha": B, "author": None},
            {"sha": C, "author": {"username": "eve", "bot": True}},
        ],
        "eve",
    )
    ada, eve = Person("ada"), Person("eve", bot=True, ours=True)
    assert authors == {A: ada, C: eve}
    commits = [
        commit(A, "Ada@x.org", "ada@x.org"),
        commit(B, "who@x.org", "ADA@x.org"),
        commit(C, "eve@x", "ada@x.org"),
    ]
    assert read_hands(commits, authors) == Hands(
        {A: ("ada",), B: ("ada",), C: ("eve", "ada")}, {ada: frozenset({"ada@x.org"}), eve: frozenset({"eve@x"})}
    )


def test_a_commit_of_nobody_known_has_no_login():
    assert read_hands([commit(A, "", ""), commit(B, "x@y", "z@y")], {}) == Hands()


def node(**given: Any) -> dict[str, Any]:
    """A discussion of the query ``GATE``."""
    notes = given.pop("notes", [note()])
    shown = {"id": f"gid://gitlab/Discussion/{A}", "resolvable": True, "resolved": False, "resolvedBy": None}
    return shown | {"notes": {"pageInfo": {"hasNextPage": False}, "nodes": notes}} | given


def note(by: str = "bot", *, system: bool = False, position: object = None) -> dict[str, Any]:
    author = {"username": by, "bot": by == "bot"}
    awards = {"pageInfo": {"hasNextPage": False}, "nodes": []}
    id_ = "gid://gitlab/DiscussionNote/7"
    return {"id": id_, "body": "wait", "system": system, "author": author, "position": position, "awardEmoji": awards}


PLACE = CommentRef(CommentKind.NOTE, "7")
ON_A_LINE = {"positionType": "text", "newPath": "a", "oldPath": "a", "newLine": 1, "diffRefs": {"headSha": A}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (node(), Hold(A, PLACE, "wait", False)),
        (node(notes=[note(), note("ada")]), Hold(A, PLACE, "wait", False)),
        (
            node(resolved=True, resolvedBy={"username": "ada", "bot": False}),
            Hold(A, PLACE, "wait", True, Person("ada")),
        ),
        (
            node(resolved=True, resolvedBy={"username": "Bot", "bot": True}),
            Hold(A, PLACE, "wait", True, Person("Bot", bot=True, ours=True)),
        ),
        (node(resolved=True), Hold(A, PLACE, "wait", True)),  # by somebody who is gone
        (node(resolvedBy={"username": "ada", "bot": False}), Hold(A, PLACE, "wait", False)),
        (node(resolvable=False), None),  # a note by itself
        (node(notes=[note("ada"), note()]), None),  # somebody else's thread
        (node(notes=[note(position=ON_A_LINE)]), None),
        (node(notes=[note(system=True)]), None),
        (node(notes=[]), None),
    ],
)
def test_what_a_hold_is(given: dict[str, Any], expected: Hold | None):
    assert read_holds([given], "bot") == (() if expected is None else (expected,))


def test_a_member_stands_once_with_all_that_is_known():
    people = People(GHOST)
    for person in (Person("ada"), Person("ghost"), Person("ci", bot=True)):
        people.add(person)
    people.add(Person("Ada"), ("a@x", ""), Permission.WRITE)
    people.add(Person("ada"), ("b@x",))
    ada = Member(Person("ada"), frozenset({"a@x", "b@x"}), Permission.WRITE)
    assert people.members == (ada, Member(Person("ci", bot=True)))


@pytest.mark.parametrize(("sha", "head"), [(A, A), (None, "")])
def test_an_open_merge_request_in_a_list(sha: str | None, head: str):
    entry = {"iid": 7, "sha": sha, "target_branch": "main", "updated_at": NOON, "title": "x"}
    assert read_open_pull(entry) == OpenPull(7, head, "main", T)


MEMBERS = [
    {"username": "dev", "access_level": 30, "state": "active"},
    {"username": "maintainer", "access_level": 40, "state": "active"},
    {"username": "left", "access_level": 40, "state": "blocked"},
    {"username": "waits", "access_level": 40, "state": "awaiting"},
]


@pytest.mark.parametrize(
    ("role", "names"), [(None, {"dev", "maintainer"}), (30, {"dev"}), (40, {"maintainer"}), (50, set())]
)
def test_members_and_roles_which_do_not_hold_those_above(role: int | None, names: set[str]):
    assert read_members(MEMBERS, role) == names


THREADS, PIPELINES = "only_allow_merge_if_all_discussions_are_resolved", "only_allow_merge_if_pipeline_succeeds"
PASSED, SKIPPED = "only_allow_merge_if_all_status_checks_passed", "allow_merge_on_skipped_pipeline"


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ({THREADS: True, PIPELINES: False, SKIPPED: None}, MergeChecks(True, False)),
        ({THREADS: None, PIPELINES: None}, MergeChecks(False, False)),
        (
            {THREADS: False, PIPELINES: True, SKIPPED: True, PASSED: True},
            MergeChecks(False, True, checks=True, skipped=True),
        ),
        ({PIPELINES: True}, None),
        ({"id": 7, "name": "what a stranger sees"}, None),
    ],
)
def test_the_merge_checks_of_a_project(project: dict[str, Any], expected: MergeChecks | None):
    assert read_settings(project) == expected


@pytest.mark.parametrize("wrong", [{THREADS: "yes", PIPELINES: True}, {THREADS: True, PIPELINES: 1}])
def test_merge_checks_that_are_none_are_an_error(wrong: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        read_settings(wrong)


@pytest.mark.parametrize(
    ("settings", "in_force", "words"),
    [
        (MergeChecks(False, False), False, ['switch on "All threads must be resolved" in Settings > Merge requests']),
        (MergeChecks(True, False), True, ["open thread blocks"]),
        (MergeChecks(False, True), True, ["newest pipeline", "switch on", "whoever starts a newer pipeline"]),
        (MergeChecks(False, True, skipped=True), True, ["weakens", "switch on"]),
        (MergeChecks(True, True), True, ["open thread blocks", "newest pipeline"]),
        (MergeChecks(False, False, checks=True, ours=True), True, ["Status checks must succeed"]),
        (MergeChecks(False, False, checks=True, ours=False), False, ["Nothing makes a merge wait"]),
        (MergeChecks(False, False, checks=True, ours=None), None, ["only a Maintainer may see", "switch on"]),
        (MergeChecks(True, False, checks=True, ours=None), True, ["open thread blocks"]),
        (MergeChecks(False, False, checks=False, ours=True), False, ["Nothing makes a merge wait"]),
    ],
)
def test_whether_a_merge_waits_for_the_gate(settings: MergeChecks, in_force: bool | None, words: list[str]):
    found = judge(settings)
    assert (found.in_force, found.pinned, found.expects) == (in_force, None, False)
    assert all(word in found.how for word in words)
    assert found.how.endswith(".") and found.how.count(". ") == 0


def test_threads_alone_are_enough_and_nothing_more_is_advised():
    assert "switch on" not in judge(MergeChecks(True, True)).how


@pytest.mark.parametrize(
    ("name", "branches", "ours"),
    [
        ("reviewbot/gate", [], True),
        ("reviewbot/gate", ["main"], True),
        ("reviewbot/gate", ["ma*"], True),
        ("reviewbot/gate", ["dev"], False),
        ("Reviewbot/gate", [], False),
        ("other", ["main"], False),
    ],
)
def test_a_status_check_of_ours(name: str, branches: list[str], ours: bool):
    check = {"id": 1, "name": name, "protected_branches": [{"id": 1, "name": one} for one in branches]}
    assert read_our_check([{"id": 2, "name": "QA", "protected_branches": []}, check], "main") is ours
