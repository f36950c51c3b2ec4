"""A small forest of decision trees, read from data and run without any library; it says which features carried it."""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reviewbot.domain.errors import KnowledgeError

Node = tuple[int, float, int, int, float]
"""Feature's number (-1 for a leaf), threshold, left node (at most the threshold), right node, and its own value."""


@dataclass(frozen=True)
class Forest:
    """Boosted trees over named features.

    Attributes:
        features: their names, in the order that nodes count them. base: the log-odds before any tree.
        trees: each a list of nodes, the root first.
        steps: calibration: pairs of raw probability and the share of right ones from there on, both rising.
    """

    features: tuple[str, ...]
    base: float
    trees: tuple[tuple[Node, ...], ...]
    steps: tuple[tuple[float, float], ...] = ()

    def raw(self, values: Mapping[str, float]) -> float:
        """The probability before calibration."""
        return _sigmoid(self.log_odds(values))

    def log_odds(self, values: Mapping[str, float]) -> float:
        """What the trees add up to."""
        row = [values[name] for name in self.features]
        return self.base + sum(_leaf(tree, row) for tree in self.trees)

    def calibrated(self, raw: float) -> float:
        """The share of right ones among candidates like this, straight lines between the steps."""
        if not self.steps:
            return raw
        at = bisect_right(self.steps, (raw, math.inf))
        if at == 0:
            return self.steps[0][1] * raw / max(self.steps[0][0], 1e-9)
        if at == len(self.steps):
            return self.steps[-1][1]
        (x0, y0), (x1, y1) = self.steps[at - 1], self.steps[at]
        return y0 + (y1 - y0) * (raw - x0) / max(x1 - x0, 1e-9)

    def reasons(self, values: Mapping[str, float]) -> Mapping[str, float]:
        """How much each feature moved the log-odds, along the way through the trees; the greatest first.

        The value of a node less that of its parent is put down to the feature that was asked (Saabas, 2014).
        """
        row = [values[name] for name in self.features]
        moved: dict[str, float] = {}
        for tree in self.trees:
            node = tree[0]
            while node[0] >= 0:
                below = tree[node[2] if row[node[0]] <= node[1] else node[3]]
                name = self.features[node[0]]
                moved[name] = moved.get(name, 0.0) + below[4] - node[4]
                node = below
        return dict(sorted(moved.items(), key=lambda item: -item[1]))


def _leaf(tree: tuple[Node, ...], row: list[float]) -> float:
    node = tree[0]
    while node[0] >= 0:
        node = tree[node[2] if row[node[0]] <= node[1] else node[3]]
    return node[4]


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@lru_cache(maxsize=4)
def load_forest(path: Path) -> Forest:
    """The shipped forest.

    Raises:
        KnowledgeError: the file is missing or is not what ``python -m benchmarks.guards learn`` writes.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        steps = tuple((float(x), float(y)) for x, y in document["calibration"])
        features = tuple(str(name) for name in document["features"])
        if list(steps) != sorted(steps):
            raise ValueError("the calibration falls")
        return Forest(features, float(document["base"]), read_trees(document["trees"], len(features)), steps)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(
            f"{path} cannot be used ({error}): make it anew with python -m benchmarks.guards learn."
        ) from error


def read_trees(document: Sequence[Sequence[Sequence[float]]], features: int) -> tuple[tuple[Node, ...], ...]:
    """Trees from data, checked: no node asks for a feature that there is not, and every way ends at a leaf.

    Raises:
        ValueError: they are no such trees.
    """
    trees = tuple(tuple((int(f), float(t), int(a), int(b), float(v)) for f, t, a, b, v in tree) for tree in document)
    if not all(_ends(tree, features) for tree in trees):
        raise ValueError("a tree leads nowhere")
    return trees


def _ends(tree: tuple[Node, ...], features: int) -> bool:
    """Whether every way through a tree ends at a leaf: below each inner node lie later ones."""
    inner = [(at, node) for at, node in enumerate(tree) if node[0] >= 0]
    return bool(tree) and all(
        node[0] < features and at < min(node[2], node[3]) and max(node[2], node[3]) < len(tree) for at, node in inner
    )
