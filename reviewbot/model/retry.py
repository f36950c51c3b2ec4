"""When to ask again, and after how long: decisions without a clock or a socket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed (RFC 9110 §15, RFC 6585 §4, RFC 8470 §5.2)."""


@dataclass(frozen=True)
class Retries:
    """Exponential back-off with full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter", 2015).

    Attributes:
        attempts: requests at most, the first included.
        base: seconds that the first pause has at most; it doubles each time.
        cap: seconds that any pause has at most, also one that the server asks for.
    """

    attempts: int = 3
    base: float = 0.25
    cap: float = 10.0

    def pause(self, attempt: int, asked: float | None, roll: float) -> float | None:
        """Seconds to wait after failed ``attempt`` (from 1), None to give up.

        Args:
            attempt: how many requests were made. asked: seconds that ``Retry-After`` names, None without.
            roll: a random number from 0 to 1.
        """
        if attempt >= self.attempts:
            return None
        if asked is not None:
            return asked if asked <= self.cap else None
        return roll * min(self.cap, self.base * 2.0 ** (attempt - 1))


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110 §10.2.3: seconds or a date); None where it says nothing.

    Args:
        header: its value. now: the present, with a time zone.
    """
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header.strip()[:12])
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (when - now).total_seconds()) if when.tzinfo else None
