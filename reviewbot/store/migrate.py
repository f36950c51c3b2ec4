"""Bring the database to this version's schema. Safe to run from several processes at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from reviewbot.domain.errors import StoreError
from reviewbot.store.database import Database

_LOCK = 0x72657662  # "revb": the key of PostgreSQL's advisory lock, held while migrating


def migrate(database: Database) -> None:
    """Run every migration that is missing.

    Raises:
        StoreError: the database cannot be used, or was made by a newer version.
    """
    with database.write() as connection:  # on SQLite this alone keeps every other writer out
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        current = _current(connection)
        if current is not None and current not in _known():
            raise StoreError(f"The database was made by a newer reviewbot (schema {current}): upgrade this one.")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_schema(database: Database) -> None:
    """See that the database has this version's schema.

    Raises:
        StoreError: it has another, or cannot be used.
    """
    with database.read() as connection:
        current = _current(connection)
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if current != head:
        raise StoreError(
            f"The database has schema {current or 'none'}, not {head}: run `reviewbot up` or `reviewbot serve`."
        )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
