"""Pushes that webhooks told of: who brought a head. Where the forge has no list of them this is all that is known."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import Pushed
from reviewbot.store.database import Database
from reviewbot.store.schema import PushRow
from reviewbot.store.upserts import insert_into, place


class Pushes:
    """The pushes in a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, ref: PullRequestRef, push: Pushed) -> None:
        """Write one down, once.

        Raises:
            StoreError: nothing was written.
        """
        with self._database.write() as connection:
            add_pushes(self._database, connection, [(ref, push)])

    def of(self, ref: PullRequestRef) -> tuple[Pushed, ...]:
        """All of a pull request, oldest first."""
        rows = select(PushRow).filter_by(**place(ref)).order_by(PushRow.at, PushRow.id)
        with self._database.read() as connection:
            return tuple(Pushed(row.at, row.by, row.after, row.before) for row in connection.execute(rows))


def add_pushes(database: Database, connection: Connection, pushes: Sequence[tuple[PullRequestRef, Pushed]]) -> None:
    """As ``Pushes.add``, of several and in a transaction that is under way."""
    rows = [
        {**place(ref), "at": push.at, "by": push.by, "after": push.after, "before": push.before} for ref, push in pushes
    ]
    if rows:
        connection.execute(insert_into(database, PushRow).on_conflict_do_nothing(), rows)
