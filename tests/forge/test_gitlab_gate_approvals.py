"""Which head an approval is of, who wants changes, when the target changed: from answers as GitLab documents them."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.gate import Spoken, Word
from reviewbot.forge.gitlab_gate_approvals import (
    LOOKED_SECONDS,
    NOTED_SECONDS,
    SystemNote,
    Version,
    head_at,
    read_approvals,
    read_versions,
)
from reviewbot.forge.gitlab_gate_notes import read_requests, read_retargets, read_system_notes

A, B, C = ("a" * 40, "b" * 40, "c" * 40)
ADA = {"id": 5, "name": "Ada", "username": "ada", "state": "active", "locked": False, "web_url": "https://x/ada"}
EVE = ADA | {"id": 6, "name": "Eve", "username": "eve"}
T = 1_776_240_000.0  # 2026-04-15T08:00:00Z
NOON = "2026-04-15T08:00:00.000Z"


def entry(id_: int, head: str | None, created: str) -> dict[str, Any]:
    """One of ``GET …/versions``, as https://docs.gitlab.com/api/merge_requests/ shows it."""
    return {
        "id": id_,
        "head_commit_sha": head,
        "base_commit_sha": C,
        "start_commit_sha": C,
        "created_at": created,
        "merge_request_id": 105,
        "state": "collected",
        "real_size": "1",
        "patch_id_sha": "d" * 40,
    }


@pytest.mark.parametrize(
    ("versions", "at", "head"),
    [
        ([], 100, ""),
        ([Version(0, A)], 100, A),
        ([Version(90, A)], 100, A),  # just long enough
        ([Version(90.001, A)], 100, ""),  # just not
        ([Version(100, A)], 100, ""),  # at the same second
        ([Version(105, A)], 100, ""),  # a clock that goes ahead
        ([Version(0, A), Version(100, B)], 100, A),
        ([Version(0, A), Version(91, B)], 100, A),
        ([Version(0, A), Version(90, B)], 100, B),
        ([Version(0, A), Version(50, B), Version(50, C)], 100, C),  # the later one of two at once
        ([Version(0, A), Version(40, B), Version(80, A)], 100, A),  # forced back
        ([Version(0, A), Version(40, B), Version(95, A)], 100, B),
        ([Version(0, A), Version(50, "")], 100, ""),  # a version without commits
    ],
)
def test_the_head_that_had_been_there_long_enough(versions: list[Version], at: float, head: str):
    assert LOOKED_SECONDS == 10
    assert head_at(versions, at) == head


