"""What happens to a review while it runs: time by step, model use, notes, what was withheld. Thread-safe."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from reviewbot.domain.errors import ModelError
from reviewbot.domain.review import Stats
from reviewbot.domain.suggestion import Withheld
from reviewbot.model.protocol import Usage

FALL_BACK_NOTE = "The model could not be used, so suggestions were made by analysis alone."


class Accounts:
    """The running account of one review."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: dict[str, float] = dict.fromkeys(
            ("total", "checkout", "detect", "propose", "verify", "screen"), 0.0
        )
        self._usage = Usage()
        self._notes: dict[str, None] = {}
        self._details: dict[str, None] = {}
        self._withheld: list[Withheld] = []
        self.model_failed = False

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time of the block as the step ``name``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[name] += time.perf_counter() - start

    def use(self, usage: Usage) -> None:
        """Count what the model cost."""
        with self._lock:
            self._usage += usage

    def note(self, *sentences: str) -> None:
        """Add sentences that every rendering must show, each once."""
        with self._lock:
            self._notes.update(dict.fromkeys(sentences))

    def fall_back(self, error: ModelError) -> None:
        """Go on without the model, and say so. Why is for the operator: it may name machines of the network."""
        self.model_failed = True
        self.note(FALL_BACK_NOTE)
        with self._lock:
            self._details[str(error)] = None

    def withhold(self, *what: Withheld) -> None:
        """Record what was not suggested."""
        with self._lock:
            self._withheld += what

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes, in the order they came."""
        return tuple(self._notes)

    @property
    def details(self) -> tuple[str, ...]:
        """What is for the operator alone, in the order it came."""
        return tuple(self._details)

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """What was withheld, by path and line."""
        return tuple(sorted(self._withheld, key=lambda w: (w.path, w.line, w.reason)))

    def stats(self, files: int, changed_lines: int) -> Stats:
        """The totals. Steps that ran in parallel each count their own time, so their sum may exceed ``total``."""
        usage = self._usage
        rounded = {step: round(seconds, 4) for step, seconds in self._seconds.items()}
        return Stats(files, changed_lines, usage.calls, usage.prompt_tokens, usage.completion_tokens, rounded)
