"""Reviews supersede one another, commands and what a person asked for are always done."""

from __future__ import annotations

import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import Job, JobKind, JobState
from reviewbot.store.jobs import Jobs
from tests.store.events import comment_event, event, firsts

REF = PullRequestRef("github", "o/r", 7)


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database, max_attempts=3)


@pytest.fixture
def inbox(database: Database) -> Deliveries:
    return Deliveries(database)


def store(inbox: Deliveries, *events: object) -> list[int]:
    """The first job of each."""
    return [id_ for id_ in firsts(inbox.store(events, now=1.0)) if id_ is not None]  # type: ignore[arg-type]


def ask(inbox: Deliveries, delivery: str = "ask-1", **payload: str | bool) -> int:
    job_id = inbox.ask(REF, delivery, payload, now=1.0)
    assert job_id is not None
    return job_id


def claim(jobs: Jobs, job_id: int, now: float = 2.0) -> Job | None:
    return jobs.claim(job_id, f"worker-{job_id}", now, 60)


def states(jobs: Jobs, *ids: int) -> list[str]:
    return [job.state.value for id_ in ids if (job := jobs.get(id_))]


def test_a_comment_makes_a_command_that_knows_its_comment_and_installation(jobs: Jobs, inbox: Deliveries) -> None:
    (job_id,) = store(inbox, comment_event(delivery="d", comment="99", action="edited"))
    job = jobs.get(job_id)
    assert job is not None
    assert (job.kind, job.delivery, job.head, job.installation) == (JobKind.COMMAND, "d", "", 12)
    assert job.payload == {"comment_kind": "note", "comment_id": "99", "action": "edited"}
    assert not job.asked


def test_an_event_makes_a_review_without_a_payload(jobs: Jobs, inbox: Deliveries) -> None:
    (job_id,) = store(inbox, event())
    job = jobs.get(job_id)
    assert job is not None
    assert (job.kind, job.payload, job.installation) == (JobKind.REVIEW, {}, None)


def test_what_is_superseded_by_a_newer_review(jobs: Jobs, inbox: Deliveries) -> None:
    """Fails when the kind, or `asked`, is taken out of `_supersede`."""
    review, command = store(inbox, event(), comment_event())
    asked = ask(inbox)
    (new,) = store(inbox, event())
    assert states(jobs, review, command, asked, new) == ["superseded", "queued", "queued", "queued"]


def test_a_command_supersedes_nothing(jobs: Jobs, inbox: Deliveries) -> None:
    review, first = store(inbox, event(), comment_event())
    (second,) = store(inbox, comment_event())
    assert states(jobs, review, first, second) == ["queued"] * 3


def test_what_a_person_asked_for_supersedes_what_nobody_asked_for(jobs: Jobs, inbox: Deliveries) -> None:
    (review,) = store(inbox, event())
    asked, more = ask(inbox, "ask-1"), ask(inbox, "ask-2", full=True)
    assert states(jobs, review, asked, more) == ["superseded", "queued", "queued"]


def test_a_batch_of_both_kinds_keeps_the_last_review_and_every_command(jobs: Jobs, inbox: Deliveries) -> None:
    ids = store(inbox, event(), comment_event(), event(), comment_event())
    assert states(jobs, *ids) == ["superseded", "queued", "queued", "queued"]


def test_asking_twice_with_one_delivery_makes_one_job(jobs: Jobs, inbox: Deliveries) -> None:
    job_id = ask(inbox, "ask-1", full=True, words="and quickly")
    assert inbox.ask(REF, "ask-1", {}, now=2.0) is None
    job = jobs.get(job_id)
    assert job is not None
    assert (job.payload, job.asked) == ({"asked": True, "full": True, "words": "and quickly"}, True)


def test_who_asked_may_stand_in_the_payload(jobs: Jobs, inbox: Deliveries) -> None:
    job_id = inbox.ask(REF, "ask-1", {"asked": "ada \0 \ud800 \\ 中"}, now=1.0, installation=5)
    job = jobs.get(job_id or 0)
    assert job is not None
    assert (job.payload["asked"], job.installation, job.asked) == ("ada \0 \ud800 \\ 中", 5, True)


def test_asking_again_for_a_dead_job_begins_it_anew(jobs: Jobs, inbox: Deliveries) -> None:
    job_id = ask(inbox, "ask-1")
    assert claim(jobs, job_id)
    jobs.finish(job_id, f"worker-{job_id}", JobState.DEAD, "The token may not do this.", 3.0)
    assert inbox.ask(REF, "ask-1", {}, now=4.0) == job_id
    assert states(jobs, job_id) == ["queued"]


