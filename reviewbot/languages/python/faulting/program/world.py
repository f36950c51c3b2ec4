"""The world that a region runs in: what it can see is made of recording stubs, and every run is the same.

A world has a policy, which decides the truth of every condition, so that a site behind an ``if`` can be reached. It
counts what happens and ends a run that does not end by itself.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

MOST_EVENTS = 20_000
_LONGEST_LABEL = 120
_REPEATS = 6  # how often a condition keeps its answer, so that loops on it end
POLICIES = 4

Fault = tuple[int, Callable[[], BaseException]]
"""A site's number, and what makes the exception to raise there."""


class EndlessError(BaseException):
    """The region does not end; not an ``Exception``, so that it is not caught by mistake."""


class World:
    """One run's surroundings.

    Args:
        policy: 0 to 3: conditions hold, do not hold, or hold by a checksum of what they are about, either way round.
        classes: exception classes by dotted path; what leads to one is the class itself, never a stub.
        fault: raised at its site, once.
    """

    def __init__(self, policy: int, classes: Mapping[str, type], fault: Fault | None = None) -> None:
        self.policy = policy
        self.classes = classes
        self.trace: list[str] = []
        self.rounds: list[tuple[str, int]] = []
        self.injected: BaseException | None = None
        self.injected_round = 0
        self.escaped: BaseException | None = None
        self.raised: object = None
        self.fell = False
        self.ended = False
        self._fault = fault
        self._asked: dict[str, int] = {}

    def note(self, event: str) -> None:
        """Record an event.

        Raises:
            EndlessError: there have been too many.
        """
        if len(self.trace) >= MOST_EVENTS:
            raise EndlessError
        self.trace.append(event)

    def truth(self, label: str) -> bool:
        """The answer to a condition: the same ``_REPEATS`` times, then the other one, so that loops end."""
        asked = self._asked[label] = self._asked.get(label, 0) + 1
        if asked % 64 == 0:
            self.note(f"asked {label}")
        first = (True, False, zlib.crc32(label.encode("utf-8", "replace")) % 2 == 0)[min(self.policy, 2)]
        if self.policy == 3:
            first = not first
        return first if asked <= _REPEATS else not first

    def count(self) -> int:
        """How many items things hold."""
        return (2, 0, 1, 3)[self.policy]

    def reach(self, site: int) -> None:
        """A failing expression is about to be evaluated; raises the fault if it is this one's turn."""
        self.note(f"site {site}")
        if self._fault is not None and self._fault[0] == site and self.injected is None:
            self.injected = self._fault[1]()
            self.injected_round = sum(kind == "begin" for kind, _ in self.rounds)
            raise self.injected

    def loop(self) -> Iterator[int]:
        """The items of the loop around the region."""
        for number in range(1, 4):
            self.rounds.append(("begin", number))
            self.note(f"item {number}")
            yield number

    def end(self) -> None:
        """The loop around the region was left behind, by ``break`` or because it had no more items."""
        self.ended = True

    def fall(self) -> None:
        """The region's last statement was left behind."""
        self.fell = True
        if self.rounds:
            self.rounds.append(("fell", sum(kind == "begin" for kind, _ in self.rounds)))
        self.note("end of the region")


def short(label: str) -> str:
    """A label of bounded length that still differs where the whole differs."""
    if len(label) <= _LONGEST_LABEL:
        return label
    return f"{label[: _LONGEST_LABEL - 10]}~{zlib.crc32(label.encode('utf-8', 'replace')):08x}"
