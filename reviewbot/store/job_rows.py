"""Which rows of jobs are meant, as conditions, and a row as a ``Job``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, select
from sqlalchemy.orm import aliased

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.job import Job, JobKind, JobState
from reviewbot.store.schema import DeliveryRow, JobRow

_UNFINISHED = (JobState.QUEUED.value, JobState.RUNNING.value)


def of(ref: PullRequestRef) -> ColumnElement[bool]:
    """Jobs of one pull request."""
    return and_(JobRow.forge == ref.forge, JobRow.repository == ref.repository, JobRow.number == ref.number)


def held(job_id: int, owner: str) -> ColumnElement[bool]:
    """The job, as long as ``owner`` works on it."""
    return and_(JobRow.id == job_id, JobRow.state == JobState.RUNNING.value, JobRow.owner == owner)


def silent(now: float) -> ColumnElement[bool]:
    """Jobs whose worker let its lease run out."""
    return and_(JobRow.state == JobState.RUNNING.value, JobRow.lease_until < now)


def overtaken(job: Job) -> ColumnElement[bool]:
    """Whether a later job of the same kind and pull request waits or is worked on."""
    kind = JobRow.kind == job.kind.value
    return exists().where(of(job.ref), kind, JobRow.id > job.id, JobRow.state.in_(_UNFINISHED))


def can_be_overtaken(job: Job) -> bool:
    """Whether a newer delivery ends the work on the job: what a person asked for is done all the same, a command too.

    And so is a look of the gate's: where pushes come faster than it looks, none would ever get a verdict otherwise.
    """
    return job.kind is JobKind.REVIEW and not job.asked


def first_in_line() -> ColumnElement[bool]:
    """Whether no earlier command of the same pull request is unfinished. The other kinds stand in no line."""
    earlier = aliased(JobRow)
    same = [getattr(earlier, name) == getattr(JobRow, name) for name in ("forge", "repository", "number", "kind")]
    before = exists().where(*same, earlier.id < JobRow.id, earlier.state.in_(_UNFINISHED)).correlate(JobRow)
    return JobRow.kind.not_in([kind.value for kind in JobKind if kind.in_order]) | ~before


def find(connection: Connection, job_id: int) -> Job | None:
    """A job with what its delivery says."""
    columns = select(JobRow.__table__, DeliveryRow.delivery, DeliveryRow.installation)
    found = connection.execute(
        columns.join(DeliveryRow, DeliveryRow.id == JobRow.id).where(JobRow.id == job_id)
    ).one_or_none()
    return None if found is None else _job(found)


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        delivery=row.delivery,
        ref=PullRequestRef(row.forge, row.repository, row.number),
        head=row.head,
        state=JobState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        next_try=row.next_try,
        owner=row.owner,
        outcome=row.outcome,
        url=row.url,
        kind=JobKind(row.kind),
        payload=row.payload,
        installation=row.installation,
    )
