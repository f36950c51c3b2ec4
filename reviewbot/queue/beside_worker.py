"""The worker for commands, and the one for the gate: processes of their own, so that neither waits for a review.

``python -m reviewbot.queue.beside_worker --kind KIND --parent PID --make MODULE:FUNCTION`` runs beside each worker,
once for each of these kinds, and the worker keeps it alive. It reads its own queue and has no sweeper: the worker's
looks after all.
"""

from __future__ import annotations

import os
import sys

from celery import bootsteps
from celery.apps.worker import Worker
from celery.worker import state

from reviewbot.domain.errors import ReviewbotError
from reviewbot.queue.embedded_broker import broker_url
from reviewbot.queue.parent import arguments_of, end_with
from reviewbot.queue.worker import celery_worker, prepare
from reviewbot.settings import load_settings
from reviewbot.store.job import JobKind

PROCESSES = 2
"""Jobs at once: a short one is not kept waiting by a long one. The second process opens nothing until needed."""

_SETTING = "reviewbot_parent"
_CHECK_SECONDS = 1.0


class EndWithParent(bootsteps.StartStopStep):  # type: ignore[misc]
    """Ends the worker in order when its parent is gone, where the kernel does not tell."""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Worker) -> None:
        """Begin to look."""
        worker.timer.call_repeatedly(_CHECK_SECONDS, _look, (worker.app.conf[_SETTING],))


def _look(parent: int) -> None:
    if os.getppid() != parent:
        state.should_stop = 0  # as Celery's own handler of SIGTERM does; the value is the exit code


def main(arguments: list[str] | None = None) -> int:
    """Work until told to stop, or until the parent is gone."""
    parser = arguments_of("reviewbot.queue.beside_worker", "a process's runner")
    parser.add_argument("--kind", type=JobKind, required=True, help="of job")
    given = parser.parse_args(arguments)
    if not end_with(given.parent):
        return 0
    try:
        settings = load_settings()
        prepare(settings)
        worker = celery_worker(settings, broker_url(settings), given.make, given.kind, PROCESSES, EndWithParent)
    except ReviewbotError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    worker.app.conf[_SETTING] = given.parent
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main())
