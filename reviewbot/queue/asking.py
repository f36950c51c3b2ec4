"""A review that a person asked for, or a look of the gate's, stored and made known to the workers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reviewbot.commands.colleagues import Ask
from reviewbot.domain.errors import BrokerError
from reviewbot.domain.event import PullRequestRef
from reviewbot.queue.runner import Send
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind, Payload

LOG = logging.getLogger("reviewbot.worker")

AskGate = Callable[[PullRequestRef, str, Payload, float], int | None]
"""Enqueues a look: at a pull request, by a delivery's name that makes it happen once, told a payload, at a time."""


def asking(deliveries: Deliveries, send: Send) -> Ask:
    """What a command enqueues a review with. A broker that is down is no reason to fail: the sweeper tells it later."""

    def ask(ref: PullRequestRef, delivery: str, payload: Payload, now: float) -> int | None:
        return _told(deliveries.ask(ref, delivery, payload, now), JobKind.REVIEW, send)

    return ask


def asking_gate(deliveries: Deliveries, send: Send) -> AskGate:
    """What a look of the gate's is enqueued with. A newer one supersedes it; see ``asking`` for the broker."""

    def ask(ref: PullRequestRef, delivery: str, payload: Payload, now: float) -> int | None:
        return _told(deliveries.ask(ref, delivery, payload, now, kind=JobKind.GATE, asked=False), JobKind.GATE, send)

    return ask


def _told(job: int | None, kind: JobKind, send: Send) -> int | None:
    if job is not None:
        try:
            send([job], kind)
        except BrokerError as error:
            LOG.warning("job %d was stored but not enqueued, the sweeper will: %s", job, error)
    return job
