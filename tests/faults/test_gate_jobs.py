"""The gate's jobs in real workers: they wait for nobody, go on to their end, and survive kills. And the patrol."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest

from reviewbot.store.job import JobKind
from tests.faults.stack import Stack
from tests.faults.test_commands import group_of, parent, pids, words_of
from tests.faults.test_killed_worker import owners
from tests.store.events import event, head_event


def look(stack: Stack, number: int, *, send: bool = True) -> int:
    """Deliver what calls the gate alone."""
    (job_id,) = stack.deliver_events([event(number, action="reviewed")], send=send)
    return job_id


def done(stack: Stack, *jobs: int) -> Callable[[], bool]:
    return lambda: all(stack.outcome(job).startswith("done") for job in jobs)


def test_a_verdict_waits_for_no_review_and_no_command(make_stack: Callable[..., Stack]) -> None:
    """Fails when the gate shares a queue with either."""
    stack = make_stack(review_seconds=60)
    stack.start_worker()
    warm = look(stack, 1)
    (command,) = stack.command(2)
    stack.wait_for(done(stack, warm, command))
    (review,) = stack.deliver(105)  # hangs, in the one process for reviews
    stack.wait_for(lambda: stack.outcome(review).startswith("running"))
    commands = stack.command(*range(3, 43))
    begun = time.time()
    stack.wait_for(done(stack, look(stack, 12)))
    assert time.time() - begun < 5
    assert stack.outcome(review).startswith("running")
    assert not done(stack, *commands)()


def test_a_look_is_ended_and_of_those_that_came_meanwhile_the_newest_is_next(make_stack: Callable[..., Stack]) -> None:
    """Fails when `newer_than` is true for the gate: with a push a second there would never be a verdict."""
    stack = make_stack()
    stack.start_worker()
    first = look(stack, 201)
    stack.wait_for(lambda: stack.outcome(first).startswith("running"))
    later = [look(stack, 201) for _ in range(4)]
    stack.wait_for(done(stack, first, later[-1]))
    assert [stack.outcome(job).split(":")[0] for job in later] == [*["superseded"] * 3, "done"]
    assert stack.ledger.looks(201) == [first, later[-1]]
    assert stack.ledger.overlaps("looks") == []


@pytest.mark.parametrize("victim", ["pool", "worker"])
def test_a_look_whose_worker_is_killed_is_begun_again(make_stack: Callable[..., Stack], victim: str) -> None:
    stack = make_stack()
    stack.start_worker()
    job = look(stack, 202)

    def begun(times: int) -> bool:
        return len(stack.ledger.looks(202)) == times and bool(owners(stack, "kind = 'gate'"))

    for times in (1, 2):
        stack.wait_for(partial(begun, times))
        for pid in owners(stack, "kind = 'gate'"):
            if victim == "worker":
                os.kill(parent(pid), signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
    stack.wait_for(done(stack, job))
    assert stack.ledger.looks(202) == [job] * 3
    assert stack.ledger.overlaps("looks") == []


def test_everything_that_was_said_of_commits_is_heard(make_stack: Callable[..., Stack]) -> None:
    """Fails when such jobs supersede one another: each says something else."""
    stack = make_stack()
    jobs = stack.deliver_events([head_event(branch=f"b{n}") for n in range(6)], send=False)
    stack.broker.send(jobs, JobKind.GATE)
    stack.start_worker()
    stack.wait_for(done(stack, *jobs))
    assert sorted(stack.ledger.looks(0)) == jobs
    assert stack.ledger.overlaps("looks") == []


def patrols(worker: subprocess.Popen[bytes]) -> list[int]:
    return [pid for pid in pids() if group_of(pid) == worker.pid and "reviewbot.queue.patrol" in words_of(pid)]


def test_the_patrol_goes_on_after_a_failure_and_ends_with_the_worker(make_stack: Callable[..., Stack]) -> None:
    """Its first round fails. Fails when the error ends it, or when nothing tells it of the worker's end."""
    stack = make_stack(patrol_seconds=0.3)
    worker = stack.start_worker()
    stack.wait_for(lambda: len(stack.ledger.rounds()) >= 4)
    assert "GitHub answered 503." in stack.log()
    times = stack.ledger.rounds()
    assert all(later - earlier > 0.25 for earlier, later in pairwise(times))
    (patrol,) = patrols(worker)
    os.kill(patrol, signal.SIGKILL)
    stack.wait_for(lambda: len(stack.ledger.rounds()) > len(times) and patrols(worker) not in ([], [patrol]))
    worker.kill()
    worker.wait()
    stack.wait_for(lambda: patrols(worker) == [])
