"""`reviewbot worker` whose gate passes over every job: for faults of reviews and commands alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack

from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.opening import make_runner, preflight
from reviewbot.queue.retries import RetryPolicy
from reviewbot.queue.runner import Runner
from reviewbot.queue.worker import run_worker
from reviewbot.settings import Settings, load_settings
from reviewbot.store.database import Database
from reviewbot.store.job import Job
from reviewbot.store.jobs import Jobs
from reviewbot.visit.outcome import Outcome


def make_gate(settings: Settings, broker_url: str, stack: ExitStack) -> Runner:
    database = Database(settings.database)
    stack.callback(database.close)
    broker = Broker(make_app(broker_url, settings.review_seconds))
    policy = RetryPolicy(settings.max_attempts, settings.retry_seconds, settings.retry_max_seconds)
    return Runner(Jobs(database, settings.max_attempts), pass_over, broker.send, policy, settings.lease_seconds)


def pass_over(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
    return Outcome("Passed over.")


if __name__ == "__main__":
    chosen = load_settings()
    preflight(chosen)
    sys.exit(run_worker(chosen, make_runner, make_gate))
