"""When a forge asks us to wait, and until when: no request goes there before.

Sources: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
and https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

SECONDARY_WAIT = 60.0
"""Seconds to wait where a forge refuses and names no time: GitHub asks for "at least one minute"."""

MAX_WAIT = 3600.0
"""Seconds; the primary limits are counted by the hour, so no longer wait is believed."""

_LOOKED_AT = 2000
"""Bytes of a refusal; GitHub's message stands at its beginning."""


def asked_wait(status: int, headers: Mapping[str, str], body: bytes, now: float) -> float | None:
    """Seconds for which everyone is asked to wait by an answer; None where it asks nobody to.

    Args:
        status: the answer's. headers: by names in whatever case its mapping ignores. now: seconds since 1970.
        body: of a 403, which GitHub also gives for a secondary limit, at times with no header, and of a 200 of GraphQL,
            which may be a refusal all the same.
    """
    retry_after, withheld = _seconds(headers.get("Retry-After"), now), status == 200 and _withheld(body)
    if retry_after is not None and (status in (403, 429, 503) or withheld):
        return _bounded(retry_after)
    refused = status == 429 or withheld or (status == 403 and b"rate limit" in body[:_LOOKED_AT].lower())
    return SECONDARY_WAIT if refused and used_up(headers, now) is None else None


def _withheld(body: bytes) -> bool:
    """Whether GraphQL gave nothing, for a rate limit. What is long, or holds data, may hold anybody's words."""
    if len(body) > _LOOKED_AT or b"rate limit" not in body.lower():
        return False
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and not answer.get("data")


def used_up(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until these credentials may ask again, where an answer says that nothing remains to them; else None."""
    for prefix in ("X-RateLimit-", "RateLimit-"):
        reset = headers.get(f"{prefix}Reset", "")
        if headers.get(f"{prefix}Remaining") == "0" and reset.isascii() and reset.isdigit():
            return _bounded(float(reset) - now)
    return None


def _bounded(wait: float) -> float:
    return min(max(wait, 1.0), MAX_WAIT)


def _seconds(text: str | None, now: float) -> float | None:
    """``Retry-After``: seconds, or a date (RFC 9110, section 10.2.3). What is neither says nothing."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return parsedate_to_datetime(text).timestamp() - now
    except ValueError:
        return None


class Pauses:
    """Until when whom is to be left in peace. Thread-safe; ``clock`` only ever goes forward."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._until: dict[str, float] = {}

    def begin(self, key: str, seconds: float) -> None:
        """Leave ``key`` in peace for ``seconds``; a longer pause that runs already is not cut short."""
        with self._lock:
            now = self._clock()
            self._until = {one: until for one, until in self._until.items() if until > now}
            self._until[key] = max(self._until.get(key, 0.0), now + seconds)

    def remaining(self, *keys: str) -> float:
        """Seconds until all of ``keys`` may be asked; 0 where they may be now."""
        with self._lock:
            return max(0.0, *(self._until.get(key, 0.0) - self._clock() for key in keys))
