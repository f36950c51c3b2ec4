"""Noticing that an acknowledgement never reached the broker.

When the broker is down at the moment a task ends, Celery logs that it could not acknowledge, and goes on. To the client
of Redis that message stays handed out for ever, and since a worker takes no more messages than it has processes it then
takes none any more (celery/celery issues 8091 and 10302 look like this). A new connection begins with a clean count.
"""

from __future__ import annotations

from typing import Protocol

from celery import bootsteps
from celery.apps.worker import Worker
from celery.worker.request import Request

from reviewbot.queue.app import TASK

_CHECK_SECONDS = 1.0


class Message(Protocol):
    """What is asked of Kombu's message."""

    @property
    def acknowledged(self) -> bool:
        """Whether the broker was told."""


class Acks:
    """Messages whose task has ended, until the broker was told so."""

    def __init__(self) -> None:
        self._told: list[Message] = []
        self._late: list[Message] = []

    def add(self, message: Message) -> None:
        """The task ended; the acknowledgement is on its way."""
        self._told.append(message)

    def check(self) -> None:
        """Called now and then.

        Raises:
            ConnectionResetError: a message is not acknowledged since the last call. Celery then connects anew.
        """
        lost = [message for message in self._late if not message.acknowledged]
        self._late = [message for message in self._told if not message.acknowledged]
        self._told = []
        if lost:
            self._late = []
            raise ConnectionResetError("An acknowledgement was lost with the broker's connection.")


class WatchedRequest(Request):  # type: ignore[misc]
    """A task's request in the worker's main process; the class that ``ReviewTask.Request`` names."""

    def acknowledge(self) -> None:
        """Acknowledge, and remember to look whether that worked."""
        if not self.acknowledged:
            self.task.acks.add(self.message)
        super().acknowledge()


class AckWatch(bootsteps.StartStopStep):  # type: ignore[misc]
    """Looks at the acknowledgements from the worker's own event loop, which hands the error on; Celery reconnects."""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Worker) -> None:
        """Begin to look."""
        worker.timer.call_repeatedly(_CHECK_SECONDS, worker.app.tasks[TASK].acks.check)
