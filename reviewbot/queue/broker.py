"""Sending jobs to the broker. Every failure of it leaves here as a ``BrokerError``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from celery import Celery
from kombu.exceptions import ConnectionError as KombuConnectionError
from kombu.exceptions import OperationalError

from reviewbot.domain.errors import BrokerError
from reviewbot.queue.app import QUEUES, TASK
from reviewbot.store.job import JobKind

_PERSISTENT = 2  # AMQP's delivery mode: RabbitMQ writes the message to disk


class Broker:
    """Enqueues jobs.

    Args:
        app: of ``make_app``.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app

    def send(self, job_ids: Sequence[int], kind: JobKind = JobKind.REVIEW) -> None:
        """Tell the workers about jobs of one kind.

        Raises:
            BrokerError: some of them were not sent; the sweeper will.
        """
        with self._mapped(), self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.2, timeout=5)
            producer = self._app.amqp.Producer(connection)
            for job_id in job_ids:
                self._app.send_task(
                    TASK, args=[job_id], producer=producer, retry=False, delivery_mode=_PERSISTENT, queue=QUEUES[kind]
                )

    def waiting(self, kind: JobKind = JobKind.REVIEW) -> int:
        """How many messages lie in the queue of a kind and were handed to no worker.

        Raises:
            BrokerError: the broker cannot be reached.
        """
        with self._mapped(), self._app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.2, timeout=5)
            channel = connection.default_channel
            declared = channel.queue_declare(queue=QUEUES[kind], durable=True, auto_delete=False)
            return int(declared.message_count)

    def ping(self) -> None:
        """See that the broker answers.

        Raises:
            BrokerError: it does not.
        """
        self.waiting()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        lost = (OperationalError, KombuConnectionError, *_lost(self._app), OSError)
        try:
            yield
        except lost as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise BrokerError(f"The broker cannot be reached ({first}): check REVIEWBOT_BROKER_URL.") from error


def _lost(app: Celery) -> tuple[type[BaseException], ...]:
    """The errors of the transport in use, Redis's or AMQP's."""
    connection = app.connection_for_write()
    return (*connection.connection_errors, *connection.channel_errors)
