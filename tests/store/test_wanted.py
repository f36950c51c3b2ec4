"""Which kinds of jobs an event asks for, and what each is told."""

from __future__ import annotations

import pytest

from reviewbot.domain.event import CommentKind, Event, HeadAction, PushedHead
from reviewbot.domain.gate import Pushed
from reviewbot.store.job import JobKind
from reviewbot.store.wanted import delivery_rows, kinds_of, pushes_of, wanted
from tests.store.events import comment_event, event, head_event

R, C, G = JobKind.REVIEW, JobKind.COMMAND, JobKind.GATE

BOTH = ("opened", "synchronize", "reopened", "ready_for_review", "retargeted", "closed", "answered")


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        *((event(action=action), (R, G)) for action in BOTH),
        (event(action="labeled"), (R,)),
        (event(action="reviewed"), (G,)),
        (event(action="described"), (G,)),
        (comment_event(kind=CommentKind.NOTE), (C,)),
        (comment_event(kind=CommentKind.LINE), (C,)),
        (comment_event(kind=CommentKind.REVIEW), (C, G)),
        *((head_event(action), (G,)) for action in HeadAction),
    ],
    ids=lambda given: None if isinstance(given, tuple) else f"{type(given).__name__}-{given.action}",
)
def test_kinds_of(given: Event, kinds: tuple[JobKind, ...]) -> None:
    assert kinds_of(given) == kinds


def test_each_kind_has_a_delivery_of_its_own_and_the_first_the_forges_name() -> None:
    names = [row["delivery"] for row in delivery_rows(event(delivery="d"), 1.0)]
    assert names == ["d", "gate:d"]
    assert [row["delivery"] for row in delivery_rows(event(delivery="d", action="reviewed"), 1.0)] == ["d"]
    first, second = delivery_rows(event(delivery="d", head="c" * 40), 1.0)
    assert first | {"delivery": "gate:d"} == second
    assert second["head"] == "c" * 40


@pytest.mark.parametrize(
    ("given", "kind", "payload", "asked"),
    [
        (event(), R, {}, False),
        (event(action="closed"), G, {"action": "closed"}, False),
        (comment_event(comment="9"), C, {"comment_kind": "note", "comment_id": "9", "action": "created"}, False),
        (comment_event(comment="9", kind=CommentKind.REVIEW), G, {"action": "created"}, False),
        (
            head_event(HeadAction.QUEUED, branch="gh-readonly-queue/main/pr-7"),
            G,
            {
                "action": "queued",
                "head": "c" * 40,
                "base": "b" * 40,
                "branch": "gh-readonly-queue/main/pr-7",
                "by": "ada",
            },
            True,
        ),
    ],
    ids=["review", "look", "command", "look at a review", "commit"],
)
def test_what_a_job_is_told(given: Event, kind: JobKind, payload: dict[str, str], asked: bool) -> None:
    assert wanted(given, kind) == {"kind": kind.value, "payload": payload, "asked": asked}
    assert all(type(value) is str for value in wanted(given, kind)["payload"].values())


def test_a_push_is_the_events_head_and_needs_one() -> None:
    told = PushedHead(5.0, "ada", "a" * 40)
    assert [push for _, push in pushes_of([event(head="b" * 40, push=told), event(), head_event()])] == [
        Pushed(5.0, "ada", "b" * 40, "a" * 40)
    ]
    assert pushes_of([event(head="", push=told), comment_event()]) == []
