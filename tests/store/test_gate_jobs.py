"""Jobs of the gate in the database: the newest one looks, none is ended in the middle, and none is lost."""

from __future__ import annotations

import pytest

from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import CommentKind, HeadAction, PullRequestRef, PushedHead
from reviewbot.domain.gate import Pushed
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import Job, JobKind, JobState
from reviewbot.store.jobs import Jobs
from reviewbot.store.pushes import Pushes
from tests.store.events import comment_event, event, head_event

REF, REPOSITORY = PullRequestRef("github", "o/r", 7), PullRequestRef("github", "o/r", 0)


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database, max_attempts=3)


@pytest.fixture
def inbox(database: Database) -> Deliveries:
    return Deliveries(database)


def look(inbox: Deliveries, delivery: str = "", **payload: str | bool) -> int:
    """A look that the gate asks for by itself."""
    name = delivery or f"look-{look_count(inbox)}"
    job_id = inbox.ask(REF, name, payload, now=1.0, kind=JobKind.GATE, asked=False)
    assert job_id is not None
    return job_id


def look_count(inbox: Deliveries) -> int:
    with inbox._database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM deliveries").scalar_one())


def deliver(inbox: Deliveries, action: str = "reviewed") -> int:
    """The gate's job of a delivery."""
    ((*_, (job_id, kind)),) = inbox.store([event(7, action=action)], now=1.0)
    assert kind is JobKind.GATE
    return job_id


def claim(jobs: Jobs, job_id: int, now: float = 2.0) -> Job | None:
    return jobs.claim(job_id, f"worker-{job_id}", now, 60)


def job(jobs: Jobs, job_id: int) -> Job:
    found = jobs.get(job_id)
    assert found is not None
    return found


def states(jobs: Jobs, *ids: int) -> list[str]:
    return [job(jobs, id_).state.value for id_ in ids]


def test_an_event_makes_a_job_of_each_kind_with_the_same_facts(jobs: Jobs, inbox: Deliveries) -> None:
    (((review, of_review), (gate, of_gate)),) = inbox.store([event(7, delivery="d", head="c" * 40)], now=5.0)
    assert (of_review, of_gate) == (JobKind.REVIEW, JobKind.GATE)
    assert (job(jobs, gate).kind, job(jobs, gate).delivery, job(jobs, gate).ref) == (JobKind.GATE, "gate:d", REF)
    assert (job(jobs, gate).head, job(jobs, gate).payload) == ("c" * 40, {"action": "synchronize"})
    assert (job(jobs, review).kind, job(jobs, review).delivery) == (JobKind.REVIEW, "d")


def test_a_redelivery_revives_whatever_of_its_jobs_is_dead(jobs: Jobs, inbox: Deliveries) -> None:
    (made,) = inbox.store([event(7, delivery="d")], now=1.0)
    assert inbox.store([event(7, delivery="d")], now=2.0) == [()]
    (review, _), (gate, _) = made
    kill(jobs, gate)
    assert inbox.store([event(7, delivery="d")], now=4.0) == [((gate, JobKind.GATE),)]
    kill(jobs, gate)
    kill(jobs, review)
    assert inbox.store([event(7, delivery="d")], now=4.0) == [made]
    assert states(jobs, review, gate) == ["queued", "queued"]


def kill(jobs: Jobs, job_id: int) -> None:
    assert claim(jobs, job_id, now=5.0)
    assert jobs.finish(job_id, f"worker-{job_id}", JobState.DEAD, "The token may not do this.", 6.0)


def test_a_delivery_stored_by_an_older_version_gets_its_look_when_it_comes_again(
    jobs: Jobs, inbox: Deliveries, database: Database
) -> None:
    inbox.store([event(7, delivery="d")], now=1.0)
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM jobs WHERE kind = 'gate'")
        connection.exec_driver_sql("DELETE FROM deliveries WHERE delivery = 'gate:d'")
    (((gate, kind),),) = inbox.store([event(7, delivery="d")], now=2.0)
    assert kind is JobKind.GATE
    assert claim(jobs, gate)


def test_a_newer_look_supersedes_the_queued_ones_of_its_pull_request_and_kind(jobs: Jobs, inbox: Deliveries) -> None:
    ((_, (old, _)),) = inbox.store([event(7)], now=1.0)
    ((_, (elsewhere, _)),) = inbox.store([event(8)], now=1.0)
    ((command, _), (of_review, _)), ((label, _),) = inbox.store(
        [comment_event(7, kind=CommentKind.REVIEW), event(7, action="labeled")], now=1.0
    )
    new = look(inbox)
    assert states(jobs, old, of_review, new) == ["superseded", "superseded", "queued"]
    assert states(jobs, elsewhere, command, label) == ["queued"] * 3


def test_a_review_supersedes_no_look(jobs: Jobs, inbox: Deliveries) -> None:
    gate = look(inbox)
    inbox.store([event(7, action="labeled")], now=1.0)
    assert states(jobs, gate) == ["queued"]


def test_of_looks_that_come_in_together_the_last_stays(jobs: Jobs, inbox: Deliveries) -> None:
    stored = inbox.store([event(7), event(7), event(7, action="described")], now=1.0)
    assert states(jobs, *(made[-1][0] for made in stored)) == ["superseded", "superseded", "queued"]


