"""What the bot remembers of a pull request beside its suggestions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.schema import PullRow
from reviewbot.store.upserts import insert_into, place


@dataclass(frozen=True)
class PullNote:
    """What is remembered.

    Attributes:
        reviewed_head: the head that was reviewed last. reviewed_base: the merge base of that review.
        paused: whether somebody told the bot to be silent. paused_by: their login.
        summary: id of our summary comment in the conversation; None where none stands.
        config_told: the text (or its digest) of the configuration whose error was reported; None where none was.
    """

    reviewed_head: str | None = None
    reviewed_base: str | None = None
    paused: bool = False
    paused_by: str | None = None
    summary: str | None = None
    config_told: str | None = None


class Pulls:
    """The notes in a database. Each setter is one statement that leaves the rest of the note alone.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, ref: PullRequestRef) -> PullNote:
        """The note; an empty one where nothing was written down.

        Raises:
            StoreError: the database failed.
        """
        columns = [PullRow.__table__.c[name] for name in PullNote.__dataclass_fields__]
        with self._database.read() as connection:
            row = connection.execute(select(*columns).filter_by(**place(ref))).one_or_none()
        return PullNote() if row is None else PullNote(**row._mapping)

    def set_reviewed(self, ref: PullRequestRef, head: str, base: str) -> None:
        """A review of ``head`` is posted, or had nothing to say. ``base`` is its merge base."""
        self._set(ref, reviewed_head=head, reviewed_base=base)

    def set_paused(self, ref: PullRequestRef, *, paused: bool, by: str) -> None:
        """Somebody with the login ``by`` paused the bot here, or let it go on."""
        self._set(ref, paused=paused, paused_by=by if paused else None)

    def set_summary(self, ref: PullRequestRef, summary: str | None) -> None:
        """The id of our summary comment, or that there is none any more."""
        self._set(ref, summary=summary)

    def set_config_told(self, ref: PullRequestRef, told: str | None) -> None:
        """Which wrong configuration was reported here, or that it is right again."""
        self._set(ref, config_told=told)

    def _set(self, ref: PullRequestRef, **columns: str | bool | None) -> None:
        statement = insert_into(self._database, PullRow).values(**place(ref), **columns)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["forge", "repository", "number"], set_=columns)
            )
