"""A job from claim to end, with the real store and scripted work."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from reviewbot.domain.errors import BrokerError, ForgeDenied, ForgeUnavailable, StoreError
from reviewbot.queue.lease import Lease, LeaseLost
from reviewbot.queue.retries import RetryPolicy
from reviewbot.queue.runner import Runner
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import Job, JobKind, JobState
from reviewbot.store.jobs import Jobs
from reviewbot.store.migrate import migrate
from reviewbot.visit.outcome import HeadMoved, Outcome
from tests.store.events import event, firsts


class Bench:
    """A runner over SQLite; ``work`` is what the test says."""

    def __init__(self, database: Database) -> None:
        self.jobs = Jobs(database, 3)
        self.deliveries = Deliveries(database)
        self.sent: list[int] = []
        self.work: Callable[[Job, Callable[[str], None]], Outcome] = lambda job, still: Outcome("Fine.")
        policy = RetryPolicy(max_attempts=3, first_wait=100, longest_wait=100)
        self.last_word: Callable[[Job, str], None] = lambda job, reason: None
        self.runner = Runner(self.jobs, self.do, self.send, policy, lease_seconds=60, last_word=self.say_last)

    def do(self, job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        return self.work(job, still_wanted)

    def say_last(self, job: Job, reason: str) -> None:
        self.last_word(job, reason)

    def send(self, ids: Sequence[int], kind: JobKind) -> None:
        self.sent += ids

    def deliver(self, number: int = 7) -> int:
        (job_id,) = firsts(self.deliveries.store([event(number)], time.time() - 1))
        assert job_id is not None
        return job_id

    def job(self, job_id: int) -> Job:
        job = self.jobs.get(job_id)
        assert job is not None
        return job


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    database = Database(f"sqlite:///{tmp_path / 'r.sqlite'}", busy_seconds=0.1)
    migrate(database)
    yield Bench(database)
    database.close()


def test_a_job_is_done_once(bench: Bench) -> None:
    job_id = bench.deliver()
    bench.work = lambda job, still: Outcome("Posted 1 suggestions.", url="https://x/1")
    bench.runner.run(job_id)
    assert (bench.job(job_id).state, bench.job(job_id).url) == (JobState.DONE, "https://x/1")
    bench.work = lambda job, still: pytest.fail("done twice")
    bench.runner.run(job_id)
    bench.runner.run(10**9)


@pytest.mark.parametrize(
    ("error", "state"),
    [(ForgeUnavailable("Down."), JobState.QUEUED), (ForgeDenied("Wrong token."), JobState.DEAD)],
    ids=["may pass", "final"],
)
def test_a_failure_is_recorded_with_its_sentence(bench: Bench, error: Exception, state: JobState) -> None:
    job_id = bench.deliver()

    def fail(job: Job, still: Callable[[str], None]) -> Outcome:
        raise error

    bench.work = fail
    bench.runner.run(job_id)
    job = bench.job(job_id)
    assert (job.state, job.outcome) == (state, str(error))
    assert (job.next_try > time.time() + 40) == (state is JobState.QUEUED)


@pytest.mark.parametrize(
    ("error", "told"), [(ForgeUnavailable("Down."), 0), (ForgeDenied("Wrong token."), 1)], ids=["may pass", "final"]
)
@pytest.mark.parametrize("mute", [False, True])
def test_the_last_word_is_said_when_a_job_is_given_up(bench: Bench, error: Exception, told: int, mute: bool) -> None:
    """And where it cannot be said, the job is given up all the same."""
    job_id, heard = bench.deliver(), []

    def fail(job: Job, still: Callable[[str], None]) -> Outcome:
        raise error

    def say(job: Job, reason: str) -> None:
        heard.append((job.id, reason))
        if mute:
            raise ForgeUnavailable("Down.")

    bench.work, bench.last_word = fail, say
    bench.runner.run(job_id)
    assert heard == [(job_id, "Wrong token.")] * told
    assert bench.job(job_id).state is (JobState.DEAD if told else JobState.QUEUED)


def test_a_newer_delivery_ends_the_work_before_its_next_step(bench: Bench) -> None:
    old = bench.deliver()
    steps: list[str] = []

    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        still_wanted("fetching")
        steps.append("fetching")
        bench.deliver()
        still_wanted("publishing")
        steps.append("publishing")
        return Outcome("Posted.")

    bench.work = work
    bench.runner.run(old)
    assert steps == ["fetching"]
    assert bench.job(old).state is JobState.SUPERSEDED


def test_the_job_that_waited_for_the_lock_is_sent_at_once(bench: Bench) -> None:
    """Fails when `_wake_next` is taken out: it would wait for the sweeper."""
    first = bench.deliver()
    later: list[int] = []

    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        later.append(bench.deliver())
        bench.runner.run(later[0])
        return Outcome("Fine.")

    bench.work = work
    bench.runner.run(first)
    assert bench.job(later[0]).state is JobState.QUEUED
    assert bench.sent == later


def test_a_broker_that_is_down_does_not_undo_a_finished_job(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    first = bench.deliver()

    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        bench.deliver()
        return Outcome("Fine.")

    def down(ids: Sequence[int], kind: JobKind) -> None:
        raise BrokerError("The broker cannot be reached.")

    bench.work, bench.runner._send = work, down
    bench.runner.run(first)
    assert bench.job(first).state is JobState.DONE
    assert "cannot be reached" in caplog.text


@pytest.mark.parametrize(("newer", "state"), [(False, JobState.QUEUED), (True, JobState.SUPERSEDED)])
def test_a_moved_head_is_left_to_a_newer_delivery_if_there_is_one(bench: Bench, newer: bool, state: JobState) -> None:
    job_id = bench.deliver()

    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        if newer:
            bench.deliver()
        raise HeadMoved("It got a new head.")

    bench.work = work
    bench.runner.run(job_id)
    assert bench.job(job_id).state is state


def test_a_defect_is_tried_again_in_bounds(bench: Bench) -> None:
    job_id = bench.deliver()
    for attempt in (1, 2, 3):
        job = bench.jobs.claim(job_id, "me", time.time() + attempt * 1000, 60)
        assert job is not None
        bench.runner.fail(job_id, "A defect stopped the review.")
    assert bench.job(job_id).state is JobState.DEAD
    bench.runner.fail(job_id, "again")
    assert "Given up after 3 attempts" in (bench.job(job_id).outcome or "")


def test_the_last_word_is_said_of_a_defect_too(bench: Bench) -> None:
    """Fails when `fail` only records: a check would say for ever that the gate is at work."""
    job_id, heard = bench.deliver(), []
    bench.last_word = lambda job, reason: heard.append((job.id, reason))
    for attempt in (1, 2, 3):
        assert bench.jobs.claim(job_id, "me", time.time() + attempt * 1000, 60) is not None
        bench.runner.fail(job_id, "A defect stopped the work.")
    assert heard == [(job_id, "Given up after 3 attempts: A defect stopped the work.")]


def test_a_look_waits_no_longer_than_it_may(bench: Bench) -> None:
    """The policy here waits for 100 s. Fails when `_failed` forgets the kind."""
    (((job_id, _),),) = bench.deliveries.store([event(7, action="reviewed")], time.time() - 1)

    def fail(job: Job, still: Callable[[str], None]) -> Outcome:
        raise ForgeUnavailable("Down.")

    bench.work = fail
    bench.runner.run(job_id)
    assert bench.job(job_id).next_try <= time.time() + 20


def test_a_database_locked_at_the_end_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when `_record` tries once only."""
    job_id = bench.deliver()
    real, failures = bench.jobs.finish, [StoreError("locked"), StoreError("locked")]

    def finish(*args: object, **kwargs: object) -> bool:
        if failures:
            raise failures.pop()
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.jobs, "finish", finish)
    monkeypatch.setattr("reviewbot.queue.runner.time.sleep", lambda seconds: None)
    bench.runner.run(job_id)
    assert bench.job(job_id).state is JobState.DONE


