"""Commands beside reviews, in real workers: they overtake, and are done once whatever is killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from reviewbot.store.job import JobKind
from tests.faults.stack import Stack
from tests.faults.test_killed_worker import running_pids


def test_a_command_starts_at_once_while_every_review_process_is_busy(make_stack) -> None:
    """Fails when both kinds share a queue: the command would wait for the reviews before it."""
    stack: Stack = make_stack(review_seconds=60)
    stack.start_worker()
    stack.deliver(1)
    (warm,) = stack.command(2)  # the worker for commands is up
    stack.wait_for(lambda: stack.outcome(warm).startswith("done"))
    reviews = stack.deliver(105, *range(3, 20))  # 105 hangs, in the one process for reviews
    stack.wait_for(lambda: stack.outcome(reviews[0]).startswith("running"))
    given = time.time()
    (command,) = stack.command(105)
    stack.wait_for(lambda: stack.outcome(command).startswith("done"))
    with stack.database.read() as connection:
        begun = connection.exec_driver_sql("SELECT max(begun_at) FROM commands").scalar_one()
    assert begun - given < 2
    assert stack.outcome(reviews[0]).startswith("running")
    assert stack.outcome(reviews[-1]).startswith("queued")


@pytest.mark.parametrize("victim", ["pool", "commands worker"])
def test_a_command_whose_worker_is_killed_is_done_once_in_the_end(make_stack, victim: str) -> None:
    """Killed in the middle, and once more right after it posted. Fails when `begin` says NEW each time."""
    stack: Stack = make_stack()
    stack.start_worker()
    (job,) = stack.command(7)
    for moment in (lambda: bool(running_pids(stack)), lambda: bool(stack.ledger.posts())):
        stack.wait_for(moment)
        for pid in running_pids(stack):
            if victim == "commands worker":
                os.kill(parent(pid), signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
    stack.wait_until_done(1)
    assert len(stack.ledger.posts()) == 1
    assert stack.ledger.overlaps() == []
    assert stack.outcome(job) in ("done: helped", "done: done before")


def test_there_is_one_sweeper_and_an_orderly_end_leaves_nothing(make_stack) -> None:
    stack: Stack = make_stack()
    worker = stack.start_worker()
    stack.command(1)
    stack.wait_until_done(1)
    family = {pid: words_of(pid) for pid in pids() if group_of(pid) == worker.pid}
    assert sum("reviewbot.queue.sweeper" in words for words in family.values()) == 1
    for kind in ("command", "gate"):
        assert sum(f"beside_worker --kind {kind}" in words for words in family.values()) >= 2
    (job,) = stack.command(2)
    stack.wait_for(lambda: stack.outcome(job).startswith("running"))
    worker.terminate()
    assert worker.wait(20) == 0
    assert stack.outcome(job) == "done: helped"  # what was begun is ended first
    stack.wait_for(lambda: not [pid for pid in pids() if group_of(pid) == worker.pid])


def test_what_runs_beside_the_worker_ends_when_that_is_killed(make_stack) -> None:
    stack: Stack = make_stack()
    worker = stack.start_worker()
    stack.command(1)
    stack.wait_until_done(1)
    worker.kill()
    worker.wait()
    stack.wait_for(lambda: not [pid for pid in pids() if group_of(pid) == worker.pid])


def test_commands_whose_messages_were_lost_are_done_in_their_order(make_stack) -> None:
    """Fails when `first_in_line` is taken out of `claim`: the sweeper sends all of them at once, to two processes."""
    stack: Stack = make_stack()
    commands = stack.command(7, 7, 7, 7, send=False)
    comments = {job: str(found.payload["comment_id"]) for job in commands if (found := stack.jobs.get(job))}
    stack.broker.send([*reversed(commands)], JobKind.COMMAND)  # and the last one's comes first
    stack.start_worker()
    stack.wait_for(lambda: all(stack.outcome(job).startswith("done") for job in commands))
    assert stack.ledger.order(7) == [comments[job] for job in commands]
    assert stack.ledger.overlaps() == []


def pids() -> list[int]:
    return [int(place.name) for place in Path("/proc").glob("[0-9]*")]


def group_of(pid: int) -> int:
    """0 for a process that is gone or a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if state[0] == "Z" else int(state[2])


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def words_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
