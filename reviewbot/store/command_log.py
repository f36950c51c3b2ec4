"""The log of commands: each line of each comment is done once, and nobody gives too many."""

from __future__ import annotations

import hashlib
from enum import Enum, auto

from sqlalchemy import exists, func, select, update

from reviewbot.domain.event import CommentRef, PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.schema import CommandRow
from reviewbot.store.upserts import insert_into, place

TOO_OFTEN = "too often"
"""The outcome of a command that came after too many others."""

_KEPT = 500  # characters of a line, for whoever looks at the table


class Begun(Enum):
    """What is known of a command line."""

    NEW = auto()
    """It was never begun."""
    AGAIN = auto()
    """It was begun and never finished: the worker died. What it does may have happened: look first."""
    DONE = auto()
    """It is finished."""


class CommandLog:
    """The commands in a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, ref: PullRequestRef, comment: CommentRef, line: str, login: str, now: float) -> Begun:
        """Write down that a command line is begun, before anything is done for it.

        Args:
            line: the command line; white space at its ends and how much of it stands between words do not count.
            login: who gave it. now: seconds since the epoch.

        Raises:
            StoreError: nothing was written.
        """
        key = _key(ref, comment, line)
        said = " ".join(line.split())[:_KEPT]
        statement = insert_into(self._database, CommandRow).values(**key, line=said, login=login, begun_at=now)
        with self._database.write() as connection:
            made = connection.execute(statement.on_conflict_do_nothing().returning(CommandRow.id)).scalar()
            if made is not None:
                return Begun.NEW
            finished = connection.execute(select(CommandRow.finished_at).filter_by(**key)).scalar_one()
        return Begun.AGAIN if finished is None else Begun.DONE

    def finish(self, ref: PullRequestRef, comment: CommentRef, line: str, outcome: str, now: float) -> None:
        """Write down that a command line is done. ``outcome`` is one word or sentence: what came of it.

        Raises:
            StoreError: nothing was written; the command is begun again.
        """
        with self._database.write() as connection:
            connection.execute(
                update(CommandRow).filter_by(**_key(ref, comment, line)).values(finished_at=now, outcome=outcome)
            )

    def count(self, forge: str, login: str, since: float, ref: PullRequestRef | None = None) -> int:
        """How many commands somebody began at ``since`` or later, over all repositories of the forge.

        Args:
            since: seconds since the epoch. ref: count those on this pull request alone.
        """
        query = select(func.count()).select_from(CommandRow).where(CommandRow.begun_at >= since)
        query = query.filter_by(forge=forge, login=login) if ref is None else query.filter_by(login=login, **place(ref))
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def was_told(self, forge: str, login: str, since: float, outcome: str = TOO_OFTEN) -> bool:
        """Whether a command of somebody's ended with ``outcome`` at ``since`` or later, so that it was said to them."""
        ended = exists().where(
            CommandRow.forge == forge,
            CommandRow.login == login,
            CommandRow.finished_at >= since,
            CommandRow.outcome == outcome,
        )
        with self._database.read() as connection:
            return bool(connection.scalar(select(ended)))


def _key(ref: PullRequestRef, comment: CommentRef, line: str) -> dict[str, str | int]:
    """The line by its digest: an index takes no long text (of PostgreSQL's, a third of a page)."""
    said = " ".join(line.split()).encode("utf-8", "surrogatepass")
    comment_key = {"comment_kind": comment.kind.value, "comment_id": comment.id}
    return {**place(ref), **comment_key, "digest": hashlib.sha256(said).hexdigest()}
