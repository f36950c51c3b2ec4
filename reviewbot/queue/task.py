"""Celery's side of a job: the task in a child process of the worker, and what it opens there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from billiard.exceptions import SoftTimeLimitExceeded
from celery import Task

from reviewbot.domain.errors import ReviewbotError
from reviewbot.queue.acks import Acks
from reviewbot.queue.app import TASK
from reviewbot.queue.outcome import OverTime
from reviewbot.queue.runner import Runner, Work
from reviewbot.settings import Settings
from reviewbot.store.job import Job
from reviewbot.visit.outcome import Outcome

LOG = logging.getLogger("reviewbot.worker")

MakeRunner = Callable[[Settings, str, ExitStack], Runner]
"""From settings, the broker's URL and a stack for what must be closed to a runner."""


class ReviewTask(Task):  # type: ignore[misc]
    """The one task. Everything it needs is opened in the child on its first job, never carried over the fork."""

    name = TASK
    ignore_result = True
    Request = "reviewbot.queue.acks:WatchedRequest"

    def __init__(self, settings: Settings, broker_url: str, make: MakeRunner) -> None:
        self._settings, self._broker_url, self._make = settings, broker_url, make
        self._open = ExitStack()
        self.acks = Acks()
        self._runner: Runner | None = None

    def run(self, job_id: int) -> None:
        """Do the job with this id; a message that holds anything else is dropped."""
        if not isinstance(job_id, int):
            LOG.warning("dropped a message that holds no job's id")
            return
        try:
            self._ready().run(job_id)
        except ReviewbotError as error:  # the job stands in the database as it stood: the sweeper brings it back
            LOG.warning("job %d was left for later: %s", job_id, error)

    def on_failure(self, exc: BaseException, task_id: str, args: Sequence[int], kwargs: object, einfo: object) -> None:
        """Celery logged the traceback; the job must not be left for its lease to run out."""
        if isinstance(self._runner, Runner) and isinstance(exc, Exception):
            self._runner.fail(args[0], f"A defect in reviewbot stopped the work ({type(exc).__name__}): see its log.")

    def _ready(self) -> Runner:
        if self._runner is None:
            self._runner = self._make(self._settings, self._broker_url, self._open)
        return self._runner


def within_time(work: Work, seconds: int) -> Work:
    """The same work, with Celery's soft time limit of ``seconds`` turned into an error of ours."""

    def limited(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        try:
            return work(job, still_wanted)
        except SoftTimeLimitExceeded:
            raise OverTime(
                f"The work took longer than {seconds} s: raise REVIEWBOT_REVIEW_SECONDS for a pull request so large."
            ) from None

    return limited
