"""The broker restarted, with its data and without; the database locked."""

from __future__ import annotations

import sqlite3
import time

import pytest

from reviewbot.domain.errors import BrokerError
from tests.faults.stack import Stack


@pytest.mark.parametrize("lose_data", [False, True], ids=["with its data", "without its data"])
def test_a_broker_killed_and_restarted_loses_no_job(make_stack, lose_data: bool) -> None:
    """Fails when the sweeper does not send: what came while the broker was down, and what it lost, stays queued."""
    stack: Stack = make_stack()
    stack.start_worker()
    stack.deliver(*range(1, 9))
    stack.wait_for(lambda: stack.counts()["done"] >= 1)
    stack.kill_broker(lose_data=lose_data)
    with pytest.raises(BrokerError, match="REVIEWBOT_BROKER_URL"):
        stack.deliver(9)
    stack.deliver(10, send=False)
    stack.start_broker()
    stack.wait_until_done(10)
    assert [pull for pull, _ in stack.ledger.posts()] == list(range(1, 11))
    assert stack.ledger.overlaps() == []


def test_a_locked_database_only_delays(make_stack) -> None:
    """Locked for longer than its waiting time, while a review runs.

    Fails when `_mapped` is taken out: the driver's error then ends the task, and the sweeper, with a traceback.
    """
    stack: Stack = make_stack()
    stack.start_worker()
    stack.deliver(1, 2, 3)
    stack.wait_for(lambda: stack.counts()["running"] == 1)
    blocker = sqlite3.connect(stack.settings.state_dir / "reviewbot.sqlite", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    time.sleep(6.5)  # BUSY_SECONDS is 5
    blocker.execute("ROLLBACK")
    blocker.close()
    stack.wait_until_done(3)
    assert [pull for pull, _ in stack.ledger.posts()] == [1, 2, 3]
    assert "Traceback" not in stack.log()
