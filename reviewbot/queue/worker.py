"""The worker: Celery with its pool of processes, and the sweeper beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

from celery import bootsteps, signals
from celery.apps.worker import Worker
from celery.exceptions import SecurityWarning

from reviewbot.logs import set_up
from reviewbot.queue.acks import AckWatch
from reviewbot.queue.app import make_app
from reviewbot.queue.embedded_broker import running
from reviewbot.queue.task import MakeRunner, ReviewTask
from reviewbot.settings import Settings
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate

_CHECK_SECONDS = 5.0


class Sweeping(bootsteps.StartStopStep):  # type: ignore[misc]
    """Keeps a sweeper running for as long as the worker does."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Worker, **options: object) -> None:
        super().__init__(worker, **options)
        self._process: subprocess.Popen[bytes] | None = None
        self._environment: dict[str, str] = worker.app.conf["reviewbot_environment"]

    def start(self, worker: Worker) -> None:
        """Start the sweeper, and look after it now and then."""
        self._keep()
        worker.timer.call_repeatedly(_CHECK_SECONDS, self._keep)

    def stop(self, worker: Worker) -> None:
        """Stop the sweeper."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _keep(self) -> None:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "reviewbot.queue.sweeper", "--parent", str(os.getpid())]
            self._process = subprocess.Popen(command, env={**os.environ, **self._environment})


def run_worker(settings: Settings, make: MakeRunner) -> int:
    """Work until told to stop.

    Args:
        settings: the operator's. make: what each process of the pool opens on its first job.

    Returns:
        What the process should exit with.

    Raises:
        ConfigError: a setting is wrong or missing.
    """
    set_up(settings.log_level)
    signals.setup_logging.connect(_keep_our_logging)
    signals.worker_ready.connect(_say_ready)
    warnings.simplefilter("ignore", SecurityWarning)  # of root and pickle: no message of ours is ever unpickled
    _migrate(settings)
    with running(settings) as url:
        app = make_app(url, settings.review_seconds, settings.worker_processes)
        app.conf["reviewbot_environment"] = settings.environment()
        app.register_task(ReviewTask(settings, url, make))
        app.steps["worker"].update((Sweeping, AckWatch))
        worker = Worker(
            app=app, pool="prefork", quiet=True, without_gossip=True, without_mingle=True, without_heartbeat=True
        )
        worker.start()
        return int(worker.exitcode or 0)


def _migrate(settings: Settings) -> None:
    """Make the tables, then close: no connection may be open when the pool forks."""
    database = Database(settings.database)
    try:
        migrate(database)
    finally:
        database.close()


def _say_ready(**_: object) -> None:
    print("worker ready", flush=True)


def _keep_our_logging(**_: object) -> None:
    """A receiver of ``setup_logging`` keeps Celery from setting up its own."""
