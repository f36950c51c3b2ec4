"""The audit log in the database: entries are added behind the last one, and read in their order. Nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, cast, func, insert, select, text

from reviewbot.domain.audit import Entry, body
from reviewbot.domain.chain import ORIGIN, Anchor, Link, chain
from reviewbot.store.audit_triggers import NAMES
from reviewbot.store.database import Database
from reviewbot.store.schema import AuditRow

_LOCK = 0x72657661  # "reva": the key of PostgreSQL's advisory lock, held while a record is added
_AT_ONCE = 500  # rows that are held in memory while reading
_GUARDS = {
    True: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    False: "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND tgenabled IN ('O', 'A')",
}


class AuditLog:
    """The one audit log of a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entries: Sequence[Entry]) -> Anchor:
        """Add entries, all or none, behind whatever is there; where the log ends now.

        Writers wait for one another: SQLite has one at a time anyhow, and on PostgreSQL a lock is held to the commit,
        since the next record needs the hash of this one.

        Raises:
            StoreError: nothing was added. NotCanonical: an entry is too long, or holds a number that is too large.
        """
        bodies = [body(entry) for entry in entries]
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            last = _head(connection)
            links = chain(last, bodies)
            if links:
                connection.execute(insert(AuditRow), [_row(link) for link in links])
        return links[-1].anchor if links else last

    def head(self) -> Anchor:
        """Where the log ends; nothing is verified.

        Raises:
            StoreError: the database failed.
        """
        with self._database.read() as connection:
            return _head(connection)

    @contextmanager
    def links(self, first: int = 1) -> Iterator[Iterator[Link]]:
        """The records from number ``first`` on in their order, as they stand and a few at a time; nothing is verified.

        ``first`` 1 also gives what stands before it, where nothing belongs.

        Raises:
            StoreError: the database failed.
        """
        query = select(AuditRow.seq, *map(self._raw, _TEXTS)).order_by(AuditRow.seq)
        if first > 1:
            query = query.where(AuditRow.seq >= first)
        with self._database.read() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            yield (_link(row) for row in rows)

    def guarded(self) -> bool:
        """Whether the triggers are there that forbid to change the log.

        Raises:
            StoreError: the database failed.
        """
        with self._database.read() as connection:
            return set(NAMES) <= set(connection.scalars(text(_GUARDS[self._database.is_sqlite])))

    def _raw(self, column: Any) -> Any:  # noqa: ANN401 - a column, and an expression of it
        """The bytes of a text. SQLite also keeps what is no UTF-8, where somebody wrote it past us."""
        return cast(column, LargeBinary) if self._database.is_sqlite else func.convert_to(column, "UTF8")


_TEXTS = (AuditRow.previous, AuditRow.hash, AuditRow.body)


def _head(connection: Connection) -> Anchor:
    row = connection.execute(select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)).first()
    return ORIGIN if row is None else Anchor(row.seq, row.hash)


def _row(link: Link) -> dict[str, Any]:
    assert link.body is not None
    return {"seq": link.seq, "previous": link.previous, "hash": link.hash, "body": link.body.decode()}


def _link(row: Row[Any]) -> Link:
    seq, previous, made, data = tuple(row)
    said = bytes(data or b"")
    return Link(seq, _text(previous), _text(made), hashlib.sha256(said).hexdigest(), said)


def _text(data: bytes | None) -> str:
    return bytes(data or b"").decode("utf-8", "surrogateescape")
