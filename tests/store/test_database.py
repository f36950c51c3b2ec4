"""Every failure of the database is a `StoreError` in one sentence; migrations agree with the tables."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from reviewbot.domain.errors import ConfigError, StoreError
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.jobs import Jobs
from reviewbot.store.migrate import check_schema, migrate
from reviewbot.store.schema import Base
from tests.store.events import event, firsts


def sentence(error: BaseException) -> str:
    said = str(error)
    assert said.endswith(".")
    assert "\n" not in said
    assert "Traceback" not in said
    return said


def test_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_or_at_once_is_harmless(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [database] * 4))
    check_schema(database)


def test_a_newer_schema_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        migrate(database)
    assert "newer reviewbot" in sentence(caught.value)
    with pytest.raises(StoreError):
        check_schema(database)


def test_an_empty_database_is_not_ready(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'r.sqlite'}")
    with pytest.raises(StoreError) as caught:
        check_schema(database)
    assert "reviewbot up" in sentence(caught.value)
    with pytest.raises(StoreError):
        Jobs(database, 1).counts()
    database.close()


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        raise KeyError("x")
    check_schema(database)


@pytest.fixture
def small(tmp_path: Path):
    """A SQLite database whose writers give up soon."""
    database = Database(f"sqlite:///{tmp_path / 'r.sqlite'}", busy_seconds=0.05)
    migrate(database)
    yield database
    database.close()


def test_a_locked_database_is_a_retryable_error(small: Database, tmp_path: Path) -> None:
    """Fails when `_mapped` is taken out."""
    blocker = sqlite3.connect(tmp_path / "r.sqlite", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as caught:
        Deliveries(small).store([event()], now=1.0)
    assert "locked" in sentence(caught.value)
    assert caught.value.retryable
    blocker.execute("COMMIT")
    blocker.close()
    assert firsts(Deliveries(small).store([event()], now=1.0)) == [1]


def test_readers_and_the_writer_do_not_wait_for_each_other(small: Database) -> None:
    """Fails when WAL is taken out: the writer then cannot commit while anybody reads."""
    with small.read() as reading:
        assert reading.execute(text("SELECT count(*) FROM jobs")).scalar() == 0
        Deliveries(small).store([event()], now=1.0)
        with small.write() as writing:
            writing.execute(text("UPDATE jobs SET attempts = 1"))
            assert Jobs(small, 1).counts()["queued"] == 2


def test_a_commit_is_synced(small: Database) -> None:
    with small.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "r.sqlite").write_bytes(b"not a database" * 100)
    database = Database(f"sqlite:///{tmp_path / 'r.sqlite'}")
    with pytest.raises(StoreError) as caught:
        migrate(database)
    sentence(caught.value)
    database.close()


def test_a_server_that_is_not_there_is_an_error() -> None:
    database = Database("postgresql+psycopg://nobody:hunter2@127.0.0.1:1/none")
    with pytest.raises(StoreError) as caught:
        check_schema(database)
    assert "hunter2" not in sentence(caught.value)
    database.close()


@pytest.mark.parametrize("url", ["", "rubbish", "oracle://x", "postgresql+psycopg2://x/y"])
def test_a_wrong_url_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Database(url)
    assert "REVIEWBOT_DATABASE_URL" in sentence(caught.value)


def test_a_folder_that_cannot_be_made_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError) as caught:
        Database(f"sqlite:///{tmp_path / 'file' / 'r.sqlite'}")
    assert "REVIEWBOT_STATE_DIR" in sentence(caught.value)
