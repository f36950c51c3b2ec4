"""From GitHub's delivery to what the gate's worker does: the parser, the deliveries' store, a claimed job, its task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import OpenPull
from reviewbot.forge.github_webhook import Ignored
from reviewbot.queue import work
from reviewbot.queue.work import do_gate
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.gates import Gates
from reviewbot.store.job import Job, JobKind
from reviewbot.store.jobs import Jobs
from reviewbot.store.migrate import migrate
from reviewbot.store.sign_offs import SignOffs
from reviewbot.visit.outcome import Outcome
from tests.forge import test_github_gate_events as told

HEAD, OTHER = told.HEAD, "d" * 40


class Keeper:
    """What `attend` needs of the real one: a forge with three open pull requests, and what is asked of the queue."""

    def __init__(self, database: Database) -> None:
        self.memory, self.gate = self, self
        self.gates, self.sign_offs = Gates(database), SignOffs(database)
        self.asked: list[int] = []

    def open_pulls(self, repository: str) -> tuple[OpenPull, ...]:
        pulls = ((5, HEAD, "main"), (6, OTHER, "release/4.2"), (7, HEAD, "release/4.2"))
        return tuple(OpenPull(number, head, base, 1.0) for number, head, base in pulls)

    def clock(self) -> float:
        return 9.0

    def ask(self, ref: PullRequestRef, name: str, payload: dict[str, Any], now: float) -> None:
        assert payload == {"afresh": True}
        self.asked.append(ref.number)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'r.sqlite'}")
    migrate(made)
    yield made
    made.close()


def gate_job(database: Database, event: str, payload: dict[str, Any]) -> Job:
    """The gate's job of a delivery, begun."""
    outcome = told.send(payload, event)
    assert not isinstance(outcome, Ignored)
    (made,) = Deliveries(database).store([outcome], now=1.0)
    (id_,) = [id_ for id_, kind in made if kind is JobKind.GATE]
    job = Jobs(database, max_attempts=3).claim(id_, "worker", 2.0, 60)
    assert job is not None
    return job


def nothing(step: str) -> None:
    """Nobody came in between."""


RECHECK = told.changed(told.PRESSED, requested_action__identifier="recheck")


@pytest.mark.parametrize(
    ("event", "payload", "woken", "signed_off"),
    [
        ("check_run", told.AGAIN, [5, 7], None),
        ("check_run", RECHECK, [5, 7], None),
        ("check_run", told.PRESSED, [5, 7], told.PRESSED["sender"]["login"]),
        ("check_suite", told.SUITE, [5, 7], None),
        ("push", told.pushed(told.SETTINGS), [6, 7], None),
        ("push", told.pushed(told.SETTINGS, ref="refs/heads/nobodys"), [], None),
    ],
)
def test_which_pull_requests_are_looked_at(
    database: Database, event: str, payload: dict[str, Any], woken: list[int], signed_off: str | None
) -> None:
    keeper: Any = Keeper(database)
    job = gate_job(database, event, payload)
    assert (job.ref.number, job.installation) == (0, payload.get("installation", {}).get("id"))
    do_gate(job, {"github": keeper}, nothing)
    assert keeper.asked == woken
    for number in (5, 7):
        ref = PullRequestRef("github", payload["repository"]["full_name"], number)
        said = keeper.sign_offs.of(ref)
        assert [(one.by, one.commit) for one in said] == ([] if signed_off is None else [(signed_off, HEAD)])


def test_a_merge_queue_is_answered(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    def answer(ref: PullRequestRef, said: dict[str, str], *_: object) -> Outcome:
        seen.append(said)
        return Outcome("said")

    monkeypatch.setattr("reviewbot.gate.heads.answer_queue", answer)
    keeper: Any = Keeper(database)
    do_gate(gate_job(database, "merge_group", told.GROUP), {"github": keeper}, nothing)
    group = told.GROUP["merge_group"]
    place = {"head": group["head_sha"], "base": group["base_sha"], "branch": told.QUEUE}
    assert seen == [place | {"by": "Codertocat"}]


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("pull_request", told.SYNC),
        ("pull_request", told.changed(told.EDITED, changes={"title": told.FROM})),
        ("pull_request_review", told.REVIEW),
        ("pull_request_review", told.DISMISSED),
        ("pull_request_review", told.changed(told.REVIEW, review__body=told.COMMAND)),
    ],
)
def test_a_pull_request_is_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch, event: str, payload: dict[str, Any]
) -> None:
    seen: list[PullRequestRef] = []

    def look(ref: PullRequestRef, *_: object, afresh: bool) -> Outcome:
        seen.append(ref)
        return Outcome("looked")

    monkeypatch.setattr(work, "look_at_gate", look)
    keeper: Any = Keeper(database)
    do_gate(gate_job(database, event, payload), {"github": keeper}, nothing)
    ref = PullRequestRef("github", payload["repository"]["full_name"], payload["pull_request"]["number"])
    assert seen == [ref]
