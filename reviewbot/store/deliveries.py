"""The inbox: each delivery is stored once, together with the jobs it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from sqlalchemy import Connection, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from reviewbot.domain.event import Event, PullRequestRef
from reviewbot.domain.gate import Pushed
from reviewbot.store.database import Database
from reviewbot.store.job import ASKED, JobKind, JobState, Payload
from reviewbot.store.pushes import add_pushes
from reviewbot.store.schema import DeliveryRow, JobRow
from reviewbot.store.superseding import supersede
from reviewbot.store.wanted import Row, delivery_row, delivery_rows, kinds_of, pushes_of, wanted

Made = tuple[int, JobKind]
"""A job that is to be told to the broker: its id, and of which kind it is."""


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

    def store(self, events: Sequence[Event], now: float) -> list[tuple[Made, ...]]:
        """Store ``events`` in one transaction, each with a queued job of every kind that ``kinds_of`` says.

        A review supersedes the queued reviews of its pull request that nobody asked for, a look of the gate's the
        queued looks; a command supersedes nothing. Pushes that the events tell of are written down.

        Args:
            events: may hold the same delivery several times. now: seconds since the epoch.

        Returns:
            For each event its jobs; none where the delivery was stored before. A forge gives a delivery that a person
            asks for again its old id: what is dead of its jobs is begun anew.

        Raises:
            StoreError: none of them was stored.
        """
        kinds = [kinds_of(event) for event in events]
        rows = list(chain.from_iterable(delivery_rows(event, now) for event in events))
        jobs = [wanted(event, kind) for event, of in zip(events, kinds, strict=True) for kind in of]
        ids = iter(self._store(rows, jobs, now, pushes_of(events)))
        return [tuple((id_, kind) for kind in of if (id_ := next(ids)) is not None) for of in kinds]

    def ask(
        self,
        ref: PullRequestRef,
        delivery: str,
        payload: Payload,
        now: float,
        installation: int | None = None,
        *,
        kind: JobKind = JobKind.REVIEW,
        asked: bool = True,
    ) -> int | None:
        """Enqueue a job that no forge's delivery asked for; the caller tells the broker about it.

        It supersedes the queued ones of its kind that nobody asked for.

        Args:
            delivery: makes it happen once: begin it with a word that no forge's delivery begins with.
            payload: what was asked for; ``asked`` is added where it is. now: seconds since the epoch.
            installation: the GitHub App's, of the job that this one comes from.
            asked: whether a person asked for it, so that no newer job supersedes it.

        Returns:
            The job's id; None where it was asked for before and is not dead.

        Raises:
            StoreError: nothing was stored.
        """
        row = delivery_row(ref, delivery, now) | {"action": ASKED, "installation": installation}
        told = {ASKED: True, **payload} if asked else dict(payload)
        return self._store([row], [{"kind": kind.value, "payload": told, "asked": asked}], now)[0]

    def _store(
        self,
        rows: Sequence[Row],
        jobs: Sequence[Row],
        now: float,
        pushes: Sequence[tuple[PullRequestRef, Pushed]] = (),
    ) -> list[int | None]:
        if not rows:
            return []
        with self._database.write() as connection:
            add_pushes(self._database, connection, pushes)
            inserted = connection.execute(self._insert, _unique(rows))
            made = {(forge, delivery): id_ for id_, forge, delivery in inserted}
            ids = [made.pop(_key(row), None) for row in rows]
            new = [_job(id_, row, job, now) for id_, row, job in zip(ids, rows, jobs, strict=True) if id_ is not None]
            if new:
                connection.execute(insert(JobRow), new)
                supersede(connection, new, now)
            again = _revive(connection, [_key(row) for id_, row in zip(ids, rows, strict=True) if id_ is None], now)
        return [again.pop(_key(row), None) if id_ is None else id_ for id_, row in zip(ids, rows, strict=True)]


def _key(row: Row) -> tuple[str, str]:
    return row["forge"], row["delivery"]


def _unique(rows: Sequence[Row]) -> list[Row]:
    return list({_key(row): row for row in reversed(rows)}.values())[::-1]


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


def _job(id_: int, delivery: Row, wanted: Row, now: float) -> Row:
    """``enqueued_at`` is set although the message is sent after the commit: were it lost, the sweeper would see."""
    return {
        "id": id_,
        "forge": delivery["forge"],
        "repository": delivery["repository"],
        "number": delivery["number"],
        "head": delivery["head"],
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
        "next_try": now,
        "enqueued_at": now,
        **wanted,
    }
