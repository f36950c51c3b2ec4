"""What a model is and how fast it goes, for ``reviewbot model info`` and ``reviewbot model bench``."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from reviewbot.model.fim import family_of
from reviewbot.model.protocol import Completer, Completions

CONCURRENCY = (1, 4, 16)
"""Requests under way together, as in ``docs/benchmarks.md``."""

_PREFIX = '''import json
import logging

log = logging.getLogger(__name__)


def load_settings_{number}(path):
    """Read the settings from ``path``."""
    try:
        with open(path) as file:
            return json.load(file)
    except json.JSONDecodeError as exc:
        log.error("'''
_SUFFIX = '", path, exc)\n        return {}\n'


@dataclass(frozen=True)
class ModelInfo:
    """What a model is: its name, its context in tokens, the family that frames holes for it, whether that can fill."""

    model: str
    context_length: int
    family: str
    fills: bool


@dataclass(frozen=True)
class Speed:
    """One measurement.

    Attributes:
        concurrency: requests under way together. requests: made in all.
        completion_tokens: generated. seconds: from the first request to the last answer.
    """

    concurrency: int
    requests: int
    completion_tokens: int
    seconds: float

    @property
    def tokens_per_second(self) -> float:
        """Generated tokens a second, over all requests."""
        return self.completion_tokens / self.seconds if self.seconds > 0 else 0.0


def info(completer: Completer, family: str | None = None) -> ModelInfo:
    """Ask a model what it is.

    Raises:
        ModelError: it does not answer.
    """
    found = family_of(completer.model, family)
    return ModelInfo(completer.model, completer.context_length, found.name, found.fills)


def bench(
    completer: Completer,
    concurrency: int,
    *,
    rounds: int = 2,
    max_tokens: int = 48,
    clock: Callable[[], float] = time.perf_counter,
) -> Speed:
    """Generate with ``concurrency`` requests at once, ``rounds`` times as many in all, after one that warms up.

    Args:
        completer: to measure. concurrency: requests at once. rounds: of them. max_tokens: of each.
        clock: seconds.

    Raises:
        ModelError: one request failed.
    """

    def ask(number: int) -> Completions:
        prefix = _PREFIX.replace("{number}", str(number))
        return completer.complete(prefix, _SUFFIX, max_tokens=max_tokens, seed=number, temperature=0.8)

    ask(-1)
    requests = concurrency * rounds
    with ThreadPoolExecutor(concurrency) as pool:
        start = clock()
        tokens = sum(found.usage.completion_tokens for found in pool.map(ask, range(requests)))
        return Speed(concurrency, requests, tokens, clock() - start)