def test_versions_are_put_in_order_of_time_and_then_of_their_ids():
    entries = [entry(9, C, NOON), entry(8, B, NOON), entry(10, A, "2026-04-15T09:59:59.500+02:00")]
    assert read_versions(entries) == (Version(T - 0.5, A), Version(T, B), Version(T, C))
    assert read_versions([entry(1, None, NOON)]) == (Version(T, ""),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"created_at": None},
        {"created_at": "yesterday"},
        {"created_at": "2026-04-15T08:00:00"},  # of no time zone
        {"head_commit_sha": "main"},
        {"head_commit_sha": A + "\n"},
        {"id": "1"},
    ],
)
def test_a_version_that_is_none_is_an_error(wrong: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        read_versions([entry(1, A, NOON) | wrong])


def approved(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"id": 5, "iid": 5, "approved": True, "approved_by": list(entries)}


VERSIONS = (Version(T - 1000, A), Version(T - 30, B), Version(T - 5, C))
NOTE = SystemNote(T, "ada", "approved this merge request")


@pytest.mark.parametrize(
    ("entries", "notes", "expected"),
    [
        ([], [NOTE], []),  # taken back, or lost: no note brings it back
        ([{"user": ADA, "approved_at": NOON}], [], [(T, "ada", B)]),
        ([{"user": ADA, "approved_at": NOON}], [SystemNote(T + 900, "ada", NOTE.body)], [(T, "ada", B)]),
        ([{"user": ADA}], [NOTE], [(T, "ada", A)]),  # the note is late, by as much as a minute
        ([{"user": ADA}], [SystemNote(T - 500, "ada", NOTE.body), NOTE], [(T, "ada", A)]),
        ([{"user": ADA}], [NOTE, SystemNote(T - 500, "ada", NOTE.body)], [(T, "ada", A)]),
        ([{"user": ADA}], [SystemNote(T, "ADA", NOTE.body)], [(T, "ada", A)]),
        ([{"user": ADA}], [SystemNote(T, "eve", NOTE.body)], [(0.0, "ada", "")]),
        ([{"user": ADA}], [SystemNote(T, "ada", "unapproved this merge request")], [(0.0, "ada", "")]),
        ([{"user": ADA}], [SystemNote(T, "ada", "changed title to approved this merge request")], [(0.0, "ada", "")]),
        ([{"user": ADA}], [], [(0.0, "ada", "")]),
        ([{"user": None}, {"user": EVE, "approved_at": NOON}], [], [(T, "eve", B)]),  # the account is gone
    ],
)
def test_who_approves_and_what(entries: list[Any], notes: list[SystemNote], expected: list[tuple[float, str, str]]):
    spoken, users = read_approvals(approved(*entries), VERSIONS, notes)
    assert spoken == tuple(Spoken(at, by, Word.APPROVED, commit) for at, by, commit in expected)
    assert [user["username"] for user in users] == [by for _, by, _ in expected]


def test_a_note_needs_more_time_than_an_approval_that_says_when():
    assert head_at(VERSIONS, T, NOTED_SECONDS) == A != head_at(VERSIONS, T)


@pytest.mark.parametrize("data", [{}, {"approved_by": None}, approved({"user": {}}), approved({"user": "ada"})])
def test_approvals_that_are_none_are_an_error(data: dict[str, Any]):
    with pytest.raises(ForgeUnavailable):
        read_approvals(data, (), ())


def discussion(*notes: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"gid://gitlab/Discussion/{A}", "notes": {"pageInfo": {"hasNextPage": False}, "nodes": list(notes)}}


def note(body: str, *, system: bool = True, at: str = NOON, by: str | None = "ada") -> dict[str, Any]:
    author = None if by is None else {"username": by, "bot": False}
    return {"id": "gid://gitlab/Note/1", "body": body, "system": system, "author": author, "createdAt": at}


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ("changed target branch from `main` to `dev`", True),
        ("changed target branch from `a`b` to `c`", True),
        ("deleted the `feature/x` branch. This merge request now targets the `main` branch", True),
        ("changed source branch from `main` to `dev`", False),
        ("changed title from **x** to **changed target branch from `a` to `b`**", False),
        ("deleted source branch `x`", False),
        ("added 1 commit\n\n<ul><li>abc - changed target branch from `a` to `b`</li></ul>", False),
    ],
)
def test_another_target_branch(body: str, counts: bool):
    notes = [one for one, _ in read_system_notes([discussion(note(body))], "bot")]
    assert read_retargets(notes) == ((Spoken(T, "ada", Word.RETARGETED),) if counts else ())


@pytest.mark.parametrize(
    "body", ["approved this merge request", "requested changes", "changed target branch from `main` to `dev`"]
)
def test_a_comment_is_no_system_note_whatever_it_says(body: str):
    assert read_system_notes([discussion(note(body, system=False))], "bot") == ()


def test_system_notes_stand_in_order_and_a_deleted_account_is_the_ghost():
    later, first = note("two", at="2026-04-15T08:00:01Z", by=None), note("one")
    found = read_system_notes([discussion(later), discussion(note("said", system=False)), discussion(first)], "bot")
    assert [(one.at, one.by, one.body) for one, _ in found] == [(T, "ada", "one"), (T + 1, "ghost", "two")]


def test_more_than_a_hundred_notes_are_all_read():
    nodes = [discussion(note(f"changed target branch from `{n}` to `{n + 1}`")) for n in range(250)]
    assert len(read_retargets([one for one, _ in read_system_notes(nodes, "bot")])) == 250


def reviewer(user: Any, state: str) -> dict[str, Any]:
    return {"user": user, "state": state, "created_at": NOON}


@pytest.mark.parametrize(
    ("reviewers", "notes", "expected"),
    [
        ([], [SystemNote(T, "ada", "requested changes")], []),  # they are content now
        ([reviewer(ADA, "requested_changes")], [SystemNote(T, "ada", "requested changes")], [(T, "ada")]),
        ([reviewer(ADA, "requested_changes")], [SystemNote(T, "eve", "requested changes")], [(T + 99, "ada")]),
        (
            [reviewer(ADA, "requested_changes")],
            [SystemNote(T, "Ada", "requested changes"), SystemNote(T + 5, "ada", "requested changes")],
            [(T + 5, "ada")],
        ),
        ([reviewer(ADA, "approved"), reviewer(EVE, "unreviewed"), reviewer(EVE, "reviewed")], [], []),
        ([reviewer(None, "requested_changes")], [], []),
    ],
)
def test_who_wants_changes(reviewers: list[Any], notes: list[SystemNote], expected: list[tuple[float, str]]):
    spoken, users = read_requests(reviewers, notes, T + 99)
    assert spoken == tuple(Spoken(at, by, Word.CHANGES_REQUESTED) for at, by in expected)
    assert [user["username"] for user in users] == [by for _, by in expected]
