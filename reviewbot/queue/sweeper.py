"""The sweeper: brings back jobs that never finished, were put back, or whose message the broker lost.

``python -m reviewbot.queue.sweeper --parent PID`` is a process of its own beside each worker: the worker forks, and
neither threads nor open databases should be there when it does. Several sweepers at once only send needless messages.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time

from reviewbot.domain.errors import ReviewbotError
from reviewbot.logs import set_up
from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.embedded_broker import broker_url
from reviewbot.settings import load_settings
from reviewbot.store.database import Database
from reviewbot.store.job import JobKind
from reviewbot.store.jobs import Due, Jobs

LOG = logging.getLogger("reviewbot.sweeper")


def to_send(due: Due, waiting: int) -> tuple[int, ...]:
    """Which jobs to enqueue, given how many messages wait in the broker.

    A job that was sent long ago may just stand far back in its queue. Only when there are fewer messages than such jobs
    was one lost; then all of them are sent again, so at most two messages a job ever wait.
    """
    lost = due.stale if waiting < due.waiting else ()
    return (*due.unsent, *lost)


def sweep(jobs: Jobs, broker: Broker, requeue_seconds: float) -> int:
    """One round; how many jobs were enqueued.

    Raises:
        StoreError, BrokerError: the rest is left to the next round.
    """
    now = time.time()
    jobs.expire(now)
    return sum(_sweep(jobs, broker, kind, now, requeue_seconds) for kind in JobKind)


def _sweep(jobs: Jobs, broker: Broker, kind: JobKind, now: float, requeue_seconds: float) -> int:
    """Each queue is counted apart: a message that one lost would not show in the sum if the other is full."""
    due = jobs.due(kind, now, requeue_seconds)
    if not due.unsent and not due.stale:
        return 0
    chosen = to_send(due, broker.waiting(kind))
    broker.send(chosen, kind)
    jobs.mark_sent(chosen, now)
    return len(chosen)


def main(arguments: list[str] | None = None) -> int:
    """Sweep until told to stop, or until the parent is gone."""
    parser = argparse.ArgumentParser(prog="python -m reviewbot.queue.sweeper")
    parser.add_argument("--parent", type=int, required=True, help="end when this process has ended")
    parent = parser.parse_args(arguments).parent
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = load_settings()
        set_up(settings.log_level)
        jobs = Jobs(Database(settings.database), settings.max_attempts)
        broker = Broker(make_app(broker_url(settings), settings.review_seconds))
    except ReviewbotError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    while os.getppid() == parent:
        try:
            sent = sweep(jobs, broker, settings.requeue_seconds)
            if sent:
                LOG.info("enqueued %d jobs", sent)
        except ReviewbotError as error:
            LOG.warning("%s", error)
        if stop.wait(settings.sweep_seconds):
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