def test_every_line_of_the_log_names_the_job(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    from reviewbot.logs import context

    seen: list[dict[str, object]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(context())

    keep = Keep()
    logging.getLogger("reviewbot.worker").addHandler(keep)
    try:
        with caplog.at_level(logging.INFO, "reviewbot.worker"):
            bench.runner.run(bench.deliver())
    finally:
        logging.getLogger("reviewbot.worker").removeHandler(keep)
    assert len(seen) == 2
    for ids in seen:
        assert (ids["job"], ids["pull_request"], ids["attempt"]) == (1, "github:o/r#7", 1)
    assert context() == {}


def test_a_lease_that_ran_out_ends_the_work_even_if_nobody_took_the_job(bench: Bench) -> None:
    """The process may have stood still. Fails when `still_wanted` does not look at the clock."""
    job = bench.jobs.claim(bench.deliver(), "me", time.time(), 60)
    assert job is not None
    lease = Lease(bench.jobs, job, "me", seconds=0.0)
    with pytest.raises(LeaseLost):
        lease.still_wanted("publishing")


def test_a_lease_is_renewed_while_the_work_goes_on(bench: Bench) -> None:
    """Fails when `_beat` is taken out."""
    job = bench.jobs.claim(bench.deliver(), "me", time.time(), 0.4)
    assert job is not None
    with Lease(bench.jobs, job, "me", seconds=0.4) as lease:
        time.sleep(0.9)
        assert bench.jobs.claim(job.id, "you", time.time(), 60) is None
        lease.still_wanted("publishing")
