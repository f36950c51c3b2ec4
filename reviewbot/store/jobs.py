"""Jobs: who works on which, under a lease. Every change is one compare-and-set, so that no two workers both succeed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Conflict, Database
from reviewbot.store.job import Job, JobKind, JobState
from reviewbot.store.job_rows import can_be_overtaken, find, first_in_line, held, of, overtaken, silent
from reviewbot.store.schema import JobRow
from reviewbot.store.superseding import supersede_if_overtaken

_STOPPED = "The worker stopped in the middle of the work"


@dataclass(frozen=True)
class Due:
    """What the sweeper should look at: never sent, or sent long ago and not started."""

    unsent: tuple[int, ...]
    stale: tuple[int, ...]
    waiting: int
    """How many queued jobs were sent; so many messages at least should lie in the broker."""


class Jobs:
    """The jobs in a database.

    Args:
        database: migrated. max_attempts: starts after which a job whose worker died is given up.
    """

    def __init__(self, database: Database, max_attempts: int) -> None:
        self._database = database
        self._max_attempts = max_attempts

    def claim(self, job_id: int, owner: str, now: float, lease_seconds: float) -> Job | None:
        """Start a job and take its pull request's lock, of which there is one for each kind of job.

        Returns:
            The job, now running; None where there is nothing to do: it is finished, superseded, not due yet, another
            worker holds the lock of its pull request, or an earlier command there is not finished.

        Raises:
            StoreError: nothing was changed.
        """
        try:
            with self._database.write() as connection:
                job = find(connection, job_id)
                if job is None or job.state not in (JobState.QUEUED, JobState.RUNNING):
                    return None
                self._expire(connection, now, of(job.ref))
                supersede_if_overtaken(connection, job, now)
                values = {"state": JobState.RUNNING.value, "owner": owner, "lease_until": now + lease_seconds}
                changed = connection.execute(
                    update(JobRow)
                    .where(JobRow.id == job_id, JobRow.state == JobState.QUEUED.value, JobRow.next_try <= now)
                    .where(first_in_line())
                    .values(attempts=JobRow.attempts + 1, updated_at=now, **values)
                )
                return find(connection, job_id) if changed.rowcount else None
        except Conflict:  # jobs_one_running: another worker holds the lock of the pull request
            return None

    def renew(self, job_id: int, owner: str, now: float, lease_seconds: float) -> bool:
        """Hold on to a job; False where it is ours no longer."""
        with self._database.write() as connection:
            changed = connection.execute(
                update(JobRow).where(held(job_id, owner)).values(lease_until=now + lease_seconds)
            )
            return changed.rowcount == 1

    def finish(
        self,
        job_id: int,
        owner: str,
        state: JobState,
        outcome: str,
        now: float,
        *,
        url: str | None = None,
        stats: Mapping[str, Any] | None = None,
    ) -> bool:
        """End a job and let go of its lock; False where it was ours no longer, so that nothing was written."""
        values = {"state": state.value, "url": url, "stats": None if stats is None else dict(stats)}
        return self._let_go(job_id, owner, outcome, now, values)

    def try_again(self, job_id: int, owner: str, reason: str, at: float, now: float, *, counts: bool = True) -> bool:
        """Put a job back to be started at ``at``; False where it was ours no longer.

        Args:
            counts: False takes back the attempt, for a failure that is nobody's fault, such as a rate limit.
        """
        values: dict[str, Any] = {
            "state": JobState.QUEUED.value,
            "next_try": at,
            "enqueued_at": None,
        }
        if not counts:
            values["attempts"] = JobRow.attempts - 1
        return self._let_go(job_id, owner, reason, now, values)

    def _let_go(self, job_id: int, owner: str, outcome: str, now: float, values: dict[str, Any]) -> bool:
        with self._database.write() as connection:
            changed = connection.execute(
                update(JobRow)
                .where(held(job_id, owner))
                .values(owner=None, lease_until=None, updated_at=now, outcome=_storable(outcome), **values)
            )
            return changed.rowcount == 1

    def get(self, job_id: int) -> Job | None:
        """A job as it stands."""
        with self._database.read() as connection:
            return find(connection, job_id)

    def newer_than(self, job: Job) -> bool:
        """Whether a later review of the same pull request makes ``job`` needless while it is worked on.

        Never so for a command, for a review that a person asked for, which works on whatever the head is, and for a
        look of the gate's, which ends and is followed by the newer one.
        """
        if not can_be_overtaken(job):
            return False
        with self._database.read() as connection:
            return bool(connection.scalar(select(overtaken(job))))

    def next_of(self, ref: PullRequestRef, kind: JobKind, now: float) -> int | None:
        """The job of a pull request that could be started now, if there is one.

        Of reviews and looks the newest. Of commands the oldest, and none as long as that one has to wait.
        """
        pick = func.min(JobRow.id) if kind.in_order else func.max(JobRow.id)
        due = (of(ref), JobRow.kind == kind.value, JobRow.state == JobState.QUEUED.value, JobRow.next_try <= now)
        with self._database.read() as connection:
            return connection.scalar(select(pick).where(*due, first_in_line()))

    def expire(self, now: float) -> None:
        """Put back every running job whose worker has been silent for longer than its lease, or give it up as dead."""
        with self._database.read() as connection:
            found = connection.scalar(select(exists().where(silent(now))))
        if found:  # on SQLite looking is free, while writing keeps every other writer waiting
            with self._database.write() as connection:
                self._expire(connection, now)

    def _expire(self, connection: Connection, now: float, *which: ColumnElement[bool]) -> None:
        worn = JobRow.attempts >= self._max_attempts
        free = {"owner": None, "lease_until": None, "updated_at": now}
        given_up = f"{_STOPPED} {self._max_attempts} times: see its log, then deliver the event again."
        connection.execute(
            update(JobRow).where(silent(now), worn, *which).values(state=JobState.DEAD.value, outcome=given_up, **free)
        )
        connection.execute(
            update(JobRow)
            .where(silent(now), *which)
            .values(state=JobState.QUEUED.value, outcome=f"{_STOPPED}.", next_try=now, enqueued_at=None, **free)
        )

    def due(self, kind: JobKind, now: float, requeue_seconds: float) -> Due:
        """Queued jobs of a kind whose time has come and that nobody was told about, or not lately."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(JobRow.id, JobRow.enqueued_at)
                .where(JobRow.kind == kind.value, JobRow.state == JobState.QUEUED.value, JobRow.next_try <= now)
                .order_by(JobRow.id)
            ).all()
        sent = [(id_, at) for id_, at in rows if at is not None]
        return Due(
            tuple(id_ for id_, at in rows if at is None),
            tuple(id_ for id_, at in sent if at < now - requeue_seconds),
            len(sent),
        )

    def mark_sent(self, job_ids: Sequence[int], now: float) -> None:
        """Remember that the broker was told about these."""
        if job_ids:
            with self._database.write() as connection:
                connection.execute(
                    update(JobRow)
                    .where(JobRow.id.in_(job_ids), JobRow.state == JobState.QUEUED.value)
                    .values(enqueued_at=now)
                )

    def counts(self, *kinds: JobKind) -> dict[str, int]:
        """How many jobs stand in each state; of these kinds, or of all."""
        chosen = JobRow.kind.in_([kind.value for kind in kinds or JobKind])
        with self._database.read() as connection:
            rows = connection.execute(select(JobRow.state, func.count()).where(chosen).group_by(JobRow.state)).all()
        found = {row[0]: row[1] for row in rows}
        return {state.value: found.get(state.value, 0) for state in JobState}


def _storable(sentence: str) -> str:
    """What PostgreSQL takes: an error may quote a path or a name with anything in it."""
    return sentence.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
