"""What SQLAlchemy spells for each database: an insert that may meet a row, and the lock of a pull request's rows."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql, sqlite

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.schema import Base


def insert_into(database: Database, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An ``INSERT`` that knows ``ON CONFLICT``; both dialects spell it alike."""
    return sqlite.insert(table) if database.is_sqlite else postgresql.insert(table)


def lock(database: Database, connection: Connection, ref: PullRequestRef) -> None:
    """Keep other writers off a pull request's rows until the transaction ends.

    On SQLite a writer is alone anyhow. On PostgreSQL two that wrote the same rows in another order would deadlock.
    """
    if not database.is_sqlite:
        digest = hashlib.sha256(str(ref).encode("utf-8", "surrogatepass")).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def place(ref: PullRequestRef) -> dict[str, str | int]:
    """The columns that every table of pull requests begins with."""
    return {"forge": ref.forge, "repository": ref.repository, "number": ref.number}
