"""How the field guards each callee: counts over many packages, from ``rules/guards/field.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from reviewbot.domain.errors import KnowledgeError


@dataclass(frozen=True)
class Field:
    """Counts by callee key (``weighing.keys``).

    Attributes:
        guards: in how many small guards each exception is caught around the callee; ``*`` counts the guards.
        bare: how many calls stand in no ``try``.
        everywhere: how many guards catch each exception at all.
    """

    guards: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    bare: Mapping[str, int] = field(default_factory=dict)
    everywhere: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def caught(self) -> int:
        """How many exceptions all guards catch together."""
        return sum(self.everywhere.values())

    def rate(self, key: str, exception: str) -> float:
        """The share of the callee's uses that are guarded against ``exception``, as if four more were not."""
        caught = self.guards.get(key)
        if not caught:
            return 0.0
        return caught.get(exception, 0) / (caught["*"] + self.bare.get(key, 0) + 4)

    def uses(self, key: str) -> int:
        """How often the callee was seen."""
        return self.guards.get(key, {}).get("*", 0) + self.bare.get(key, 0)


@lru_cache(maxsize=4)
def load_field(path: Path) -> Field:
    """The shipped counts.

    Raises:
        KnowledgeError: the file is missing or is not what ``python -m benchmarks.guards learn`` writes.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        guards = {key: _counts(caught) for key, caught in document["guards"].items()}
        if not all("*" in caught for caught in guards.values()):
            raise ValueError("a callee has no count of its guards")
        return Field(guards, _counts(document["bare"]), _counts(document["everywhere"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(
            f"{path} cannot be used ({error}): make it anew with python -m benchmarks.guards learn."
        ) from error


def _counts(found: Mapping[str, int]) -> Mapping[str, int]:
    if not all(type(number) is int and number >= 0 for number in found.values()):
        raise ValueError("a count is no number")
    return found
