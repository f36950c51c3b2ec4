"""What records said of lines at the heads of a pull request, kept so that taking a record away clears nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from reviewbot.domain.canonical import NotCanonical, canonical, parse_canonical
from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.plain import load, plain
from reviewbot.domain.provenance import Seen
from reviewbot.store.database import Database
from reviewbot.store.schema import SeenRow
from reviewbot.store.upserts import insert_into, place

HEADS = 5
"""So many heads are remembered, the last ones: each holds what was remembered of those before it."""


class SeenLines:
    """The memory in a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, ref: PullRequestRef, head: str, seen: Sequence[Seen], now: float) -> None:
        """Remember what was seen at ``head``, in the place of what was remembered of that one; forget old heads.

        Raises:
            StoreError: nothing was written.
        """
        key, body = {**place(ref), "head": head}, canonical(plain(tuple(seen)))
        statement = insert_into(self._database, SeenRow).values(**key, at=now, body=body)
        kept = select(SeenRow.head).filter_by(**place(ref)).order_by(SeenRow.at.desc(), SeenRow.head).limit(HEADS)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["forge", "repository", "number", "head"], set_={"at": now, "body": body}
                )
            )
            heads = list(connection.scalars(kept))
            connection.execute(delete(SeenRow).filter_by(**place(ref)).where(SeenRow.head.not_in(heads)))

    def of(self, ref: PullRequestRef) -> tuple[Seen, ...]:
        """What is remembered, of the oldest head first.

        Raises:
            StoreError: a row was not written by this version or a former one.
        """
        rows = select(SeenRow.body).filter_by(**place(ref)).order_by(SeenRow.at, SeenRow.head)
        with self._database.read() as connection:
            return tuple(one for body in connection.scalars(rows) for one in _read(body))


def _read(body: str) -> tuple[Seen, ...]:
    try:
        found = load(tuple[Seen, ...], parse_canonical(body))
    except NotCanonical:
        raise StoreError(
            "The table `seen` holds what this version cannot read: run the reviewbot that wrote it, or a newer one."
        ) from None
    assert isinstance(found, tuple)
    return found
