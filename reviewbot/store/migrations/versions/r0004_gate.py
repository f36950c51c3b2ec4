"""The gate: what it said of which head, what people told it, pushes, and the threads that hold a merge back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_PULL_REQUEST = ["forge", "repository", "number"]


def upgrade() -> None:
    """Nothing was looked at yet; the patrol finds what is open."""
    _gates()
    op.create_table(
        "sign_offs",
        sa.Column("id", sa.Integer, primary_key=True),
        *_pull_request(),
        *_texts("key"),
        sa.Column("at", sa.Double, nullable=False),
        *_texts("by", "word", "commit"),
        sa.Column("path", sa.Text, nullable=True),
        sa.Column("start_line", sa.Integer, nullable=True),
        sa.Column("end_line", sa.Integer, nullable=True),
        *_texts("reason"),
        sa.UniqueConstraint(*_PULL_REQUEST, "key", name="sign_offs_once"),
    )
    op.create_table(
        "pushes",
        sa.Column("id", sa.Integer, primary_key=True),
        *_pull_request(),
        sa.Column("at", sa.Double, nullable=False),
        *_texts("by", "after", "before"),
        sa.UniqueConstraint(*_PULL_REQUEST, "after", "before", "at", name="pushes_once"),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer, primary_key=True),
        *_pull_request(),
        *_texts("thread", "head", "places"),
        sa.UniqueConstraint(*_PULL_REQUEST, "thread", name="holds_once"),
    )


def downgrade() -> None:
    """Drop them, and the jobs that the older version could not do; their deliveries stay."""
    for table in ("holds", "pushes", "sign_offs", "gates"):
        op.drop_table(table)
    op.execute("DELETE FROM jobs WHERE kind = 'gate'")


def _gates() -> None:
    op.create_table(
        "gates",
        sa.Column("forge", sa.Text, primary_key=True),
        sa.Column("repository", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        *_texts("head", "base", "base_branch", "mode", "state", "report", "facts", "logged"),
        sa.Column("updated", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("comment", sa.Text, nullable=True),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    op.create_index("gates_by_head", "gates", ["forge", "repository", "head"])


def _pull_request() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("forge", sa.Text, nullable=False),
        sa.Column("repository", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    ]


def _texts(*names: str) -> list[sa.Column]:  # type: ignore[type-arg]
    return [sa.Column(name, sa.Text, nullable=False) for name in names]
