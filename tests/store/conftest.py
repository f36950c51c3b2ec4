"""Every test of the store runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from tests.store.postgres import postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'r.sqlite'}", busy_seconds=2)
    else:
        made = Database(request.getfixturevalue("postgres_url"))
        with made.write() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    migrate(made)
    yield made
    made.close()
