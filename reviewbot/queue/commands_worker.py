"""The worker for commands: processes of its own, so that a command starts at once while every review process is busy.

``python -m reviewbot.queue.commands_worker --parent PID --make MODULE:FUNCTION`` runs beside each worker, which keeps
it alive. It reads its own queue and has no sweeper: the worker's looks after both.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import os
import signal
import sys
from typing import cast

from celery import bootsteps
from celery.apps.worker import Worker
from celery.worker import state

from reviewbot.domain.errors import ReviewbotError
from reviewbot.queue.embedded_broker import broker_url
from reviewbot.queue.task import MakeRunner
from reviewbot.queue.worker import celery_worker, prepare
from reviewbot.settings import load_settings
from reviewbot.store.job import JobKind

PROCESSES = 2
"""Commands at once: a short one is not kept waiting by a long one. The second process opens nothing until needed."""

_SETTING = "reviewbot_parent"
_CHECK_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1  # prctl(2)


class EndWithParent(bootsteps.StartStopStep):  # type: ignore[misc]
    """Ends the worker in order when its parent is gone, where the kernel does not tell."""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Worker) -> None:
        """Begin to look."""
        worker.timer.call_repeatedly(_CHECK_SECONDS, _look, (worker.app.conf[_SETTING],))


def _look(parent: int) -> None:
    if os.getppid() != parent:
        state.should_stop = 0  # as Celery's own handler of SIGTERM does; the value is the exit code


def function(reference: str) -> MakeRunner:
    """The function that ``MODULE:FUNCTION`` names. It comes from our own parent, not from a user."""
    module, _, name = reference.partition(":")
    return cast(MakeRunner, getattr(importlib.import_module(module), name))


def main(arguments: list[str] | None = None) -> int:
    """Work until told to stop, or until the parent is gone."""
    parser = argparse.ArgumentParser(prog="python -m reviewbot.queue.commands_worker")
    parser.add_argument("--parent", type=int, required=True, help="end when this process has ended")
    parser.add_argument("--make", type=function, required=True, help="MODULE:FUNCTION that makes a process's runner")
    given = parser.parse_args(arguments)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != given.parent:
        return 0
    try:
        settings = load_settings()
        prepare(settings)
        worker = celery_worker(settings, broker_url(settings), given.make, JobKind.COMMAND, PROCESSES, EndWithParent)
    except ReviewbotError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    worker.app.conf[_SETTING] = given.parent
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main())
