"""What a job is: a visit, or a command, on the forge that it came from."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import CommentKind, CommentRef, PullRequestRef
from reviewbot.queue import work
from reviewbot.queue.work import Desk, comment_in, do, give_up
from reviewbot.store.job import Job, JobKind, JobState
from reviewbot.visit.look import Wish
from reviewbot.visit.outcome import Outcome

REF = PullRequestRef("gitlab", "team/shop", 3)
NOTE = {"comment_kind": "note", "comment_id": "17"}


def job(**facts: Any) -> Job:
    given: dict[str, Any] = {
        "id": 1,
        "delivery": "d",
        "ref": REF,
        "head": "",
        "state": JobState.RUNNING,
        "attempts": 1,
        "created_at": 0.0,
        "next_try": 0.0,
    }
    return Job(**given | facts)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []

    def look(ref: Any, using: Any, still_wanted: Any, wish: Wish) -> Outcome:
        seen.append(("look", using, wish))
        return Outcome("looked")

    monkeypatch.setattr(work, "look_at", look)
    monkeypatch.setattr(work, "obey", lambda ref, at, using, _: seen.append(("obey", using, at)) or Outcome("obeyed"))
    monkeypatch.setattr(work, "report", lambda ref, at, outcome, using, full: seen.append(("report", using, at)))
    return seen


DESK: Any = Desk({"gitlab": "visits"}, {"gitlab": "commands"})  # type: ignore[dict-item]


def nothing(step: str) -> None:
    """Nobody came in between."""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [("look", "visits", Wish())]),
        (
            {"kind": JobKind.COMMAND, "payload": NOTE},
            [("obey", "commands", CommentRef(CommentKind.NOTE, "17"))],
        ),
        (
            {"payload": {**NOTE, "asked": True}},
            [
                ("look", "visits", Wish(asked=True)),
                ("report", "commands", CommentRef(CommentKind.NOTE, "17")),
            ],
        ),
        (
            {"payload": {**NOTE, "asked": True, "full": True}},
            [
                ("look", "visits", Wish(asked=True, full=True)),
                ("report", "commands", CommentRef(CommentKind.NOTE, "17")),
            ],
        ),
        ({"payload": {**NOTE, "asked": True, "quiet": True}}, [("look", "visits", Wish())]),
    ],
)
def test_what_is_done(done: list[Any], facts: dict[str, Any], expected: list[Any]) -> None:
    do(job(**facts), DESK, nothing)
    assert done == expected


def test_a_forge_that_is_not_set_up_here(done: list[Any]) -> None:
    with pytest.raises(ConfigError, match="No github is set up here"):
        do(job(ref=PullRequestRef("github", "o/r", 1)), DESK, nothing)
    assert done == []


@pytest.mark.parametrize("payload", [{}, {"comment_kind": "none", "comment_id": "1"}, {"comment_kind": "note"}])
def test_a_payload_that_is_none_of_ours(payload: dict[str, str | bool]) -> None:
    with pytest.raises(ConfigError, match="names no comment"):
        comment_in(payload)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, False),
        ({"kind": JobKind.COMMAND, "payload": NOTE}, True),
        ({"payload": {**NOTE, "asked": True}}, True),
        ({"payload": {**NOTE, "asked": True, "quiet": True}}, False),
        ({"kind": JobKind.COMMAND, "payload": NOTE, "ref": PullRequestRef("github", "o/r", 1)}, False),
    ],
)
def test_who_is_told_that_a_job_is_given_up(monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any], told: bool) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(work, "apologise", lambda ref, comment, using: seen.append((ref, comment, using)))
    give_up(job(**facts), DESK)
    assert seen == ([(REF, CommentRef(CommentKind.NOTE, "17"), "commands")] if told else [])
