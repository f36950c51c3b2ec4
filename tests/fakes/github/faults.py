"""Faults on demand: the next so many requests of a route fail in a chosen way."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field

from tests.fakes.github.access import Answer, problem


@dataclass(frozen=True)
class Fault:
    """One way to fail.

    Attributes:
        answer: sent instead of the true one; None cuts the connection without a word.
        effect: whether the request takes effect all the same.
        half: cut the connection in the midst of the true answer.
        seconds: wait so long first.
    """

    answer: Answer | None = None
    effect: bool = False
    half: bool = False
    seconds: float = 0.0


def status(code: int, message: str = "", *, effect: bool = False, **headers: str) -> Fault:
    """Answer with a status, in GitHub's shape."""
    return Fault(problem(code, message or f"injected {code}", **headers), effect)


def page_instead(code: int, html: bytes = b"<html>Bad gateway</html>", *, effect: bool = False) -> Fault:
    """Answer with a page, as a proxy does."""
    return Fault(Answer(code, body=html, kind="text/html"), effect)


def raw(body: bytes, code: int = 200) -> Fault:
    """Answer with bytes that claim to be JSON."""
    return Fault(Answer(code, body=body))


CUT_BEFORE = Fault()
"""Cut the connection; nothing happened."""

CUT_AFTER = Fault(effect=True)
"""Cut the connection; it happened."""

HALF = Fault(effect=True, half=True)
"""Cut the connection in the midst of the answer; it happened."""


@dataclass
class _Armed:
    method: str
    path: re.Pattern[str]
    fault: Fault
    left: int


@dataclass
class Faults:
    """The faults that wait for their request."""

    _armed: list[_Armed] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, method: str, path: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` requests fail whose path (without `/api/v3`) matches the pattern `path` whole."""
        with self._lock:
            self._armed.append(_Armed(method, re.compile(path), fault, times))

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def take(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for one in self._armed:
                if one.left and one.method in (method, "*") and one.path.fullmatch(path):
                    one.left -= 1
                    return one.fault
        return None
