"""Jobs change by compare-and-set: under a lease, one a pull request, attempts bounded."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind, JobState
from reviewbot.store.jobs import Due, Jobs
from tests.store.events import event, firsts

REF = PullRequestRef("github", "o/r", 7)


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database, max_attempts=3)


@pytest.fixture
def deliver(database: Database):
    def made(number: int = 7, now: float = 0.0) -> int:
        (job_id,) = firsts(Deliveries(database).store([event(number)], now))
        assert job_id is not None
        return job_id

    return made


def state(jobs: Jobs, job_id: int) -> JobState:
    job = jobs.get(job_id)
    assert job is not None
    return job.state


def test_a_claimed_job_runs_and_counts_its_attempt(jobs: Jobs, deliver) -> None:
    job = jobs.claim(deliver(), "me", now=1.0, lease_seconds=60)
    assert job is not None
    assert (job.state, job.owner, job.attempts) == (JobState.RUNNING, "me", 1)


def test_an_unknown_job_cannot_be_claimed(jobs: Jobs) -> None:
    assert jobs.claim(99, "me", now=1.0, lease_seconds=60) is None


def test_a_running_job_cannot_be_claimed_again(jobs: Jobs, deliver) -> None:
    job_id = deliver()
    assert jobs.claim(job_id, "me", now=1.0, lease_seconds=60)
    assert jobs.claim(job_id, "you", now=2.0, lease_seconds=60) is None


def test_one_of_ten_workers_claims_a_job(jobs: Jobs, deliver) -> None:
    """Fails when the state is taken out of `claim`'s condition."""
    job_id, start = deliver(), threading.Barrier(10)

    def claim(worker: int) -> bool:
        start.wait(10)
        return jobs.claim(job_id, f"worker-{worker}", now=1.0, lease_seconds=60) is not None

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(claim, range(10))) == 1


def test_two_jobs_of_one_pull_request_never_run_together(jobs: Jobs, deliver) -> None:
    """Fails when the index `jobs_one_running` is taken out: the newer job would start beside the older."""
    old = deliver()
    assert jobs.claim(old, "me", now=1.0, lease_seconds=60)
    new = deliver()
    assert jobs.claim(new, "you", now=2.0, lease_seconds=60) is None
    assert state(jobs, new) is JobState.QUEUED
    assert jobs.finish(old, "me", JobState.DONE, "ok", now=3.0)
    assert jobs.next_of(REF, JobKind.REVIEW, now=3.0) == new
    assert jobs.claim(new, "you", now=3.0, lease_seconds=60)


def test_another_pull_request_is_not_locked(jobs: Jobs, deliver) -> None:
    assert jobs.claim(deliver(7), "me", now=1.0, lease_seconds=60)
    assert jobs.claim(deliver(8), "you", now=1.0, lease_seconds=60)


def test_a_silent_worker_loses_its_job(jobs: Jobs, deliver) -> None:
    """Fails when `_held` ignores the owner: the worker thought dead would write over its successor."""
    job_id = deliver()
    assert jobs.claim(job_id, "silent", now=0.0, lease_seconds=60)
    assert jobs.claim(job_id, "next", now=61.0, lease_seconds=60)
    assert not jobs.renew(job_id, "silent", now=62.0, lease_seconds=60)
    assert not jobs.finish(job_id, "silent", JobState.DONE, "too late", now=63.0)
    assert not jobs.try_again(job_id, "silent", "too late", at=64.0, now=63.0)
    assert state(jobs, job_id) is JobState.RUNNING
    assert jobs.finish(job_id, "next", JobState.DONE, "ok", now=64.0)


def test_a_renewed_lease_holds(jobs: Jobs, deliver) -> None:
    job_id = deliver()
    assert jobs.claim(job_id, "me", now=0.0, lease_seconds=60)
    assert jobs.renew(job_id, "me", now=50.0, lease_seconds=60)
    assert jobs.claim(job_id, "you", now=100.0, lease_seconds=60) is None
    assert jobs.claim(job_id, "you", now=111.0, lease_seconds=60) is not None


