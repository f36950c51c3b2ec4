"""The database: SQLite in WAL mode, or PostgreSQL. Every failure of it leaves here as a ``StoreError``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from reviewbot.domain.errors import ConfigError, StoreError

BUSY_SECONDS = 5.0
"""How long SQLite waits for another process's write, and how long a connection to PostgreSQL may take."""


class Conflict(StoreError):
    """A rule of the schema forbids what was asked; nothing was written."""


class Database:
    """A pool of connections, opened on first use. Not to be carried over a fork: each process opens its own.

    Args:
        url: ``sqlite:///…`` or ``postgresql+psycopg://…``. busy_seconds: see ``BUSY_SECONDS``.

    Raises:
        ConfigError: the URL is not one that SQLAlchemy understands.
    """

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        try:
            parsed = make_url(url)
            self.is_sqlite = parsed.get_backend_name() == "sqlite"
            self.engine = self._sqlite(url, parsed.database, busy_seconds) if self.is_sqlite else _postgres(url)
        except (ArgumentError, NoSuchModuleError, ImportError):
            raise ConfigError(
                "REVIEWBOT_DATABASE_URL is wrong: give postgresql://user@host/name or sqlite:///path."
            ) from None

    @staticmethod
    def _sqlite(url: str, path: str | None, busy_seconds: float) -> Engine:
        if path and path != ":memory:":
            _make_folder(Path(path).parent)
        engine = create_engine(url, connect_args={"timeout": busy_seconds, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end of the block, rolled back when the block raises.

        Raises:
            StoreError: the database is locked, gone or broken; nothing was written.
        """
        with _mapped(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and on SQLite waits for no writer.

        Raises:
            StoreError: the database is gone or broken.
        """
        with _mapped(), self.engine.connect() as plain:
            connection = plain.execution_options(reviewbot_reads=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection of the pool."""
        self.engine.dispose()


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict("A rule of the schema was broken: report this as a defect.") from error
    except PoolTimeout as error:
        raise StoreError("The database has no free connection: it is slow, or too small for the load.") from error
    except DBAPIError as error:
        raise StoreError(_sentence(error.orig)) from error
    except sqlite3.Error as error:  # of _prepare_sqlite, which speaks to the driver itself
        raise StoreError(_sentence(error)) from error


def _sentence(error: BaseException | None) -> str:
    """One sentence without the statement and its values."""
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    if "locked" in first or "busy" in first:
        return f"The database is locked by another process ({first}): trying again later."
    if "no such table" in first or "does not exist" in first:
        return (
            f"The database has another schema ({first}): run the migrations with `reviewbot up` or `reviewbot serve`."
        )
    return f"The database cannot be used ({first}): check that it runs, and REVIEWBOT_DATABASE_URL."


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be made ({error.strerror}): set REVIEWBOT_STATE_DIR to a folder to write in."
        ) from None


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """WAL lets readers and one writer work at once; FULL syncs each commit, so that not even a power cut loses one."""
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver: see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once and waits for it; upgrading a read lock later could fail without any wait."""
    reads = connection.get_execution_options().get("reviewbot_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgres(url: str) -> Engine:
    arguments: dict[str, Any] = {"connect_timeout": int(BUSY_SECONDS)}
    return create_engine(url, pool_pre_ping=True, connect_args=arguments)
