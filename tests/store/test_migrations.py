"""From the first schema to this one and back, with what lies in the database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import text

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind, JobState
from reviewbot.store.jobs import Jobs
from reviewbot.store.migrate import _config, check_schema, migrate
from reviewbot.store.records import Records
from tests.store.events import comment_event, event
from tests.store.suggestions import record

_OLD = """INSERT INTO deliveries (forge, delivery, received_at, action, repository, number, head, draft, installation)
VALUES ('github', 'd-1', 5, 'opened', 'o/r', 7, 'abc', :no, 12),
('github', 'd-2', 6, 'opened', 'o/r', 8, 'def', :no, NULL)"""
_OLD_JOBS = """INSERT INTO jobs (id, forge, repository, number, head, state, attempts, created_at, updated_at, next_try)
VALUES (1, 'github', 'o/r', 7, 'abc', 'queued', 2, 5, 5, 5), (2, 'github', 'o/r', 8, 'def', 'running', 1, 6, 6, 6)"""


def move(database: Database, revision: str) -> None:
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision == "0001" else command.upgrade)(config, revision)


@pytest.fixture
def old(database: Database) -> Iterator[Database]:
    """A database of the first version with a queued and a running job."""
    move(database, "0001")
    with database.write() as connection:
        connection.execute(text(_OLD), {"no": False})
        connection.execute(text(_OLD_JOBS))
    yield database


def test_queued_and_running_jobs_are_kept_as_reviews(old: Database) -> None:
    migrate(old)
    check_schema(old)
    jobs = Jobs(old, 5)
    assert jobs.counts() | {"queued": 1, "running": 1} == jobs.counts()
    job = jobs.claim(1, "me", now=10.0, lease_seconds=60)
    assert job is not None
    assert (job.delivery, job.head, job.attempts, job.kind, job.payload) == ("d-1", "abc", 3, JobKind.REVIEW, {})
    assert (job.asked, job.installation) == (False, 12)


def test_an_old_queued_job_is_superseded_as_a_new_one_is(old: Database) -> None:
    migrate(old)
    Deliveries(old).store([event(7)], now=9.0)
    job = Jobs(old, 5).get(1)
    assert job is not None
    assert job.state is JobState.SUPERSEDED


def test_the_way_back_keeps_reviews_and_drops_what_the_old_version_cannot_do(database: Database) -> None:
    ref = PullRequestRef("github", "o/r", 7)
    Deliveries(database).store([event(7), comment_event(7)], now=1.0)
    Records(database).save(ref, [record()], now=1.0)
    move(database, "0001")
    with database.read() as connection:
        assert connection.execute(text("SELECT id, state FROM jobs")).all() == [(1, "queued")]
        assert connection.execute(text("SELECT count(*) FROM deliveries")).scalar() == 3
    migrate(database)
    check_schema(database)
    assert Records(database).of(ref) == ()
    assert Jobs(database, 5).claim(1, "me", now=2.0, lease_seconds=60) is not None
