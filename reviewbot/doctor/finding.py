"""What one look found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """``GOOD``; ``ADVICE``, which works as it is; ``BAD``, with which something will not work."""

    GOOD = "good"
    ADVICE = "advice"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: its name, such as ``git``.
        detail: one sentence; where something is wrong, it says how to mend it. Never holds a secret.
    """

    check: str
    state: State
    detail: str


def good(check: str, detail: str) -> Finding:
    """All is well."""
    return Finding(check, State.GOOD, detail)


def advice(check: str, detail: str) -> Finding:
    """It works, and could be better."""
    return Finding(check, State.ADVICE, detail)


def bad(check: str, detail: str) -> Finding:
    """Something will not work."""
    return Finding(check, State.BAD, detail)
