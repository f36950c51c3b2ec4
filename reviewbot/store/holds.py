"""Threads that hold a merge back: which lines each was begun for. Never changed, since resolving one signs them off."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from reviewbot.domain.canonical import NotCanonical, canonical, parse_canonical
from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.plain import load, plain
from reviewbot.store.database import Database
from reviewbot.store.schema import HoldRow
from reviewbot.store.upserts import insert_into, place


@dataclass(frozen=True)
class HoldNote:
    """One thread: its id, the head that it was begun at, and the lines there that it means."""

    thread: str
    head: str
    places: tuple[tuple[str, LineRange], ...]


@dataclass(frozen=True)
class _Place:
    path: str
    lines: LineRange


class Holds:
    """The threads in a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, ref: PullRequestRef, hold: HoldNote) -> None:
        """Write one down; what is there stays as it is.

        Raises:
            StoreError: nothing was written.
        """
        body = canonical(plain(tuple(_Place(path, lines) for path, lines in hold.places)))
        columns = {"thread": hold.thread, "head": hold.head, "places": body}
        statement = insert_into(self._database, HoldRow).values(**place(ref), **columns)
        with self._database.write() as connection:
            connection.execute(statement.on_conflict_do_nothing())

    def of(self, ref: PullRequestRef) -> tuple[HoldNote, ...]:
        """All of a pull request, in the order in which they were begun."""
        rows = select(HoldRow).filter_by(**place(ref)).order_by(HoldRow.id)
        with self._database.read() as connection:
            return tuple(HoldNote(row.thread, row.head, _read(row.places)) for row in connection.execute(rows))


def _read(body: str) -> tuple[tuple[str, LineRange], ...]:
    try:
        found = load(tuple[_Place, ...], parse_canonical(body))
    except NotCanonical:
        raise StoreError("The table `holds` holds what this version cannot read: run a newer reviewbot.") from None
    return tuple((one.path, one.lines) for one in found)
