"""Kinds of jobs; records of suggestions, notes on pull requests, the log of commands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PULL_REQUEST = ["forge", "repository", "number"]


def upgrade() -> None:
    """Every job that is there is a review that nobody asked for."""
    op.add_column("jobs", sa.Column("kind", sa.Text, nullable=False, server_default="review"))
    op.add_column("jobs", sa.Column("payload", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("jobs", sa.Column("asked", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_index("jobs_one_running", "jobs")
    _lock([*_PULL_REQUEST, "kind"])
    _records()
    _outcomes()
    _pulls()
    _commands()


def downgrade() -> None:
    """Drop the new tables, and the jobs that the older version could not do; their deliveries stay."""
    for table in ("commands", "pulls", "outcomes", "records"):
        op.drop_table(table)
    op.execute("DELETE FROM jobs WHERE kind <> 'review'")
    op.drop_index("jobs_one_running", "jobs")
    _lock(_PULL_REQUEST)
    for column in ("asked", "payload", "kind"):
        op.drop_column("jobs", column)


def _lock(columns: list[str]) -> None:
    running = sa.text("state = 'running'")
    op.create_index("jobs_one_running", "jobs", columns, unique=True, sqlite_where=running, postgresql_where=running)


def _pull_request() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("forge", sa.Text, nullable=False),
        sa.Column("repository", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    ]


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Integer, primary_key=True),
        *_pull_request(),
        sa.Column("suggestion", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=True),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.Column("commit", sa.Text, nullable=True),
        sa.Column("by", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.UniqueConstraint(*_PULL_REQUEST, "suggestion", name="records_once"),
    )
    op.create_index("records_by_state", "records", ["state"])


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer, primary_key=True),
        *_pull_request(),
        sa.Column("suggestion", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.Column("commit", sa.Text, nullable=True),
        sa.Column("by", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
    )
    op.create_index("outcomes_by_pull_request", "outcomes", _PULL_REQUEST)


def _pulls() -> None:
    op.create_table(
        "pulls",
        *_pull_request(),
        sa.Column("reviewed_head", sa.Text, nullable=True),
        sa.Column("reviewed_base", sa.Text, nullable=True),
        sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("paused_by", sa.Text, nullable=True),
        sa.Column("summary", sa.Text, nullable=True),
        sa.Column("config_told", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint(*_PULL_REQUEST),
    )


def _commands() -> None:
    op.create_table(
        "commands",
        sa.Column("id", sa.Integer, primary_key=True),
        *_pull_request(),
        sa.Column("comment_kind", sa.Text, nullable=False),
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("begun_at", sa.Double, nullable=False),
        sa.Column("finished_at", sa.Double, nullable=True),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.UniqueConstraint(*_PULL_REQUEST, "comment_kind", "comment_id", "digest", name="commands_once"),
    )
    op.create_index("commands_by_person", "commands", ["forge", "login", "begun_at"])
