"""Train the forest that weighs candidates: boosted trees over the features, calibrated on packages not trained on.

Needs scikit-learn, which the product itself does not: ``pip install 'reviewbot[train]'``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.guards.corpus import Fold
from benchmarks.guards.strip import kind_of_action
from reviewbot.languages.python.weighing.choose import Rated, choose

_TREES = {
    "max_iter": 300,
    "learning_rate": 0.06,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 40,
    "l2_regularization": 1.0,
}
_KEPT = 0.35
"""Of the candidates without a guard, so many are trained on, each weighing as much more."""
_PARTS = 4
"""For calibration, packages are scored by a forest of the other parts' packages."""


@dataclass(frozen=True)
class Rows:
    """The samples of many folds as arrays."""

    names: tuple[str, ...]
    values: Any
    right: Any


def rows(folds: Sequence[Fold]) -> Rows:
    """The folds put together."""
    import numpy as np

    names = folds[0].names
    values = np.concatenate([np.frombuffer(f.values, dtype=np.float32).reshape(-1, len(names)) for f in folds])
    return Rows(names, values, np.array([r.typed for f in folds for r in f.rows], dtype=bool))


def fit(found: Rows, seed: int = 1) -> Any:
    """A forest of scikit-learn's."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    kept = found.right | (np.random.default_rng(seed).random(len(found.right)) < _KEPT)
    weight = np.where(found.right, 1.0, 1 / _KEPT)
    forest = HistGradientBoostingClassifier(**_TREES, random_state=seed)
    return forest.fit(found.values[kept], found.right[kept], sample_weight=weight[kept])


_MANNER = {"max_iter": 60, "learning_rate": 0.06, "max_leaf_nodes": 6, "min_samples_leaf": 40, "l2_regularization": 1.0}


def fit_manner(folds: Sequence[Fold]) -> Any:
    """A forest a kind of handler, from the first right candidate of each removed guard."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    values, kinds = [], []
    for fold in folds:
        table = np.frombuffer(fold.values, dtype=np.float32).reshape(-1, len(fold.names))
        seen: set[int] = set()
        for number, row in enumerate(fold.rows):
            if row.typed and row.site not in seen:
                seen.add(row.site)
                values.append(table[number])
                kinds.append(kind_of_action(fold.actions[row.site]))
    return HistGradientBoostingClassifier(**_MANNER, random_state=1).fit(np.array(values), np.array(kinds))


def write_manner(forest: Any, names: Sequence[str], out: Path) -> None:
    """The forests as data for ``rules/``, one kind a line."""
    found = {
        str(kind): {
            "base": round(float(forest._baseline_prediction.ravel()[number]), 6),
            "trees": [_nodes(trees[number].nodes) for trees in forest._predictors],
        }
        for number, kind in enumerate(forest.classes_)
    }
    lines = [f"{json.dumps(kind)}: {json.dumps(one, separators=(',', ':'))}" for kind, one in found.items()]
    text = f'{{\n"features": {json.dumps(list(names))},\n"kinds": {{\n' + ",\n".join(lines) + "\n}\n}\n"
    out.write_text(text, "utf-8")


def judged(folds: Iterable[Fold], forest: Any) -> list[tuple[float, bool]]:
    """Every suggestion that the forest would make: how sure before calibration, and whether an exception is right."""
    import numpy as np

    found: list[tuple[float, bool]] = []
    for fold in folds:
        values = np.frombuffer(fold.values, dtype=np.float32).reshape(-1, len(fold.names))
        rated = [
            Rated(row, row.function, row.statement, float(p) * row.left)
            for row, p in zip(fold.rows, forest.predict_proba(values)[:, 1], strict=True)
        ]
        found += [(c.confidence, any(row.typed for row in c.kept)) for c in choose(rated)]
    return found


def calibration(folds: Sequence[Fold]) -> list[tuple[float, float]]:
    """Steps of an isotonic curve: packages are never judged by a forest that has seen them."""
    packages = sorted({fold.package for fold in folds})
    part = {name: number % _PARTS for number, name in enumerate(packages)}
    found: list[tuple[float, bool]] = []
    for number in range(_PARTS):
        forest = fit(rows([f for f in folds if part[f.package] != number]))
        found += judged((f for f in folds if part[f.package] == number), forest)
    return isotonic(found)


def isotonic(found: Sequence[tuple[float, bool]], least: int = 40) -> list[tuple[float, float]]:
    """Rising steps from pairs of score and truth, each of at least ``least`` pairs (pool adjacent violators).

    Pairs of one score stay together; too few at the end join the step before.
    """
    blocks: list[_Block] = []
    for chunk in _chunks(found, least):
        blocks.append(chunk)
        while len(blocks) > 1 and blocks[-2].right / blocks[-2].many >= blocks[-1].right / blocks[-1].many:
            last = blocks.pop()
            blocks[-1] = blocks[-1].joined(last)
    return [(round(one.scores / one.many, 5), round(one.right / one.many, 5)) for one in blocks]


@dataclass(frozen=True)
class _Block:
    """Pairs next to each other: the sum of their scores, how many are right, how many there are."""

    scores: float
    right: int
    many: int

    def joined(self, other: _Block) -> _Block:
        return _Block(self.scores + other.scores, self.right + other.right, self.many + other.many)


def _chunks(found: Sequence[tuple[float, bool]], least: int) -> list[_Block]:
    chunks: list[_Block] = []
    for score, same in groupby(sorted(found), key=lambda pair: pair[0]):
        truths = [truth for _, truth in same]
        one = _Block(score * len(truths), sum(truths), len(truths))
        if chunks and chunks[-1].many < least:
            chunks[-1] = chunks[-1].joined(one)
        else:
            chunks.append(one)
    if len(chunks) > 1 and chunks[-1].many < least:
        chunks[-2:] = [chunks[-2].joined(chunks[-1])]
    return chunks


def trees(forest: Any) -> list[list[list[float]]]:
    """The nodes of each tree as ``weighing.forest.Node`` wants them."""
    return [_nodes(found[0].nodes) for found in forest._predictors]


def _nodes(nodes: Any) -> list[list[float]]:
    """An inner node's value is the mean of what lies below it, by the number of samples."""
    values = [float(n["value"]) for n in nodes]
    for at in range(len(nodes) - 1, -1, -1):  # children come after their parents
        node = nodes[at]
        if not node["is_leaf"]:
            left, right = int(node["left"]), int(node["right"])
            many = float(nodes[left]["count"]), float(nodes[right]["count"])
            values[at] = (values[left] * many[0] + values[right] * many[1]) / sum(many)
    return [
        [-1, 0, 0, 0, _short(value)]
        if node["is_leaf"]
        else [
            int(node["feature_idx"]),
            _short(node["num_threshold"]),
            int(node["left"]),
            int(node["right"]),
            _short(value),
        ]
        for node, value in zip(nodes, values, strict=True)
    ]


def _short(number: float) -> float:
    return float(f"{float(number):.6g}")


def write(forest: Any, names: Sequence[str], steps: Sequence[tuple[float, float]], out: Path) -> None:
    """The forest as data for ``rules/``, one tree a line."""
    lines = [json.dumps(tree, separators=(",", ":")) for tree in trees(forest)]
    base = float(forest._baseline_prediction.ravel()[0])
    out.write_text(
        f'{{\n"features": {json.dumps(list(names))},\n"base": {base:.6f},\n"calibration": {json.dumps(list(steps))},\n'
        + '"trees": [\n' + ",\n".join(lines) + "\n]\n}\n",
        "utf-8",
    )  # fmt: skip
