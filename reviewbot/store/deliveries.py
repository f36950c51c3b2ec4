"""The inbox: each delivery is stored once, together with the job it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from reviewbot.domain.event import PullRequestEvent
from reviewbot.store.database import Database
from reviewbot.store.job import OVERTAKEN, JobState
from reviewbot.store.schema import DeliveryRow, JobRow


class Deliveries:
    """Stores deliveries.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        dialect = sqlite if database.is_sqlite else postgresql
        conflict = ["forge", "delivery"]
        self._insert = (
            dialect.insert(DeliveryRow)
            .on_conflict_do_nothing(index_elements=conflict)
            .returning(DeliveryRow.id, DeliveryRow.forge, DeliveryRow.delivery)
        )

    def store(self, events: Sequence[PullRequestEvent], now: float) -> list[int | None]:
        """Store ``events`` in one transaction, each with a queued job; a queued job of an older head is superseded.

        Args:
            events: may hold the same delivery several times. now: seconds since the epoch.

        Returns:
            For each event the id of its job; None where the delivery was stored before. A forge gives a delivery that
            a person asks for again its old id: where its job is dead, that job is begun anew.

        Raises:
            StoreError: none of them was stored.
        """
        if not events:
            return []
        with self._database.write() as connection:
            rows = connection.execute(self._insert, [_delivery(e, now) for e in _unique(events)])
            made = {(forge, delivery): id_ for id_, forge, delivery in rows}
            new = [(made.pop(_key(event), None), event) for event in events]
            jobs = [_job(id_, event, now) for id_, event in new if id_ is not None]
            if jobs:
                connection.execute(insert(JobRow), jobs)
                _supersede(connection, jobs, now)
            again = _revive(connection, [_key(event) for id_, event in new if id_ is None], now)
        return [again.pop(_key(event), None) if id_ is None else id_ for id_, event in new]


def _key(event: PullRequestEvent) -> tuple[str, str]:
    return event.ref.forge, event.delivery


def _unique(events: Sequence[PullRequestEvent]) -> list[PullRequestEvent]:
    return list({_key(event): event for event in reversed(events)}.values())[::-1]


def _revive(connection: Connection, keys: Sequence[tuple[str, str]], now: float) -> dict[tuple[str, str], int]:
    """Put the dead jobs of these deliveries back to work, as if they had just come in; their ids by delivery."""
    if not keys:
        return {}
    found = connection.execute(
        select(JobRow.id, DeliveryRow.forge, DeliveryRow.delivery)
        .join(DeliveryRow, DeliveryRow.id == JobRow.id)
        .where(tuple_(DeliveryRow.forge, DeliveryRow.delivery).in_(list(keys)), JobRow.state == JobState.DEAD.value)
    )
    dead = {(forge, delivery): id_ for id_, forge, delivery in found}
    if dead:
        connection.execute(
            update(JobRow)
            .where(JobRow.id.in_(list(dead.values())), JobRow.state == JobState.DEAD.value)
            .values(
                state=JobState.QUEUED.value, attempts=0, created_at=now, updated_at=now, next_try=now, enqueued_at=now
            )
        )
    return dead


def _supersede(connection: Connection, jobs: Sequence[dict[str, Any]], now: float) -> None:
    """End the queued jobs that one of ``jobs`` makes needless: it will look at whatever the newest head is by then."""
    newest = {(job["forge"], job["repository"], job["number"]): job["id"] for job in jobs}
    place = tuple_(JobRow.forge, JobRow.repository, JobRow.number)
    connection.execute(
        update(JobRow)
        .where(place.in_(list(newest)), JobRow.state == JobState.QUEUED.value, JobRow.id.not_in(list(newest.values())))
        .values(state=JobState.SUPERSEDED.value, updated_at=now, outcome=OVERTAKEN)
    )


def _delivery(event: PullRequestEvent, now: float) -> dict[str, Any]:
    return {
        "forge": event.ref.forge,
        "delivery": event.delivery,
        "received_at": now,
        "action": event.action,
        "repository": event.ref.repository,
        "number": event.ref.number,
        "head": event.head,
        "draft": event.draft,
        "installation": event.installation,
    }


def _job(id_: int, event: PullRequestEvent, now: float) -> dict[str, Any]:
    """``enqueued_at`` is set although the message is sent after the commit: were it lost, the sweeper would see."""
    return {
        "id": id_,
        "forge": event.ref.forge,
        "repository": event.ref.repository,
        "number": event.ref.number,
        "head": event.head,
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
        "next_try": now,
        "enqueued_at": now,
    }
