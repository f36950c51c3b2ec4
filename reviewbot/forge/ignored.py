"""Deliveries that ask for nothing, on any forge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ignored:
    """A good delivery that asks for nothing; ``reason`` is half a sentence for the log and the answer."""

    delivery: str
    reason: str
