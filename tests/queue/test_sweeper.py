"""What the sweeper sends again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from reviewbot.domain.event import PullRequestEvent
from reviewbot.queue.sweeper import sweep, to_send
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind
from reviewbot.store.jobs import Due, Jobs
from reviewbot.store.migrate import migrate
from tests.store.events import comment_event, event, firsts


@pytest.mark.parametrize(
    ("due", "in_broker", "sent"),
    [
        (Due((), (), 0), 0, ()),
        (Due((1, 2), (), 0), 50, (1, 2)),
        (Due((), (3, 4), 5), 5, ()),
        (Due((), (3, 4), 5), 4, (3, 4)),
        (Due((1,), (3,), 1), 0, (1, 3)),
        (Due((1,), (3,), 1), 9, (1,)),
    ],
    ids=["nothing", "never sent", "just slow", "a message was lost", "both", "never sent, others slow"],
)
def test_to_send(due: Due, in_broker: int, sent: tuple[int, ...]) -> None:
    assert to_send(due, in_broker) == sent


def labeled(number: int) -> PullRequestEvent:
    """It asks for a review alone."""
    return event(number, action="labeled")


class FakeBroker:
    """Counts; the real one is in tests/faults."""

    def __init__(self, reviews: int = 0, commands: int = 0) -> None:
        self.in_queue = {JobKind.REVIEW: reviews, JobKind.COMMAND: commands, JobKind.GATE: 0}
        self.sent: list[int] = []
        self.sent_as: list[tuple[int, JobKind]] = []

    def waiting(self, kind: JobKind) -> int:
        return self.in_queue[kind]

    def send(self, ids: Sequence[int], kind: JobKind) -> None:
        self.sent += ids
        self.sent_as += [(id_, kind) for id_ in ids]


def test_a_round_brings_back_the_dead_and_sends_nothing_twice(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'r.sqlite'}")
    migrate(database)
    jobs, broker, now = Jobs(database, 3), FakeBroker(), time.time()
    crashed, lost, running = firsts(Deliveries(database).store([labeled(1), labeled(2), labeled(3)], now - 100))
    assert jobs.claim(crashed or 0, "dead worker", now - 90, lease_seconds=10)
    assert jobs.claim(running or 0, "worker", now - 1, lease_seconds=60)
    assert sweep(jobs, broker, requeue_seconds=60) == 2  # type: ignore[arg-type]
    assert broker.sent == [crashed, lost]
    assert sweep(jobs, broker, requeue_seconds=60) == 0  # type: ignore[arg-type]
    database.close()


def test_a_message_lost_in_one_queue_is_found_although_the_other_is_full(tmp_path: Path) -> None:
    """Fails when messages are counted over both queues."""
    database = Database(f"sqlite:///{tmp_path / 'r.sqlite'}")
    migrate(database)
    jobs, broker, now = Jobs(database, 3), FakeBroker(reviews=50), time.time()
    _, command = firsts(Deliveries(database).store([labeled(1), comment_event(1)], now - 100))
    assert sweep(jobs, broker, requeue_seconds=60) == 1  # type: ignore[arg-type]
    assert broker.sent_as == [(command, JobKind.COMMAND)]
    database.close()
