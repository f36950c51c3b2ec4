"""The inbox stores each delivery once, together with its job."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewbot.domain.errors import StoreError
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind, JobState
from reviewbot.store.jobs import Jobs
from tests.store.events import event, firsts


def test_a_delivery_makes_one_queued_job(database: Database) -> None:
    (job_id,) = firsts(Deliveries(database).store([event(number=3, delivery="d", head="b" * 40)], now=5.0))
    job = Jobs(database, 5).get(job_id or 0)
    assert job is not None
    assert (job.delivery, job.ref.number, job.head, job.state, job.attempts) == ("d", 3, "b" * 40, JobState.QUEUED, 0)


def test_the_same_delivery_again_makes_none(database: Database) -> None:
    deliveries = Deliveries(database)
    first = firsts(deliveries.store([event(delivery="d")], now=1.0))
    assert first[0] is not None
    assert deliveries.store([event(delivery="d"), event(number=8, delivery="e")], now=2.0)[0] == ()
    assert Jobs(database, 5).counts(JobKind.REVIEW)["queued"] == 2


def test_a_dead_job_is_begun_anew_when_its_delivery_comes_again(database: Database) -> None:
    deliveries, jobs = Deliveries(database), Jobs(database, 5)
    (job_id,) = firsts(deliveries.store([event(delivery="d")], now=1.0))
    assert job_id is not None and jobs.claim(job_id, "w", 2.0, 60) is not None
    jobs.finish(job_id, "w", JobState.DEAD, "The token may not do this.", 3.0)
    assert firsts(deliveries.store([event(delivery="d"), event(delivery="d")], now=9.0)) == [job_id, None]
    job = jobs.get(job_id)
    assert job is not None and (job.state, job.attempts, job.created_at) == (JobState.QUEUED, 0, 9.0)
    assert jobs.claim(job_id, "w", 10.0, 60) is not None


@pytest.mark.parametrize("state", [JobState.DONE, JobState.SUPERSEDED])
def test_a_job_that_ended_well_is_not_begun_anew(database: Database, state: JobState) -> None:
    deliveries, jobs = Deliveries(database), Jobs(database, 5)
    (job_id,) = firsts(deliveries.store([event(delivery="d")], now=1.0))
    assert job_id is not None and jobs.claim(job_id, "w", 2.0, 60) is not None
    jobs.finish(job_id, "w", state, "It ended.", 3.0)
    assert deliveries.store([event(delivery="d")], now=9.0) == [()]


def test_the_same_delivery_within_one_batch_makes_one(database: Database) -> None:
    ids = firsts(Deliveries(database).store([event(delivery="d")] * 3, now=1.0))
    assert [i is not None for i in ids] == [True, False, False]


def test_the_same_delivery_50_times_at_once_makes_one(database: Database) -> None:
    """Fails when `on_conflict_do_nothing` is taken out (a conflict then fails the delivery)."""
    deliveries, start = Deliveries(database), threading.Barrier(10)

    def store(_: int) -> list[int | None]:
        start.wait(10)
        return firsts(deliveries.store([event(delivery="d")] * 5, now=1.0))

    with ThreadPoolExecutor(10) as pool:
        ids = [i for batch in pool.map(store, range(10)) for i in batch]
    assert len(ids) == 50
    assert len([i for i in ids if i is not None]) == 1
    assert Jobs(database, 5).counts() == {"queued": 2, "running": 0, "done": 0, "superseded": 0, "dead": 0}


def test_a_newer_delivery_supersedes_the_queued_job_of_the_same_pull_request_alone(database: Database) -> None:
    deliveries, jobs = Deliveries(database), Jobs(database, 5)
    events = [event(7), event(8), event(7, repository="o/other")]
    old, other, elsewhere = firsts(deliveries.store(events, now=1.0))
    (new,) = firsts(deliveries.store([event(7, head="c" * 40)], now=2.0))
    states = {i: job.state for i in (old, other, elsewhere, new) if i and (job := jobs.get(i))}
    assert states == {
        old: JobState.SUPERSEDED,
        other: JobState.QUEUED,
        elsewhere: JobState.QUEUED,
        new: JobState.QUEUED,
    }


def test_two_heads_in_one_batch_leave_the_last(database: Database) -> None:
    first, last = firsts(Deliveries(database).store([event(7), event(7)], now=1.0))
    jobs = Jobs(database, 5)
    assert [job.state for i in (first, last) if (job := jobs.get(i or 0))] == [JobState.SUPERSEDED, JobState.QUEUED]


def test_a_batch_is_stored_whole_or_not_at_all(database: Database) -> None:
    """PostgreSQL takes no NUL in a text, SQLite does: whichever, nothing of a refused batch may stay."""
    jobs = Jobs(database, 5)
    try:
        Deliveries(database).store([event(1), event(2, head="\0")], now=1.0)
        stored = 2
    except StoreError:
        stored = 0
    assert jobs.counts(JobKind.REVIEW)["queued"] == stored


def test_no_deliveries_are_no_transaction(database: Database) -> None:
    assert Deliveries(database).store([], now=1.0) == []


@pytest.mark.parametrize("count", [1, 500])
def test_ids_answer_their_own_events(database: Database, count: int) -> None:
    events = [event(number=n + 1) for n in range(count)]
    ids = firsts(Deliveries(database).store(events, now=1.0))
    jobs = Jobs(database, 5)
    sample = range(0, count, 97)
    assert [jobs.get(ids[i] or 0).ref.number for i in sample] == [i + 1 for i in sample]  # type: ignore[union-attr]
