"""The inbox: deliveries and their jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("forge", sa.Text, nullable=False),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("repository", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("draft", sa.Boolean, nullable=False),
        sa.Column("installation", sa.BigInteger, nullable=True),
        sa.UniqueConstraint("forge", "delivery", name="deliveries_once"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, sa.ForeignKey("deliveries.id"), primary_key=True, autoincrement=False),
        sa.Column("forge", sa.Text, nullable=False),
        sa.Column("repository", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("next_try", sa.Double, nullable=False),
        sa.Column("enqueued_at", sa.Double, nullable=True),
        sa.Column("owner", sa.Text, nullable=True),
        sa.Column("lease_until", sa.Double, nullable=True),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.Column("url", sa.Text, nullable=True),
        sa.Column("stats", sa.JSON, nullable=True),
    )
    running = sa.text("state = 'running'")
    pull_request = ["forge", "repository", "number"]
    op.create_index(
        "jobs_one_running", "jobs", pull_request, unique=True, sqlite_where=running, postgresql_where=running
    )
    op.create_index("jobs_by_state", "jobs", ["state", "next_try"])
    op.create_index("jobs_by_pull_request", "jobs", [*pull_request, "state"])


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("jobs")
    op.drop_table("deliveries")
