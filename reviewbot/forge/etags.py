"""Answers that may still hold: kept with their ETag, and used only when the forge says that nothing has changed.

A 304 costs nothing of GitHub's primary limit:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

MAX_BYTES = 32 << 20
"""Bytes of all bodies that are kept; the ones unused for longest go first."""

_OVERHEAD = 2048
"""Bytes that an answer is reckoned at besides its body: its headers, its key, and what Python needs to hold them."""

# They are of the body as it was sent; the body is kept unpacked.
_OF_THE_TRANSFER = {"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"}


@dataclass(frozen=True)
class Answer:
    """A ``200``: its body, unpacked, and its headers."""

    etag: str
    headers: Mapping[str, str]
    body: bytes

    def renewed(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The headers with those of the ``304`` over them (RFC 9111, section 3.2), the transfer's left out."""
        both = {name.lower(): value for name, value in self.headers.items()}
        both |= {name.lower(): value for name, value in headers.items()}
        return {name: value for name, value in both.items() if name not in _OF_THE_TRANSFER}


class Answers:
    """The answers that were kept, by key. Thread-safe."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._lock, self._max, self._size = threading.Lock(), max_bytes, 0
        self._kept: OrderedDict[str, Answer] = OrderedDict()

    def find(self, key: str) -> Answer | None:
        """What was answered last, to be asked about."""
        with self._lock:
            answer = self._kept.get(key)
            if answer is not None:
                self._kept.move_to_end(key)
            return answer

    def keep(self, key: str, answer: Answer) -> None:
        """Keep it in the place of an older one; one that is larger than a quarter of all is not kept."""
        with self._lock:
            self._drop(key)
            if _size(answer) > self._max // 4:
                return
            self._kept[key] = answer
            self._size += _size(answer)
            while self._size > self._max:
                self._drop(next(iter(self._kept)))

    def forget(self, key: str) -> None:
        """It holds no more."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: str) -> None:
        answer = self._kept.pop(key, None)
        if answer is not None:
            self._size -= _size(answer)


def _size(answer: Answer) -> int:
    return len(answer.body) + _OVERHEAD
