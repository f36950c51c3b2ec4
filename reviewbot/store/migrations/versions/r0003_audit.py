"""The audit log, and triggers that let it only grow."""

import sqlalchemy as sa
from alembic import op

from reviewbot.domain.errors import StoreError
from reviewbot.store.audit_triggers import POSTGRESQL, POSTGRESQL_DROP, SQLITE

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """An empty log."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    for statement in SQLITE if _on_sqlite() else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Drop an empty log.

    Raises:
        StoreError: it is not empty: a record is never thrown away.
    """
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM audit")):
        raise StoreError("The audit log holds records: export it and drop its table by hand before going back.")
    op.drop_table("audit")
    if not _on_sqlite():
        op.execute(POSTGRESQL_DROP)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
