"""What authors of such code do with the failure: raise, return, go on. Trees over the same features, one set a kind."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reviewbot.domain.errors import KnowledgeError
from reviewbot.languages.python.weighing.forest import Forest, read_trees

KINDS = ("raise", "return", "assign", "say", "pass", "continue", "break", "other")
"""How a handler ends; ``say`` is a call, most often of a logger."""


@dataclass(frozen=True)
class Manner:
    """One forest a kind, of which only the differences between kinds mean something."""

    forests: Mapping[str, Forest]

    def likely(self, values: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
        """Each kind with its probability, the likeliest first (softmax)."""
        scores = {kind: forest.log_odds(values) for kind, forest in self.forests.items()}
        most = max(scores.values(), default=0.0)
        weights = {kind: math.exp(score - most) for kind, score in scores.items()}
        total = sum(weights.values())
        shares = ((kind, round(weight / total, 4)) for kind, weight in weights.items())
        return tuple(sorted(shares, key=lambda one: -one[1]))


@lru_cache(maxsize=4)
def load_manner(path: Path) -> Manner:
    """The shipped forests.

    Raises:
        KnowledgeError: the file is missing or is not what ``python -m benchmarks.guards learn`` writes.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        features = tuple(document["features"])
        forests = {
            kind: Forest(features, float(one["base"]), read_trees(one["trees"], len(features)))
            for kind, one in document["kinds"].items()
        }
        if not forests.keys() <= set(KINDS) or not forests:
            raise ValueError("its kinds are not those that are known")
        return Manner(forests)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(
            f"{path} cannot be used ({error}): make it anew with python -m benchmarks.guards learn."
        ) from error
