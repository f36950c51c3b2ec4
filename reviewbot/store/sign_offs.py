"""What people told the bot itself about lines: sign-offs, overrides, threads that they resolved. Only ever added to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from reviewbot.domain.change import LineRange
from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.schema import SignOffRow
from reviewbot.store.upserts import insert_into, place


@dataclass(frozen=True)
class SignOff:
    """One thing that somebody said.

    Attributes:
        key: makes it count once for the pull request. at: seconds since the epoch, by the forge's clock.
        by: a login. word: ``signed-off``, ``overrode`` or ``resolved``. commit: the head that is meant, a full id.
        path, lines: of that head; None is everything. reason: of an override.
    """

    key: str
    at: float
    by: str
    word: str
    commit: str
    path: str | None = None
    lines: LineRange | None = None
    reason: str = ""


class SignOffs:
    """The sign-offs in a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, ref: PullRequestRef, sign_off: SignOff) -> bool:
        """Write one down; False where it was there.

        Raises:
            StoreError: nothing was written.
        """
        start, end = (None, None) if sign_off.lines is None else (sign_off.lines.start, sign_off.lines.end)
        names = ("key", "at", "by", "word", "commit", "path", "reason")
        columns = {name: getattr(sign_off, name) for name in names}
        statement = insert_into(self._database, SignOffRow).values(
            **place(ref), **columns, start_line=start, end_line=end
        )
        with self._database.write() as connection:
            made = connection.execute(statement.on_conflict_do_nothing().returning(SignOffRow.id)).scalar()
        return made is not None

    def of(self, ref: PullRequestRef) -> tuple[SignOff, ...]:
        """All of a pull request, oldest first."""
        rows = select(SignOffRow).filter_by(**place(ref)).order_by(SignOffRow.at, SignOffRow.id)
        with self._database.read() as connection:
            return tuple(
                SignOff(row.key, row.at, row.by, row.word, row.commit, row.path, _lines(row.start_line, row.end_line),
                        row.reason)
                for row in connection.execute(rows)
            )  # fmt: skip


def _lines(start: int | None, end: int | None) -> LineRange | None:
    return None if start is None or end is None else LineRange(start, end)
