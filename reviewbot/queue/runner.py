"""One job from its claim to its end. Knows the database and the work, not the broker's library."""

from __future__ import annotations

import logging
import os
import random
import socket
import time
import uuid
from collections.abc import Callable, Sequence

from reviewbot.domain.errors import BrokerError, ReviewbotError, StoreError
from reviewbot.logs import bound
from reviewbot.queue.lease import Lease, LeaseLost, Overtaken
from reviewbot.queue.outcome import Defect
from reviewbot.queue.retries import GiveUp, Retry, RetryPolicy, after_failure, policy_for
from reviewbot.store.job import OVERTAKEN, Job, JobKind, JobState
from reviewbot.store.jobs import Jobs
from reviewbot.visit.outcome import HeadMoved, Outcome

LOG = logging.getLogger("reviewbot.worker")
_RECORD_WAITS = (0.2, 1.0, 5.0)  # seconds between tries to write a result into a locked database

Work = Callable[[Job, Callable[[str], None]], Outcome]
"""Does a job; told before each step what to call with the step's name."""

Send = Callable[[Sequence[int], JobKind], None]
"""Tells the broker about jobs of a kind."""


class Runner:
    """Runs jobs by their id.

    Args:
        jobs: the truth. work: does a job, of whatever kind. send: tells the broker about jobs of a kind.
        policy: of retries. lease_seconds: see ``Lease``.
        last_word: told of a job that is given up, and why, right before.
    """

    def __init__(
        self,
        jobs: Jobs,
        work: Work,
        send: Send,
        policy: RetryPolicy,
        lease_seconds: float,
        *,
        last_word: Callable[[Job, str], None] = lambda *_: None,
    ) -> None:
        self._jobs, self._work, self._send, self._last_word = jobs, work, send, last_word
        self._policy, self._lease_seconds = policy, lease_seconds

    def run(self, job_id: int) -> None:
        """Do the job, unless it is done already, not due, or its pull request is being worked on.

        Raises:
            StoreError: the database failed before the job was begun; the sweeper brings it back.
        """
        owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        job = self._jobs.claim(job_id, owner, time.time(), self._lease_seconds)
        if job is None:
            LOG.info("nothing to do for job %d", job_id)
            return
        with bound(job=job.id, delivery=job.delivery, pull_request=str(job.ref), attempt=job.attempts):
            with Lease(self._jobs, job, owner, self._lease_seconds) as lease:
                ending = self._attempt(job, lease.still_wanted)
                if ending is not None:
                    self._end(job, owner, ending)
            self._wake_next(job)

    def _attempt(self, job: Job, still_wanted: Callable[[str], None]) -> Outcome | Retry | GiveUp | None:
        """What came of the work; None where the job is another worker's by now."""
        LOG.info("job started")
        try:
            return self._work(job, still_wanted)
        except LeaseLost as error:
            LOG.warning("%s", error)
            return None
        except Overtaken as error:
            return Outcome(str(error), superseded=True)
        except HeadMoved as error:
            if self._jobs.newer_than(job):
                return Outcome(OVERTAKEN, superseded=True)
            return self._failed(job, error)
        except ReviewbotError as error:
            return self._failed(job, error)

    def _end(self, job: Job, owner: str, ending: Outcome | Retry | GiveUp) -> None:
        if isinstance(ending, GiveUp):
            self._say_last(job, ending.reason)
        self._record(job, owner, ending)

    def _say_last(self, job: Job, reason: str) -> None:
        """What made the work fail may keep this from being said, too; the job is given up all the same."""
        try:
            self._last_word(job, reason)
        except ReviewbotError as error:
            LOG.warning("nobody was told that the job is given up: %s", error)

    def _failed(self, job: Job, error: ReviewbotError) -> Retry | GiveUp:
        policy = policy_for(job.kind, self._policy)
        return after_failure(error, job.attempts, time.time() - job.created_at, policy, random.random())

    def fail(self, job_id: int, reason: str) -> None:
        """A defect of ours ended the job: try again, in bounds, since what it met may pass."""
        job = self._jobs.get(job_id)
        if job is not None and job.state is JobState.RUNNING and job.owner is not None:
            with bound(job=job.id, delivery=job.delivery, pull_request=str(job.ref), attempt=job.attempts):
                self._end(job, job.owner, self._failed(job, Defect(reason)))

    def _record(self, job: Job, owner: str, ending: Outcome | Retry | GiveUp) -> None:
        """Write down how it ended. Where the database stays locked the lease runs out and the job is done once more,

        which posts nothing twice: what stands on the forge is looked up first.
        """
        for wait in (*_RECORD_WAITS, None):
            try:
                held = self._write(job, owner, ending)
            except StoreError as error:
                if wait is None:
                    raise
                LOG.warning("%s", error)
                time.sleep(wait)
            else:
                if held:
                    LOG.info("%s", describe(ending))
                else:
                    LOG.warning("not recorded, another worker has the job by now: %s", describe(ending))
                return

    def _write(self, job: Job, owner: str, ending: Outcome | Retry | GiveUp) -> bool:
        now = time.time()
        match ending:
            case Outcome():
                state = JobState.SUPERSEDED if ending.superseded else JobState.DONE
                return self._jobs.finish(job.id, owner, state, ending.sentence, now, url=ending.url, stats=ending.stats)
            case Retry():
                at = now + ending.after
                return self._jobs.try_again(job.id, owner, ending.reason, at, now, counts=ending.counts)
            case GiveUp():
                return self._jobs.finish(job.id, owner, JobState.DEAD, ending.reason, now)

    def _wake_next(self, job: Job) -> None:
        """Another job of the same pull request found the lock taken; without this it would wait for the sweeper."""
        following = self._jobs.next_of(job.ref, job.kind, time.time())
        if following is not None:
            try:
                self._send([following], job.kind)
            except BrokerError as error:
                LOG.warning("%s", error)


def describe(ending: Outcome | Retry | GiveUp) -> str:
    """One line for the log."""
    match ending:
        case Outcome():
            return f"job {'superseded' if ending.superseded else 'done'}: {ending.sentence}"
        case Retry():
            return f"job tried again in {ending.after:.0f} s: {ending.reason}"
        case GiveUp():
            return f"job dead: {ending.reason}"
