"""A review that fails, hangs, freezes or is overtaken, in real workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewbot.queue.app import QUEUES
from reviewbot.store.job import JobKind
from tests.faults.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two workers for all tests of this module; a review may take six seconds."""
    made = Stack(tmp_path_factory.mktemp("state"), review_seconds=6)
    made.start_broker()
    made.start_worker()
    made.start_worker()
    yield made
    made.close()


def ends(stack: Stack, job_id: int, state: str) -> str:
    stack.wait_for(lambda: stack.outcome(job_id).startswith(("done", "dead", "superseded")))
    outcome = stack.outcome(job_id)
    assert outcome.startswith(state), outcome
    return outcome


def posts_of(stack: Stack, number: int) -> list[str]:
    return [head for pull, head in stack.ledger.posts() if pull == number]


@pytest.mark.parametrize("number", [101, 102], ids=["defect", "forge unavailable"])
def test_a_failure_that_may_pass_is_tried_again(stack: Stack, number: int) -> None:
    """At once, not only when the lease has run out. Fails when `on_failure` or `try_again` is taken out."""
    (job_id,) = stack.deliver(number)
    stack.wait_for(lambda: {101: "(ZeroDivisionError)", 102: "502"}[number] in stack.outcome(job_id))
    ends(stack, job_id, "done")
    assert stack.jobs.get(job_id).attempts == {101: 2, 102: 1}[number]  # type: ignore[union-attr]
    assert len(posts_of(stack, number)) == 1


def test_a_refusal_is_final_with_its_sentence(stack: Stack) -> None:
    (job_id,) = stack.deliver(103)
    assert ends(stack, job_id, "dead") == "dead: The token may not do this: give it more rights."
    assert posts_of(stack, 103) == []


def test_a_rate_limit_is_waited_for_and_costs_no_attempt(stack: Stack) -> None:
    """Fails when `counts=False` is ignored. The ledger strikes first attempts alone, hence it would strike for ever."""
    (job_id,) = stack.deliver(104)
    stack.wait_for(lambda: "asks to wait" in stack.outcome(job_id))
    job = stack.jobs.get(job_id)
    assert job is not None
    assert (job.attempts, job.state) == (0, "queued")
    assert job.next_try > job.created_at + 0.2
    with stack.database.write() as connection:  # as if an attempt had been spent, so that it strikes no more
        connection.exec_driver_sql(f"UPDATE jobs SET attempts = 1 WHERE id = {job_id}")
    ends(stack, job_id, "done")


def test_a_review_that_hangs_is_stopped_and_tried_again(stack: Stack) -> None:
    """Fails when `task_soft_time_limit` is taken out, or `within_time`."""
    (job_id,) = stack.deliver(105)
    stack.wait_for(lambda: "took longer than 6 s" in stack.outcome(job_id))
    ends(stack, job_id, "done")
    assert len(posts_of(stack, 105)) == 1


def test_a_newer_head_supersedes_the_review_in_progress(stack: Stack) -> None:
    """Fails when `still_wanted` does not ask `newer_than`: both heads would be posted."""
    (old,) = stack.deliver(7, head="a" * 40)
    stack.wait_for(lambda: stack.outcome(old).startswith("running"))
    (new,) = stack.deliver(7, head="b" * 40)
    ends(stack, old, "superseded")
    ends(stack, new, "done")
    assert posts_of(stack, 7) == ["b" * 40]
    assert stack.ledger.overlaps() == []


def test_messages_that_come_again_start_nothing(stack: Stack) -> None:
    """As after a visibility time-out, and with two workers for one pull request. Fails when `claim` asks no state."""
    before = stack.ledger.starts()
    (job_id,) = stack.deliver(8)
    stack.broker.send([job_id] * 20)
    ends(stack, job_id, "done")
    stack.broker.send([job_id] * 5)
    stack.wait_for(lambda: stack.broker.waiting() == 0)
    assert posts_of(stack, 8) == ["a" * 40]
    assert stack.ledger.starts() == before + 1


def test_messages_that_are_not_ours_hurt_nobody(stack: Stack) -> None:
    """Unknown ids, other types, an unknown task, no JSON, pickle: the worker drops them and goes on."""
    app = stack.broker._app
    stack.broker.send([10**6, "1; DROP TABLE jobs", None, {"a": 1}])  # type: ignore[list-item]
    with app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection)
        app.send_task("os.system", args=["true"], producer=producer, queue=QUEUES[JobKind.REVIEW])
        producer.publish(b"\xff\x00rubbish", exchange="", routing_key=QUEUES[JobKind.REVIEW], content_type="text/plain")
        producer.publish(
            b"cos\nsystem\n(S'true'\ntR.", exchange="", routing_key=QUEUES[JobKind.REVIEW],
            content_type="application/x-python-serialize", content_encoding="binary",
        )  # fmt: skip
    (job_id,) = stack.deliver(9)
    ends(stack, job_id, "done")
    assert all(worker.poll() is None for worker in stack.workers)
