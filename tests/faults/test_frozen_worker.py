"""A worker that is stopped, thought dead, and goes on later."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.faults.stack import Stack
from tests.faults.test_killed_worker import running_pids


def test_a_frozen_worker_posts_nothing_when_it_thaws(make_stack) -> None:
    """Fails when `still_wanted` does not look at the lease: the thawed worker would work beside the other."""
    stack: Stack = make_stack()
    stack.start_worker()
    stack.start_worker()
    (job_id,) = stack.deliver(106)
    stack.wait_for(lambda: any(is_stopped(pid) for pid in running_pids(stack)))
    (frozen,) = [pid for pid in running_pids(stack) if is_stopped(pid)]
    try:
        stack.wait_until_done(1)
    finally:
        os.kill(frozen, signal.SIGCONT)
    stack.wait_for(lambda: "is in other hands by now" in stack.log())
    assert stack.ledger.posts() == [(106, "a" * 40)]
    assert stack.ledger.overlaps() == []
    assert stack.outcome(job_id) == "done: posted"


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
