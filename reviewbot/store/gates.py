"""What the gate remembers of each pull request: which head it looked at, what it said of it, and from what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select, union

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.schema import DeliveryRow, GateRow
from reviewbot.store.upserts import insert_into, place


@dataclass(frozen=True)
class GateNote:
    """One pull request.

    Attributes:
        head, base: full ids; empty before the first look. base_branch: that it goes into.
        mode: of ``[ai]``. state: a ``CheckState``'s value; empty before the first look.
        report: digest of what was shown last. facts: of all that the last finished verdict rests on; empty where a look
            was begun and not ended. logged: of the last entry in the audit log.
        updated: when anything on the pull request changed last, as the forge said at the last look, seconds since the
            epoch. at: when we looked, by our clock.
        comment: the id of the gate's comment. open: whether the pull request is.
    """

    ref: PullRequestRef
    head: str
    base: str
    base_branch: str
    mode: str
    state: str
    report: str
    facts: str
    logged: str
    updated: float
    at: float
    comment: str | None
    open: bool


class Gates:
    """The notes in a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, ref: PullRequestRef) -> GateNote | None:
        """What is remembered of a pull request."""
        with self._database.read() as connection:
            row = connection.execute(select(GateRow.__table__).filter_by(**place(ref))).one_or_none()
        return None if row is None else _note(row)

    def save(self, note: GateNote) -> None:
        """Remember this in the place of what was remembered.

        Raises:
            StoreError: nothing was written.
        """
        columns = {name: value for name, value in asdict(note).items() if name != "ref"}
        statement = insert_into(self._database, GateRow).values(**place(note.ref), **columns)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["forge", "repository", "number"], set_=columns)
            )

    def at_head(self, forge: str, repository: str, head: str) -> tuple[GateNote, ...]:
        """The open ones whose head is this commit."""
        return self._open(forge, repository, GateRow.head == head)

    def into(self, forge: str, repository: str, branch: str) -> tuple[int, ...]:
        """The numbers of the open ones that go into a branch."""
        return tuple(note.ref.number for note in self._open(forge, repository, GateRow.base_branch == branch))

    def of(self, forge: str, repository: str) -> tuple[GateNote, ...]:
        """The open ones of a repository."""
        return self._open(forge, repository)

    def repositories(self, forge: str) -> tuple[str, ...]:
        """Every repository that a delivery or a note names."""
        named = [select(table.repository).where(table.forge == forge) for table in (DeliveryRow, GateRow)]
        with self._database.read() as connection:
            return tuple(sorted(connection.scalars(union(*named))))

    def _open(self, forge: str, repository: str, *which: ColumnElement[bool]) -> tuple[GateNote, ...]:
        query = select(GateRow.__table__).where(
            GateRow.forge == forge, GateRow.repository == repository, GateRow.open.is_(True), *which
        )
        with self._database.read() as connection:
            return tuple(_note(row) for row in connection.execute(query.order_by(GateRow.number)))


def _note(row: Row[Any]) -> GateNote:
    columns = dict(row._mapping)
    ref = PullRequestRef(columns.pop("forge"), columns.pop("repository"), columns.pop("number"))
    return GateNote(ref, **columns)
