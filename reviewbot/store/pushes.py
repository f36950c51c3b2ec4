"""Pushes that webhooks told of: who brought a head. Where the forge has no list of them this is all that is known."""

from __future__ import annotations

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
            add_push(self._database, connection, ref, push)

    def of(self, ref: PullRequestRef) -> tuple[Pushed, ...]:
        """All of a pull request, oldest first."""
        rows = select(PushRow).filter_by(**place(ref)).order_by(PushRow.at, PushRow.id)
        with self._database.read() as connection:
            return tuple(Pushed(row.at, row.by, row.after, row.before) for row in connection.execute(rows))


def add_push(database: Database, connection: Connection, ref: PullRequestRef, push: Pushed) -> None:
    """As ``Pushes.add``, in a transaction that is under way."""
    columns = {"at": push.at, "by": push.by, "after": push.after, "before": push.before}
    connection.execute(insert_into(database, PushRow).values(**place(ref), **columns).on_conflict_do_nothing())
