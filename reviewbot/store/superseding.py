"""Which queued jobs a newer one makes needless. Both look at whatever the pull request is by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, tuple_, update

from reviewbot.store.job import AFRESH, OVERTAKEN, Job, JobKind, JobState
from reviewbot.store.job_rows import overtaken
from reviewbot.store.schema import JobRow

_PLACE = (JobRow.forge, JobRow.repository, JobRow.number)
_Place = tuple[str, str, int]


def supersede(connection: Connection, jobs: Sequence[Mapping[str, Any]], now: float) -> None:
    """End the queued jobs that one of ``jobs``, rows that were just added, makes needless.

    Of those that come in together the last one stays. What a person asked for stays, and every command.
    """
    for kind in JobKind:
        newest = {(job["forge"], job["repository"], job["number"]): job for job in jobs if job["kind"] == kind.value}
        if newest and not kind.in_order:
            _hand_over(connection, newest, _ended(connection, kind, newest, now))


def supersede_if_overtaken(connection: Connection, job: Job, now: float) -> None:
    """End a queued job where a newer one waits or is worked on.

    It was put back, and storing the newer one superseded only queued ones. One that looks afresh is not ended: the
    newer one may be at it already and look no more closely.
    """
    if job.kind.in_order or job.payload.get(AFRESH) or not connection.scalar(select(overtaken(job))):
        return
    queued = (JobRow.id == job.id, JobRow.state == JobState.QUEUED.value, JobRow.asked.is_(False))
    connection.execute(update(JobRow).where(*queued).values(**_superseded(now)))


def _ended(
    connection: Connection, kind: JobKind, newest: Mapping[_Place, Mapping[str, Any]], now: float
) -> dict[_Place, bool]:
    """The places where one was ended, and whether any there was to look afresh."""
    kept = [job["id"] for job in newest.values()]
    rows = connection.execute(
        update(JobRow)
        .where(tuple_(*_PLACE).in_(list(newest)), JobRow.state == JobState.QUEUED.value, JobRow.id.not_in(kept))
        .where(JobRow.kind == kind.value, JobRow.asked.is_(False))
        .values(**_superseded(now))
        .returning(*_PLACE, JobRow.payload)
    )
    found: dict[_Place, bool] = {}
    for forge, repository, number, payload in rows:
        place = (forge, repository, number)
        found[place] = found.get(place, False) or bool(payload.get(AFRESH))
    return found


def _hand_over(
    connection: Connection, newest: Mapping[_Place, Mapping[str, Any]], ended: Mapping[_Place, bool]
) -> None:
    """Where one that was to look afresh was ended, the newest does."""
    for place, afresh in ended.items():
        job = newest[place]
        if afresh and not job["payload"].get(AFRESH):
            payload = {**job["payload"], AFRESH: True}
            connection.execute(update(JobRow).where(JobRow.id == job["id"]).values(payload=payload))


def _superseded(now: float) -> dict[str, object]:
    return {"state": JobState.SUPERSEDED.value, "updated_at": now, "outcome": OVERTAKEN}
