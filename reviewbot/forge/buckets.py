"""Token buckets: a forge is never asked more often than it allows, whatever we have to do.

Sources: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits and
https://docs.gitlab.com/user/gitlab_com/#rate-limits-on-gitlabcom
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from reviewbot.forge.kinds import Kind


@dataclass(frozen=True)
class Limit:
    """At most ``amount`` in any ``seconds``."""

    amount: float
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What a forge allows: ``all`` counts each request by its points, ``content`` each that makes content as one."""

    all: tuple[Limit, ...]
    content: tuple[Limit, ...]


GITHUB = Limits(all=(Limit(900, 60),), content=(Limit(80, 60), Limit(500, 3600)))
"""Of GitHub's secondary limits: points a minute; content-generating requests a minute and an hour."""

GITLAB = Limits(all=(Limit(2000, 60),), content=(Limit(60, 60),))
"""Of gitlab.com: authenticated requests a minute, notes a minute. A self-managed one allows 300 notes by default."""


class Bucket:
    """A token bucket that never lets more than its limit through in any window.

    Half of the limit is the bucket's size, the other half flows in during the window: a bucket of the whole size would
    let twice the limit through in the minute after a rest.
    """

    def __init__(self, limit: Limit, now: float) -> None:
        self._size = limit.amount / 2
        self._rate = limit.amount / 2 / limit.seconds
        self._level, self._at = self._size, now

    def wait(self, cost: float, now: float) -> float:
        """Seconds from ``now`` until ``cost`` may be taken."""
        return max(0.0, (cost - self._filled(now)) / self._rate)

    def take(self, cost: float, now: float) -> None:
        """Take it, ahead of time where ``wait`` is not over: whoever comes next waits the longer."""
        self._level, self._at = self._filled(now) - cost, now

    def _filled(self, now: float) -> float:
        return min(self._size, self._level + (now - self._at) * self._rate)


class HostBuckets:
    """The buckets of one host. Thread-safe."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._lock, self._clock = threading.Lock(), clock
        now = clock()
        self._all = [Bucket(limit, now) for limit in limits.all]
        self._content = [Bucket(limit, now) for limit in limits.content]

    def reserve(self, kind: Kind, patience: float) -> tuple[float, bool]:
        """A place for a request: seconds to wait for it, and whether it was reserved.

        It is not where the wait is longer than ``patience`` (seconds): then nothing was taken.
        """
        with self._lock:
            now = self._clock()
            shares = [(bucket, float(kind.points)) for bucket in self._all]
            shares += [(bucket, 1.0) for bucket in self._content if kind.makes_content]
            wait = max((bucket.wait(cost, now) for bucket, cost in shares), default=0.0)
            if wait > patience:
                return wait, False
            for bucket, cost in shares:
                bucket.take(cost, now)
            return wait, True
