"""The tables. Changed only together with a migration in ``migrations/versions``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What Alembic compares the database with."""

    type_annotation_map = {str: Text, float: Double, dict[str, Any]: JSON}  # noqa: RUF012


class DeliveryRow(Base):
    """A delivery of the forge's that asks for work, stored before it is answered. Times are seconds since the epoch."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("forge", "delivery", name="deliveries_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    forge: Mapped[str]
    delivery: Mapped[str]
    received_at: Mapped[float]
    action: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[str]
    draft: Mapped[bool]
    installation: Mapped[int | None] = mapped_column(BigInteger)


class JobRow(Base):
    """The work that a delivery asks for.

    ``jobs_one_running`` is the lock of a pull request: the database itself refuses a second running job for it.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "jobs_one_running",
            *("forge", "repository", "number"),
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index("jobs_by_state", "state", "next_try"),
        Index("jobs_by_pull_request", "forge", "repository", "number", "state"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True, autoincrement=False)
    forge: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    created_at: Mapped[float]
    updated_at: Mapped[float]
    next_try: Mapped[float]
    enqueued_at: Mapped[float | None]
    owner: Mapped[str | None]
    lease_until: Mapped[float | None]
    outcome: Mapped[str | None]
    url: Mapped[str | None]
    stats: Mapped[dict[str, Any] | None]
