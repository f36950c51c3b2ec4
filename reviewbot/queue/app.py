"""The Celery application. A message holds a job's id and nothing else: the database is the truth."""

from __future__ import annotations

from typing import Any

from celery import Celery
from kombu.entity import Queue

from reviewbot.store.job import JobKind

TASK = "reviewbot.review"
QUEUES = {
    JobKind.REVIEW: "reviewbot-reviews",
    JobKind.COMMAND: "reviewbot-commands",
    JobKind.GATE: "reviewbot-gates",
}
"""A queue for each kind of job, so that no command and no verdict waits behind a review."""

_GRACE = 30  # seconds from the soft limit, which a review may still answer to, to the hard one, which kills it
_CONNECT = 5.0  # seconds that a connection to the broker, or one command to it, may take


def make_app(broker_url: str, review_seconds: int, processes: int = 1) -> Celery:
    """Celery, configured so that no message is lost and none is believed.

    ``acks_late`` and ``reject_on_worker_lost`` keep a message until its task ended; a failed one is acknowledged all
    the same, since retries are kept in the database and enqueued anew by the sweeper.

    Args:
        broker_url: Redis or RabbitMQ. review_seconds: soft time limit of a job. processes: jobs at once a worker.
    """
    app = Celery("reviewbot", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_queues=[_queue(name) for name in QUEUES.values()],
        task_default_queue=QUEUES[JobKind.REVIEW],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_acks_on_failure_or_timeout=True,
        task_ignore_result=True,
        task_soft_time_limit=review_seconds,
        task_time_limit=review_seconds + _GRACE,
        task_serializer="json",
        accept_content=["json"],
        result_backend=None,
        worker_concurrency=processes,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_CONNECT,
        broker_transport_options=transport_options(broker_url, review_seconds),
    )
    return app


def _queue(name: str) -> Queue:
    return Queue(name, durable=True)  # type: ignore[no-untyped-call]


def transport_options(broker_url: str, review_seconds: int) -> dict[str, Any]:
    """What the broker's client is told.

    Redis hands a message out again after the visibility time-out, so that is longer than any task may take.
    RabbitMQ has none (its own limit, ``consumer_timeout``, is 30 minutes by default).
    """
    if not broker_url.startswith("redis"):
        return {}
    return {
        "visibility_timeout": max(3600, 2 * (review_seconds + _GRACE)),
        "socket_connect_timeout": _CONNECT,
        "socket_timeout": _CONNECT * 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
