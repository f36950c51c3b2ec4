"""kill -9 of workers at random moments in a review, 20 times: nothing is lost, and nothing is posted twice.

Checked by taking the protections out one at a time; the test then fails:
- `Jobs.expire` does nothing: jobs stay running for ever, and the test runs out of time;
- `work_on` does not look the post up: some pull request has two posts;
- `Jobs.claim` takes running jobs as well: spells of work overlap.
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from tests.faults.stack import Stack, kill_group

KILLS = 20
WORKERS = 4
PULL_REQUESTS = 30


def test_twenty_kills_lose_nothing_and_post_nothing_twice(make_stack) -> None:
    stack: Stack = make_stack()
    dice = random.Random(3)
    for _ in range(WORKERS):
        stack.start_worker()
    stack.deliver(*range(1, PULL_REQUESTS + 1))
    kills = 0
    while kills < KILLS:
        stack.wait_for(lambda: bool(running_pids(stack)))
        time.sleep(dice.uniform(0, 0.7))  # as long as a whole review, so that every step is hit
        kills += kill_one(stack, dice)
    stack.wait_until_done(PULL_REQUESTS, seconds=80)
    assert stack.ledger.posts() == [(n, "a" * 40) for n in range(1, PULL_REQUESTS + 1)]
    assert stack.ledger.overlaps() == []
    assert stack.ledger.starts() > PULL_REQUESTS, "no review was hit"


def running_pids(stack: Stack) -> list[int]:
    """The pool processes that hold a review or a command and live."""
    return [pid for pid in owners(stack, "kind <> 'gate'") if Path(f"/proc/{pid}").exists()]


def owners(stack: Stack, which: str) -> list[int]:
    with stack.database.read() as connection:
        rows = connection.exec_driver_sql(f"SELECT owner FROM jobs WHERE state = 'running' AND {which}").all()
    return [int(owner.split(":")[1]) for (owner,) in rows]


def kill_one(stack: Stack, dice: random.Random) -> bool:
    """Kill of a running job's worker all processes, or the main one alone, or the pool's; False if none runs."""
    pids = running_pids(stack)
    if not pids:
        return False
    pid = dice.choice(pids)
    worker = next(w for w in stack.workers if w.pid == os.getpgid(pid))
    how = dice.choice(["group", "main", "pool", "pool"])
    if how == "pool":
        os.kill(pid, signal.SIGKILL)
    elif how == "main":
        worker.kill()
        worker.wait()
    else:
        kill_group(worker)
    if how != "pool":
        stack.start_worker()
    return True
