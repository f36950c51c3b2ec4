"""Records: what became of each suggestion on each pull request, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.domain.suggestion import Suggestion
from reviewbot.store.database import Database
from reviewbot.store.schema import OutcomeRow, RecordRow
from reviewbot.store.suggestion_json import dump, load
from reviewbot.store.upserts import insert_into, lock, place

_KEY = ("forge", "repository", "number", "suggestion")


@dataclass(frozen=True)
class Settled:
    """A record's state or outcome changed.

    Attributes:
        suggestion: its id. at: seconds since the epoch. The rest is the record's from then on; see ``Record``.
    """

    suggestion: str
    at: float
    state: State
    outcome: Outcome | None
    commit: str | None
    by: str | None
    reason: str | None


class Records:
    """The records in a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, ref: PullRequestRef) -> tuple[Record, ...]:
        """Every record of a pull request, in the order they were made.

        Raises:
            StoreError: the database failed, or a record cannot be read.
        """
        with self._database.read() as connection:
            rows = connection.execute(select(RecordRow.__table__).where(_of(ref)).order_by(RecordRow.id)).all()
        return tuple(_record(row) for row in rows)

    def propose(
        self, ref: PullRequestRef, suggestions: Sequence[Suggestion], head: str, now: float
    ) -> tuple[Suggestion, ...]:
        """Write suggestions down as ``PROPOSED``, before any of them is posted.

        Args:
            suggestions: of the head with this commit id. now: seconds since the epoch.

        Returns:
            Those that may be posted, in their order: new ones, and ones that were proposed before and are nothing else
            yet, since a worker may have died after writing (whether they stand, the forge says).

        Raises:
            StoreError: nothing was written.
        """
        if not suggestions:
            return ()
        chosen = {suggestion.id: suggestion for suggestion in suggestions}
        with self._database.write() as connection:
            lock(self._database, connection, ref)
            states = self._states(connection, ref, chosen)
            free = [s for s in chosen.values() if states.get(s.id, (State.PROPOSED, None))[0] is State.PROPOSED]
            self._put(connection, ref, [Record(s, head, State.PROPOSED) for s in free], now)
        return tuple(free)

    def save(self, ref: PullRequestRef, records: Sequence[Record], now: float) -> None:
        """Insert or replace whole records. A changed state or outcome is added to the history.

        What a person answered stays answered: a record that was made of an older one is left out. A visit and a command
        work on one pull request at the same time, and a visit writes what it read a while before.

        Raises:
            StoreError: nothing was written.
        """
        if not records:
            return
        with self._database.write() as connection:
            lock(self._database, connection, ref)
            before = self._states(connection, ref, [record.id for record in records])
            kept = [r for r in records if _may_follow(r, before.get(r.id))]
            self._put(connection, ref, kept, now)
            changed = [r for r in kept if before.get(r.id) != (r.state, r.outcome)]
            if changed:
                connection.execute(insert(OutcomeRow), [_settled_row(ref, record, now) for record in changed])

    def forget(self, ref: PullRequestRef, ids: Iterable[str]) -> None:
        """Delete records that are ``PROPOSED``: they were not posted. Others with these ids stay.

        Raises:
            StoreError: nothing was deleted.
        """
        proposed = RecordRow.state == State.PROPOSED.value
        with self._database.write() as connection:
            connection.execute(delete(RecordRow).where(_of(ref), proposed, RecordRow.suggestion.in_(list(ids))))

    def history(self, ref: PullRequestRef) -> tuple[Settled, ...]:
        """Every change of a state or outcome on a pull request, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(OutcomeRow.__table__).where(_of(ref, OutcomeRow)).order_by(OutcomeRow.id))
            return tuple(_settled(row) for row in rows)

    def _states(
        self, connection: Connection, ref: PullRequestRef, ids: Iterable[str]
    ) -> dict[str, tuple[State, Outcome | None]]:
        rows = connection.execute(
            select(RecordRow.suggestion, RecordRow.state, RecordRow.outcome).where(
                _of(ref), RecordRow.suggestion.in_(list(ids))
            )
        )
        return {row.suggestion: (State(row.state), _outcome(row.outcome)) for row in rows}

    def _put(self, connection: Connection, ref: PullRequestRef, records: Sequence[Record], now: float) -> None:
        if records:
            statement = insert_into(self._database, RecordRow)
            fresh = {c.name: c for c in statement.excluded if c.name not in ("id", "made_at", *_KEY)}
            connection.execute(
                statement.on_conflict_do_update(index_elements=_KEY, set_=fresh), [_row(ref, r, now) for r in records]
            )


def _of(ref: PullRequestRef, table: type[RecordRow] | type[OutcomeRow] = RecordRow) -> ColumnElement[bool]:
    return and_(table.forge == ref.forge, table.repository == ref.repository, table.number == ref.number)


def _row(ref: PullRequestRef, record: Record, now: float) -> dict[str, Any]:
    return {
        **place(ref),
        **_settlement(record),
        "made_at": now,
        "updated_at": now,
        "head": record.head,
        "body": dump(record.suggestion),
        "thread": record.thread,
    }


def _settled_row(ref: PullRequestRef, record: Record, now: float) -> dict[str, Any]:
    return {**place(ref), **_settlement(record), "at": now}


def _settlement(record: Record) -> dict[str, Any]:
    return {
        "suggestion": record.id,
        "state": record.state.value,
        "outcome": None if record.outcome is None else record.outcome.value,
        "commit": record.commit,
        "by": record.by,
        "reason": record.reason,
    }


def _record(row: Row[Any]) -> Record:
    return Record(
        suggestion=load(row.body),
        head=row.head,
        state=State(row.state),
        thread=row.thread,
        outcome=_outcome(row.outcome),
        commit=row.commit,
        by=row.by,
        reason=row.reason,
    )


def _settled(row: Row[Any]) -> Settled:
    state, outcome = State(row.state), _outcome(row.outcome)
    return Settled(row.suggestion, row.at, state, outcome, row.commit, row.by, row.reason)


def _may_follow(record: Record, before: tuple[State, Outcome | None] | None) -> bool:
    """Whether ``record`` keeps a person's last word; a "no" is only outdone by applying what was suggested."""
    if before is None or before[0] is not State.ANSWERED:
        return True
    heard = before[1] is not Outcome.REJECTED or record.outcome in (Outcome.REJECTED, Outcome.APPLIED)
    return record.state is State.ANSWERED and heard


def _outcome(text: str | None) -> Outcome | None:
    return None if text is None else Outcome(text)
