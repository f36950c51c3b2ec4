"""Processes beside the worker's own: the sweeper, the other workers, the patrol. They live as long as it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from celery import bootsteps
from celery.apps.worker import Worker

SETTING = "reviewbot_beside"
"""The word in Celery's configuration under which the worker finds its ``Beside``."""

_CHECK_SECONDS = 1.0
_REST_SECONDS = 5.0  # between two starts of one process, so that one that cannot start does not keep a core busy
_COLD_SECONDS = 5.0  # for a process to end when the worker was told to drop its tasks


@dataclass(frozen=True)
class Beside:
    """What to run: names of modules with their arguments, and environment variables on top of ours.

    Each is given ``--parent PID`` too, and ends when that process has ended.
    """

    modules: Sequence[Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)


class Kept:
    """One process, started again when it has ended."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command, self._environment = command, environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def keep(self) -> None:
        """Start it where it does not run."""
        now = time.monotonic()
        if self._process is not None and (self._process.poll() is None or now < self._started + _REST_SECONDS):
            return
        self._process = subprocess.Popen(self._command, env={**os.environ, **self._environment})
        self._started = now

    def tell(self, number: int) -> None:
        """Send it a signal."""
        if self._process is not None:
            self._process.send_signal(number)

    def wait(self, seconds: float | None = None) -> None:
        """Until it has ended; after so many seconds it is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class KeepBeside(bootsteps.StartStopStep):  # type: ignore[misc]
    """Keeps what the worker's configuration names running for as long as the worker does."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Worker, **options: object) -> None:
        super().__init__(worker, **options)
        self._all: list[Kept] = []
        self._ending = False

    def start(self, worker: Worker) -> None:
        """Start them, and look after them now and then."""
        beside: Beside = worker.app.conf[SETTING]
        parent = ["--parent", str(os.getpid())]
        self._all = [Kept([sys.executable, "-m", *m, *parent], beside.environment) for m in beside.modules]
        self._keep()
        worker.timer.call_repeatedly(_CHECK_SECONDS, self._keep)

    def close(self, worker: Worker) -> None:
        """The worker takes no more jobs: neither shall they. Their last ones end while ours do."""
        self._ending = True
        for one in self._all:
            one.tell(signal.SIGTERM)

    def stop(self, worker: Worker) -> None:
        """Wait for their ends."""
        for one in self._all:
            one.wait()

    def terminate(self, worker: Worker) -> None:
        """The worker drops its tasks: so shall they."""
        for one in self._all:
            one.tell(signal.SIGQUIT)
        for one in self._all:
            one.wait(_COLD_SECONDS)

    def _keep(self) -> None:
        if not self._ending:
            for one in self._all:
                one.keep()