def test_a_dead_command_is_begun_anew_when_its_delivery_comes_again(jobs: Jobs, inbox: Deliveries) -> None:
    (job_id,) = store(inbox, comment_event(delivery="d"))
    assert claim(jobs, job_id)
    jobs.finish(job_id, f"worker-{job_id}", JobState.DEAD, "The token may not do this.", 3.0)
    assert inbox.store([comment_event(delivery="d")], now=4.0) == [((job_id, JobKind.COMMAND),)]


@pytest.mark.parametrize("kind", ["asked", "command"])
def test_no_newer_delivery_overtakes_what_a_person_wants(jobs: Jobs, inbox: Deliveries, kind: str) -> None:
    """Running, and put back by a worker that died. Fails when `can_be_overtaken` is always true."""
    job_id = ask(inbox) if kind == "asked" else store(inbox, comment_event())[0]
    job = claim(jobs, job_id)
    assert job is not None
    store(inbox, event())
    assert not jobs.newer_than(job)
    assert claim(jobs, job_id, now=100.0) is not None, "the lease ran out, and it is begun again"


def test_a_review_nobody_asked_for_is_overtaken_by_one_that_somebody_did(jobs: Jobs, inbox: Deliveries) -> None:
    (job_id,) = store(inbox, event())
    job = claim(jobs, job_id)
    assert job is not None
    store(inbox, comment_event())
    assert not jobs.newer_than(job), "a command makes no review needless"
    ask(inbox)
    assert jobs.newer_than(job)


def test_a_command_runs_beside_the_review_of_its_pull_request(jobs: Jobs, inbox: Deliveries) -> None:
    """Fails when the index `jobs_one_running` leaves out the kind."""
    review, command = store(inbox, event(), comment_event())
    assert claim(jobs, review)
    assert claim(jobs, command)


def test_commands_run_one_at_a_time_in_the_order_of_arrival(jobs: Jobs, inbox: Deliveries) -> None:
    """Fails when `first_in_line` is taken out of `claim` or `next_of`."""
    first, second, third = store(inbox, comment_event(), comment_event(), comment_event())
    (elsewhere,) = store(inbox, comment_event(8))
    assert claim(jobs, second) is None
    assert jobs.next_of(REF, JobKind.COMMAND, now=2.0) == first
    assert claim(jobs, first)
    assert claim(jobs, second) is None
    assert jobs.next_of(REF, JobKind.COMMAND, now=2.0) is None
    assert claim(jobs, elsewhere)
    jobs.finish(first, f"worker-{first}", JobState.DONE, "Helped.", 3.0)
    assert jobs.next_of(REF, JobKind.COMMAND, now=3.0) == second
    assert claim(jobs, third) is None
    assert claim(jobs, second)


def test_a_command_that_is_tried_again_keeps_its_place(jobs: Jobs, inbox: Deliveries) -> None:
    first, second = store(inbox, comment_event(), comment_event())
    assert claim(jobs, first)
    jobs.try_again(first, f"worker-{first}", "GitHub answered 502.", at=30.0, now=3.0)
    assert claim(jobs, second, now=4.0) is None
    assert jobs.next_of(REF, JobKind.COMMAND, now=4.0) is None
    assert jobs.next_of(REF, JobKind.COMMAND, now=31.0) == first


def test_a_dead_command_holds_nobody_up(jobs: Jobs, inbox: Deliveries) -> None:
    first, second = store(inbox, comment_event(), comment_event())
    assert claim(jobs, first)
    jobs.finish(first, f"worker-{first}", JobState.DEAD, "The token may not do this.", 3.0)
    assert claim(jobs, second)


def test_of_reviews_the_newest_is_next(jobs: Jobs, inbox: Deliveries) -> None:
    ask(inbox, "ask-1")
    store(inbox, comment_event())
    last = ask(inbox, "ask-2")
    assert jobs.next_of(REF, JobKind.REVIEW, now=2.0) == last


def test_due_tells_the_kinds_apart(jobs: Jobs, inbox: Deliveries) -> None:
    review, command = store(inbox, event(), comment_event())
    assert jobs.due(JobKind.REVIEW, now=100.0, requeue_seconds=60).stale == (review,)
    assert jobs.due(JobKind.COMMAND, now=100.0, requeue_seconds=60).stale == (command,)


def test_an_outcome_may_quote_anything(jobs: Jobs, inbox: Deliveries) -> None:
    (job_id,) = store(inbox, event())
    assert claim(jobs, job_id)
    assert jobs.finish(job_id, f"worker-{job_id}", JobState.DONE, "The file \0 \udcff is odd.", 3.0)
    job = jobs.get(job_id)
    assert job is not None
    assert job.outcome == "The file \ufffd ? is odd."
