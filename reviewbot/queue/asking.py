"""A review that a person asked for, stored and made known to the workers."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from reviewbot.commands.colleagues import Ask
from reviewbot.domain.errors import BrokerError
from reviewbot.domain.event import PullRequestRef
from reviewbot.queue.runner import Send
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind

LOG = logging.getLogger("reviewbot.worker")


def asking(deliveries: Deliveries, send: Send) -> Ask:
    """What a command enqueues a review with. A broker that is down is no reason to fail: the sweeper tells it later."""

    def ask(ref: PullRequestRef, delivery: str, payload: Mapping[str, str | bool], now: float) -> int | None:
        job = deliveries.ask(ref, delivery, payload, now)
        if job is not None:
            try:
                send([job], JobKind.REVIEW)
            except BrokerError as error:
                LOG.warning("job %d was stored but not enqueued, the sweeper will: %s", job, error)
        return job

    return ask
