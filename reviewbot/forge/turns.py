"""Whose turn it is: how long a request waits before it is sent, and when it is not sent at all."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import requests

from reviewbot.forge.buckets import HostBuckets, Limits
from reviewbot.forge.kinds import Kind
from reviewbot.forge.pauses import Pauses

PATIENCE = 10.0
"""Seconds that a request may wait for its turn; a longer wait is the job's to make, not the connection's."""

BACKOFF = 0.5
"""Seconds before a request is sent a second time, at most; the third waits up to twice as long."""


class MustWait(requests.RequestException):
    """Nothing was sent: the forge asked us to wait, or too much was sent lately.

    Args:
        seconds: until it may be sent.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The forge is left in peace for {seconds:.0f} s.")
        self.seconds = seconds


class Turns:
    """The turns of a process. Thread-safe.

    Args:
        limits: what the forge allows. patience: seconds to wait for a turn; where it would take longer, ``MustWait``.
        clock: seconds that only grow. now: seconds since 1970. sleep, jitter: for tests.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.pauses, self.now = Pauses(clock), now
        self._sleep, self._jitter = sleep, jitter
        self._limits, self._patience, self._clock = limits, patience, clock
        self._lock = threading.Lock()
        self._hosts: dict[str, HostBuckets] = {}

    def wait(self, url: str, kind: Kind, *pauses: str) -> None:
        """Wait until a request may be sent, for a short time.

        Raises:
            MustWait: it would take longer than ``patience``, or one of ``pauses`` lasts.
        """
        asked = self.pauses.remaining(*pauses)
        if asked > 0:
            raise MustWait(asked)
        wait, reserved = self._buckets(urlsplit(url).netloc).reserve(kind, self._patience)
        if not reserved:
            raise MustWait(wait)
        if wait > 0:
            self._sleep(wait)

    def back_off(self, attempt: int) -> None:
        """Wait before a request is sent again; ``attempt`` counts from 0."""
        self._sleep(BACKOFF * 2**attempt * (0.5 + self._jitter() / 2))

    def _buckets(self, host: str) -> HostBuckets:
        with self._lock:
            if host not in self._hosts:
                self._hosts[host] = HostBuckets(self._limits, self._clock)
            return self._hosts[host]