def test_a_silent_worker_frees_the_pull_request_for_the_newer_job(jobs: Jobs, deliver) -> None:
    old = deliver()
    assert jobs.claim(old, "silent", now=0.0, lease_seconds=60)
    new = deliver()
    assert jobs.claim(new, "me", now=61.0, lease_seconds=60)
    assert jobs.claim(old, "you", now=62.0, lease_seconds=60) is None
    assert state(jobs, old) is JobState.SUPERSEDED


def test_a_worker_that_stops_each_time_ends_as_dead(jobs: Jobs, deliver) -> None:
    """Fails when `worn` is taken out of `_expire`: the job would go round for ever."""
    job_id = deliver()
    for attempt in range(3):
        assert jobs.claim(job_id, "crashes", now=attempt * 100.0, lease_seconds=60), attempt
        jobs.expire(now=attempt * 100.0 + 61)
    job = jobs.get(job_id)
    assert job is not None
    assert job.state is JobState.DEAD
    assert "3 times" in (job.outcome or "")
    assert jobs.claim(job_id, "me", now=999.0, lease_seconds=60) is None


def test_a_job_put_back_waits_for_its_time(jobs: Jobs, deliver) -> None:
    job_id = deliver()
    assert jobs.claim(job_id, "me", now=0.0, lease_seconds=60)
    assert jobs.try_again(job_id, "me", "GitHub answered 502.", at=30.0, now=1.0)
    assert jobs.claim(job_id, "me", now=29.0, lease_seconds=60) is None
    again = jobs.claim(job_id, "me", now=30.0, lease_seconds=60)
    assert again is not None
    assert again.attempts == 2


def test_an_attempt_that_does_not_count_is_given_back(jobs: Jobs, deliver) -> None:
    job_id = deliver()
    assert jobs.claim(job_id, "me", now=0.0, lease_seconds=60)
    assert jobs.try_again(job_id, "me", "rate limit", at=1.0, now=0.5, counts=False)
    again = jobs.claim(job_id, "me", now=1.0, lease_seconds=60)
    assert again is not None
    assert again.attempts == 1


def test_newer_than_sees_what_waits_or_runs_and_nothing_else(jobs: Jobs, deliver) -> None:
    old = jobs.claim(deliver(), "me", now=1.0, lease_seconds=60)
    assert old is not None
    deliver(8)
    assert not jobs.newer_than(old)
    new = deliver()
    assert jobs.newer_than(old)
    jobs.finish(old.id, "me", JobState.SUPERSEDED, "overtaken", now=2.0)
    assert jobs.claim(new, "you", now=2.0, lease_seconds=60)
    assert jobs.newer_than(old)
    jobs.finish(new, "you", JobState.DONE, "ok", now=3.0)
    assert not jobs.newer_than(old)


def test_due_tells_unsent_from_stale(jobs: Jobs, deliver) -> None:
    fresh, stale, back, later = deliver(1, now=100.0), deliver(2, now=10.0), deliver(3), deliver(4)
    for job_id, at in ((back, 90.0), (later, 500.0)):
        assert jobs.claim(job_id, "me", now=1.0, lease_seconds=600)
        assert jobs.try_again(job_id, "me", "x", at=at, now=2.0)
    assert jobs.due(JobKind.REVIEW, now=100.0, requeue_seconds=60) == Due(unsent=(back,), stale=(stale,), waiting=2)
    jobs.mark_sent([stale, back], now=100.0)
    assert jobs.due(JobKind.REVIEW, now=101.0, requeue_seconds=60) == Due((), (), 3)
    assert fresh


def test_results_are_kept(jobs: Jobs, deliver) -> None:
    job_id = deliver()
    assert jobs.claim(job_id, "me", now=1.0, lease_seconds=60)
    assert jobs.finish(job_id, "me", JobState.DONE, "Posted 2 suggestions.", 2.0, url="https://x/1", stats={"files": 3})
    job = jobs.get(job_id)
    assert job is not None
    assert (job.outcome, job.url, job.owner) == ("Posted 2 suggestions.", "https://x/1", None)
