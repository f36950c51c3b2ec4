"""Asking for a look: stored first, then told; a broker that is down loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from reviewbot.domain.errors import BrokerError
from reviewbot.domain.event import PullRequestRef
from reviewbot.queue.asking import asking, asking_gate
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind
from reviewbot.store.jobs import Jobs
from reviewbot.store.migrate import migrate

REF = PullRequestRef("gitlab", "g/p", 7)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'r.sqlite'}")
    migrate(made)
    yield made
    made.close()


def test_each_asks_for_its_kind_and_once(database: Database) -> None:
    sent: list[tuple[list[int], JobKind]] = []

    def send(ids: Sequence[int], kind: JobKind) -> None:
        sent.append((list(ids), kind))

    deliveries = Deliveries(database)
    look = asking_gate(deliveries, send)(REF, "patrol-1", {"afresh": False}, 1.0)
    assert asking_gate(deliveries, send)(REF, "patrol-1", {}, 2.0) is None
    review = asking(deliveries, send)(REF, "ask-1", {}, 1.0)
    assert look is not None and review is not None
    assert sent == [([look], JobKind.GATE), ([review], JobKind.REVIEW)]
    newer = asking_gate(deliveries, send)(REF, "patrol-2", {}, 3.0)
    jobs = Jobs(database, 3)
    states = [job.state.value for id_ in (look, review, newer) if id_ and (job := jobs.get(id_))]
    assert states == ["superseded", "queued", "queued"]


def test_a_broker_that_is_down_is_no_reason_to_fail(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    def down(ids: Sequence[int], kind: JobKind) -> None:
        raise BrokerError("The broker cannot be reached.")

    look = asking_gate(Deliveries(database), down)(REF, "look-1", {}, 1.0)
    assert Jobs(database, 3).due(JobKind.GATE, now=100.0, requeue_seconds=60).stale == (look,)
    assert "the sweeper will" in caplog.text
