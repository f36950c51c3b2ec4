"""The worker: Celery with its pool of processes for reviews; beside it those for commands and the gate, and sweeper."""

from __future__ import annotations

import warnings

from celery import signals
from celery.apps.worker import Worker
from celery.bootsteps import Step
from celery.exceptions import SecurityWarning

from reviewbot.logs import set_up
from reviewbot.queue.acks import AckWatch
from reviewbot.queue.app import QUEUES, make_app
from reviewbot.queue.beside import SETTING, Beside, KeepBeside
from reviewbot.queue.embedded_broker import running
from reviewbot.queue.parent import reference
from reviewbot.queue.patrol import MakePatrol
from reviewbot.queue.task import MakeRunner, ReviewTask
from reviewbot.settings import Settings
from reviewbot.store.database import Database
from reviewbot.store.job import JobKind
from reviewbot.store.migrate import migrate


def run_worker(
    settings: Settings, make: MakeRunner, make_gate: MakeRunner | None = None, make_patrol: MakePatrol | None = None
) -> int:
    """Work until told to stop.

    Args:
        settings: the operator's. make: a module's function: what each process of the pools opens on its first job.
        make_gate: the same for the gate's processes; None is ``make``.
        make_patrol: also one: what the patrol opens; None for no patrol.

    Returns:
        What the process should exit with.

    Raises:
        ConfigError: a setting is wrong or missing.
    """
    prepare(settings)
    signals.worker_ready.connect(_say_ready)
    _migrate(settings)
    with running(settings) as url:
        worker = celery_worker(settings, url, make, JobKind.REVIEW, settings.worker_processes, KeepBeside)
        modules = modules_beside(make, make_gate or make, make_patrol)
        worker.app.conf[SETTING] = Beside(modules, {**settings.environment(), "REVIEWBOT_BROKER_URL": url})
        worker.start()
        return int(worker.exitcode or 0)


def prepare(settings: Settings) -> None:
    """Our logging instead of Celery's."""
    set_up(settings.log_level)
    signals.setup_logging.connect(_keep_our_logging)
    warnings.simplefilter("ignore", SecurityWarning)  # of root and pickle: no message of ours is ever unpickled


def celery_worker(
    settings: Settings, url: str, make: MakeRunner, kind: JobKind, processes: int, *steps: type[Step]
) -> Worker:
    """Celery's worker for the queue of one kind of job, ready to start.

    Args:
        url: the broker's. make: see ``run_worker``. processes: jobs at once. steps: what else lives with it.
    """
    app = make_app(url, settings.review_seconds, processes)
    app.register_task(ReviewTask(settings, url, make))
    app.steps["worker"].update((AckWatch, *steps))
    return Worker(
        app=app,
        queues=[QUEUES[kind]],
        pool="prefork",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )


def modules_beside(make: MakeRunner, make_gate: MakeRunner, make_patrol: MakePatrol | None) -> list[list[str]]:
    """The sweeper, once for all workers, the other workers and the patrol, which find what they open by its name."""

    def worker_for(kind: JobKind, make: MakeRunner) -> list[str]:
        return ["reviewbot.queue.beside_worker", "--kind", kind.value, "--make", reference(make)]

    patrol = [] if make_patrol is None else [["reviewbot.queue.patrol", "--make", reference(make_patrol)]]
    return [
        ["reviewbot.queue.sweeper"],
        worker_for(JobKind.COMMAND, make),
        worker_for(JobKind.GATE, make_gate),
        *patrol,
    ]


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
