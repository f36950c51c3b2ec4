"""The tables. Changed only together with a migration in ``migrations/versions``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, Integer, Text, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from reviewbot.store.columns import AnyText


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

    ``jobs_one_running`` is the lock of a pull request: the database itself refuses a second running job of one kind
    for it. ``asked``: a person asked for it, and no newer delivery makes it needless.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "jobs_one_running",
            *("forge", "repository", "number", "kind"),
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
    kind: Mapped[str] = mapped_column(server_default="review")
    payload: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    asked: Mapped[bool] = mapped_column(server_default=false())


class RecordRow(Base):
    """A suggestion's life on one pull request; ``body`` is the suggestion, by ``suggestion_json``."""

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("forge", "repository", "number", "suggestion", name="records_once"),
        Index("records_by_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forge: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    suggestion: Mapped[str]
    made_at: Mapped[float]
    updated_at: Mapped[float]
    head: Mapped[str]
    state: Mapped[str]
    body: Mapped[str]
    thread: Mapped[str | None] = mapped_column(AnyText)
    outcome: Mapped[str | None]
    commit: Mapped[str | None]
    by: Mapped[str | None] = mapped_column(AnyText)
    reason: Mapped[str | None] = mapped_column(AnyText)


class OutcomeRow(Base):
    """One change of a record's state or outcome. Only ever added to: what the bot learns from."""

    __tablename__ = "outcomes"
    __table_args__ = (Index("outcomes_by_pull_request", "forge", "repository", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    forge: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    suggestion: Mapped[str]
    at: Mapped[float]
    state: Mapped[str]
    outcome: Mapped[str | None]
    commit: Mapped[str | None]
    by: Mapped[str | None] = mapped_column(AnyText)
    reason: Mapped[str | None] = mapped_column(AnyText)


class PullRow(Base):
    """What the bot remembers of a pull request."""

    __tablename__ = "pulls"

    forge: Mapped[str] = mapped_column(primary_key=True)
    repository: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reviewed_head: Mapped[str | None]
    reviewed_base: Mapped[str | None]
    paused: Mapped[bool] = mapped_column(server_default=false())
    paused_by: Mapped[str | None] = mapped_column(AnyText)
    summary: Mapped[str | None]
    config_told: Mapped[str | None] = mapped_column(AnyText)


class CommandRow(Base):
    """A command line of a comment. ``digest`` is of the whole line, ``line`` its beginning, for people."""

    __tablename__ = "commands"
    __table_args__ = (
        UniqueConstraint(
            *("forge", "repository", "number", "comment_kind", "comment_id", "digest"), name="commands_once"
        ),
        Index("commands_by_person", "forge", "login", "begun_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forge: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    comment_kind: Mapped[str]
    comment_id: Mapped[str]
    digest: Mapped[str]
    line: Mapped[str] = mapped_column(AnyText)
    login: Mapped[str] = mapped_column(AnyText)
    begun_at: Mapped[float]
    finished_at: Mapped[float | None]
    outcome: Mapped[str | None] = mapped_column(AnyText)


class AuditRow(Base):
    """A record of the audit log: ``body`` is the entry in canonical JSON. What is not under the hash is not here."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    previous: Mapped[str]
    hash: Mapped[str]
    body: Mapped[str]


class GateRow(Base):
    """What the gate said of a pull request. See ``store.gates``."""

    __tablename__ = "gates"
    __table_args__ = (Index("gates_by_head", "forge", "repository", "head"),)

    forge: Mapped[str] = mapped_column(primary_key=True)
    repository: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    head: Mapped[str]
    base: Mapped[str]
    base_branch: Mapped[str] = mapped_column(AnyText)
    mode: Mapped[str]
    state: Mapped[str]
    report: Mapped[str]
    facts: Mapped[str]
    logged: Mapped[str]
    updated: Mapped[float]
    at: Mapped[float]
    comment: Mapped[str | None]
    open: Mapped[bool]


class SignOffRow(Base):
    """What somebody told the bot of lines. Only ever added to."""

    __tablename__ = "sign_offs"
    __table_args__ = (UniqueConstraint("forge", "repository", "number", "key", name="sign_offs_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    forge: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(AnyText)
    at: Mapped[float]
    by: Mapped[str] = mapped_column(AnyText)
    word: Mapped[str]
    commit: Mapped[str]
    path: Mapped[str | None] = mapped_column(AnyText)
    start_line: Mapped[int | None]
    end_line: Mapped[int | None]
    reason: Mapped[str] = mapped_column(AnyText)


class PushRow(Base):
    """A push to a head branch, as a webhook told it."""

    __tablename__ = "pushes"
    __table_args__ = (UniqueConstraint("forge", "repository", "number", "after", "before", "at", name="pushes_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    forge: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[float]
    by: Mapped[str] = mapped_column(AnyText)
    after: Mapped[str]
    before: Mapped[str]


class HoldRow(Base):
    """A thread that holds a merge back; ``places`` is what it means, in canonical JSON."""

    __tablename__ = "holds"
    __table_args__ = (UniqueConstraint("forge", "repository", "number", "thread", name="holds_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    forge: Mapped[str]
    repository: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    thread: Mapped[str]
    head: Mapped[str]
    places: Mapped[str]


class SeenRow(Base):
    """What records said of lines at a head of a pull request; ``body`` is a list of ``Seen`` in canonical JSON."""

    __tablename__ = "seen"

    forge: Mapped[str] = mapped_column(primary_key=True)
    repository: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    head: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[float]
    body: Mapped[str]