def test_a_running_look_is_never_overtaken_and_the_newest_is_next(jobs: Jobs, inbox: Deliveries) -> None:
    """Fails when `can_be_overtaken` is true for the gate."""
    running = claim(jobs, look(inbox))
    assert running is not None
    skipped, newest = deliver(inbox), deliver(inbox, "described")
    assert not jobs.newer_than(running)
    assert claim(jobs, newest) is None, "the pull request is being looked at"
    assert jobs.finish(running.id, running.owner or "", JobState.DONE, "Waiting.", 3.0)
    assert jobs.next_of(REF, JobKind.GATE, now=3.0) == newest
    assert states(jobs, running.id, skipped, newest) == ["done", "superseded", "queued"]
    assert claim(jobs, newest)


def test_a_look_that_is_put_back_is_left_to_a_newer_one(jobs: Jobs, inbox: Deliveries) -> None:
    old = look(inbox)
    assert claim(jobs, old)
    new = deliver(inbox)
    jobs.try_again(old, f"worker-{old}", "GitHub answered 502.", at=10.0, now=3.0)
    assert claim(jobs, old, now=11.0) is None
    assert states(jobs, old, new) == ["superseded", "queued"]


def test_looks_stand_in_no_line(jobs: Jobs, inbox: Deliveries) -> None:
    """Fails when `first_in_line` asks it of the gate: what waits for its forge would keep the others waiting."""
    first, second = (
        inbox.ask(REF, f"ask-{n}", {}, now=1.0, kind=JobKind.GATE) for n in range(2)
    )  # asked for, so that neither is superseded
    assert first is not None and second is not None
    assert states(jobs, first, second) == ["queued", "queued"]
    assert claim(jobs, second)


def test_a_look_runs_beside_the_review_and_the_command_of_its_pull_request(jobs: Jobs, inbox: Deliveries) -> None:
    (((review, _), (gate, _)), ((command, _),)) = inbox.store([event(7), comment_event(7)], now=1.0)
    assert all(claim(jobs, one) for one in (review, gate, command))


@pytest.mark.parametrize("newer", ["delivery", "look", "asked"])
def test_what_was_to_be_looked_at_afresh_is(jobs: Jobs, inbox: Deliveries, newer: str) -> None:
    """Fails when `_hand_over` is taken out: a look may find nothing new where rights had changed."""
    old = look(inbox, afresh=True)
    new = {
        "delivery": lambda: deliver(inbox),
        "look": lambda: look(inbox, afresh=False),
        "asked": lambda: inbox.ask(REF, "ask", {}, now=1.0, kind=JobKind.GATE) or 0,
    }[newer]()
    assert states(jobs, old, new) == ["superseded", "queued"]
    assert job(jobs, new).payload["afresh"] is True
    last = deliver(inbox, "described")
    if newer != "asked":
        assert job(jobs, last).payload == {"action": "described", "afresh": True}


def test_a_look_afresh_that_is_put_back_is_not_left_to_one_that_is_not(jobs: Jobs, inbox: Deliveries) -> None:
    old = look(inbox, afresh=True)
    assert claim(jobs, old)
    new = deliver(inbox)
    jobs.try_again(old, f"worker-{old}", "GitHub answered 502.", at=10.0, now=3.0)
    assert claim(jobs, old, now=11.0)
    assert states(jobs, new) == ["queued"]


def test_what_is_said_of_commits_is_never_superseded(jobs: Jobs, inbox: Deliveries) -> None:
    """Each says something else, under the one number 0. Fails when `asked` is not set, or not looked at."""
    actions = (HeadAction.QUEUED, HeadAction.REVIEWED, HeadAction.RULED, HeadAction.RULED)
    stored = inbox.store([head_event(action) for action in actions], now=1.0)
    ids = [made[0][0] for made in stored]
    assert states(jobs, *ids) == ["queued"] * 4
    running = claim(jobs, ids[0])
    assert running is not None and not jobs.newer_than(running)
    jobs.try_again(ids[0], f"worker-{ids[0]}", "Later.", at=10.0, now=3.0)
    assert claim(jobs, ids[0], now=11.0), "put back, and begun again although newer ones wait"
    assert job(jobs, ids[0]).ref == REPOSITORY


def test_a_branch_may_hold_anything(jobs: Jobs, inbox: Deliveries) -> None:
    branch = "a \0 \ud800 \\u0000 \\ 中 '\""
    (((job_id, _),),) = inbox.store([head_event(branch=branch)], now=1.0)
    look(inbox, afresh=True)
    assert job(jobs, job_id).payload["branch"] == branch


def test_asking_twice_with_one_name_makes_one_look(inbox: Deliveries, jobs: Jobs) -> None:
    job_id = look(inbox, "patrol-7-1.0", action="patrol")
    assert inbox.ask(REF, "patrol-7-1.0", {}, now=2.0, kind=JobKind.GATE, asked=False) is None
    assert (job(jobs, job_id).payload, job(jobs, job_id).asked) == ({"action": "patrol"}, False)


def test_a_push_is_written_down_with_its_delivery_and_once(inbox: Deliveries, database: Database) -> None:
    told = event(7, delivery="d", head="b" * 40, push=PushedHead(5.0, "ada \0 \ud800", "a" * 40))
    for _ in range(2):
        inbox.store([told, told], now=6.0)
    assert Pushes(database).of(REF) == (Pushed(5.0, "ada \0 \ud800", "b" * 40, "a" * 40),)


def test_a_push_is_not_written_down_without_its_delivery(
    inbox: Deliveries, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction. Fails when it is written in another."""

    def fail(*_: object) -> None:
        raise StoreError("gone")

    monkeypatch.setattr("reviewbot.store.deliveries.supersede", fail)
    with pytest.raises(StoreError):
        inbox.store([event(7, push=PushedHead(5.0, "ada"))], now=6.0)
    assert Pushes(database).of(REF) == ()
    assert look_count(inbox) == 0
