"""The inbox: each delivery is stored once, together with the job it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from reviewbot.domain.event import CommentEvent, Event, PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.job import ASKED, OVERTAKEN, JobKind, JobState, Payload
from reviewbot.store.schema import DeliveryRow, JobRow

_Row = dict[str, Any]


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

    def store(self, events: Sequence[Event], now: float) -> list[int | None]:
        """Store ``events`` in one transaction, each with a queued job of the kind that ``kind_of`` says.

        A review supersedes the queued reviews of its pull request that nobody asked for; a command supersedes nothing.

        Args:
            events: may hold the same delivery several times. now: seconds since the epoch.

        Returns:
            For each event the id of its job; None where the delivery was stored before. A forge gives a delivery that
            a person asks for again its old id: where its job is dead, that job is begun anew.

        Raises:
            StoreError: none of them was stored.
        """
        return self._store([_delivery(e, now) for e in events], [_wanted(e) for e in events], now)

    def ask(
        self, ref: PullRequestRef, delivery: str, payload: Payload, now: float, installation: int | None = None
    ) -> int | None:
        """Enqueue a review that a person asked for; the caller tells the broker about it.

        It supersedes the queued reviews that nobody asked for, and no newer delivery supersedes it.

        Args:
            delivery: makes it happen once: begin it with a word that no forge's delivery begins with.
            payload: what was asked for; ``asked`` is added. now: seconds since the epoch.
            installation: the GitHub App's, of the job that this one comes from.

        Returns:
            The job's id; None where it was asked for before and is not dead.

        Raises:
            StoreError: nothing was stored.
        """
        row = _delivery_row(ref, delivery, now) | {"action": ASKED, "installation": installation}
        wanted = {"kind": JobKind.REVIEW.value, "payload": {ASKED: True, **payload}, "asked": True}
        return self._store([row], [wanted], now)[0]

    def _store(self, rows: Sequence[_Row], wanted: Sequence[_Row], now: float) -> list[int | None]:
        if not rows:
            return []
        with self._database.write() as connection:
            inserted = connection.execute(self._insert, _unique(rows))
            made = {(forge, delivery): id_ for id_, forge, delivery in inserted}
            ids = [made.pop(_key(row), None) for row in rows]
            jobs = [
                _job(id_, row, want, now) for id_, row, want in zip(ids, rows, wanted, strict=True) if id_ is not None
            ]
            if jobs:
                connection.execute(insert(JobRow), jobs)
                _supersede(connection, jobs, now)
            again = _revive(connection, [_key(row) for id_, row in zip(ids, rows, strict=True) if id_ is None], now)
        return [again.pop(_key(row), None) if id_ is None else id_ for id_, row in zip(ids, rows, strict=True)]


def kind_of(event: Event) -> JobKind:
    """What an event asks for."""
    return JobKind.COMMAND if isinstance(event, CommentEvent) else JobKind.REVIEW


def _key(row: _Row) -> tuple[str, str]:
    return row["forge"], row["delivery"]


def _unique(rows: Sequence[_Row]) -> list[_Row]:
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


def _supersede(connection: Connection, jobs: Sequence[_Row], now: float) -> None:
    """End the queued reviews that one of ``jobs`` makes needless: it will look at whatever the newest head is by then.

    Of reviews that come in together the last one stays.
    """
    reviews = [job for job in jobs if job["kind"] == JobKind.REVIEW.value]
    newest = {(job["forge"], job["repository"], job["number"]): job["id"] for job in reviews}
    if not newest:
        return
    place = tuple_(JobRow.forge, JobRow.repository, JobRow.number)
    connection.execute(
        update(JobRow)
        .where(place.in_(list(newest)), JobRow.state == JobState.QUEUED.value, JobRow.id.not_in(list(newest.values())))
        .where(JobRow.kind == JobKind.REVIEW.value, JobRow.asked.is_(False))
        .values(state=JobState.SUPERSEDED.value, updated_at=now, outcome=OVERTAKEN)
    )


def _delivery(event: Event, now: float) -> _Row:
    row = _delivery_row(event.ref, event.delivery, now)
    row |= {"action": event.action, "installation": event.installation}
    return row if isinstance(event, CommentEvent) else row | {"head": event.head, "draft": event.draft}


def _delivery_row(ref: PullRequestRef, delivery: str, now: float) -> _Row:
    place = {"forge": ref.forge, "repository": ref.repository, "number": ref.number}
    return {**place, "delivery": delivery, "received_at": now, "head": "", "draft": False}


def _wanted(event: Event) -> _Row:
    """What the job is told; of a comment its place alone, since the forge is asked for the text."""
    if isinstance(event, CommentEvent):
        comment = {"comment_kind": event.comment.kind.value, "comment_id": event.comment.id, "action": event.action}
        return {"kind": JobKind.COMMAND.value, "payload": comment, "asked": False}
    return {"kind": JobKind.REVIEW.value, "payload": {}, "asked": False}


def _job(id_: int, delivery: _Row, wanted: _Row, now: float) -> _Row:
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
