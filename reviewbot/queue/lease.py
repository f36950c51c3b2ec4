"""Holding on to a job while it is worked on, and noticing when it is lost or no longer wanted."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from reviewbot.domain.errors import ReviewbotError, StoreError
from reviewbot.store.job import Job
from reviewbot.store.jobs import Jobs

_BEATS = 4  # renewals in the time of a lease, so that three may fail


class LeaseLost(ReviewbotError):
    """This worker was silent for too long; another may have the job by now."""


class Overtaken(ReviewbotError):
    """A newer delivery for the pull request came in."""


class Lease:
    """Renews the lease of a running job from a thread, for as long as the ``with`` block lasts.

    Args:
        jobs: where it is held. job: claimed just now by ``owner``. seconds: how long it lasts without renewal.
    """

    def __init__(self, jobs: Jobs, job: Job, owner: str, seconds: float) -> None:
        self._jobs, self._job, self._owner, self._seconds = jobs, job, owner, seconds
        self._good_until = time.monotonic() + seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.id}", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def still_wanted(self, step: str) -> None:
        """Called before each step of the work.

        The lease is renewed here too: what follows then begins with its whole length before it.

        Raises:
            LeaseLost: this worker no longer has the job. Overtaken: nobody wants it any more.
            StoreError: that cannot be said.
        """
        if time.monotonic() >= self._good_until or not self._renew():
            raise LeaseLost(f"{self._job.ref} is in other hands by now: this worker was silent before {step}.")
        if self._jobs.newer_than(self._job):
            raise Overtaken(f"A newer delivery for {self._job.ref} came in before {step}.")

    def _beat(self) -> None:
        while not self._stop.wait(self._seconds / _BEATS):
            try:
                if not self._renew():
                    return
            except StoreError:
                continue  # `_good_until` stands as it was: work ends when it has passed

    def _renew(self) -> bool:
        start = time.monotonic()
        held = self._jobs.renew(self._job.id, self._owner, time.time(), self._seconds)
        self._good_until = start + self._seconds if held else start
        return held
