"""The parts of training that need no library: calibration, the nodes of a tree, and the file that is written."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.guards.train import isotonic, trees, write, write_manner
from reviewbot.languages.python.weighing.forest import Forest, load_forest
from reviewbot.languages.python.weighing.manner import load_manner

Pairs = list[tuple[float, bool]]


def pairs(text: str) -> Pairs:
    """``.5:yyn``: three pairs of that score, two of them right."""
    return [(float(s), c == "y") for part in text.split() for s, _, cs in [part.partition(":")] for c in cs]


STEPS = [
    ("nothing", "", []),
    ("one", ".5:y", [(0.5, 1.0)]),
    ("rising", ".2:nn .8:yy", [(0.2, 0.0), (0.8, 1.0)]),
    ("falling is made level", ".2:yy .8:nn", [(0.5, 0.5)]),
    ("level is one step", ".2:yn .8:yn", [(0.5, 0.5)]),
    ("pooled as far back as it falls", ".1:nn .2:yy .4:yn .6:nn", [(0.1, 0.0), (0.4, 0.5)]),
    ("a step between two others", ".1:nn .5:yn .9:yy", [(0.1, 0.0), (0.5, 0.5), (0.9, 1.0)]),
    ("one score is one step, however many", ".5:nnnnyyyy", [(0.5, 0.5)]),
    ("one score is one step, in any order", ".5:ynynynyn", [(0.5, 0.5)]),
    ("a score is not cut by the least", ".1:n .5:nnyy", [(0.42, 0.4)]),
    ("too few at the end are no step", ".1:nn .5:yn .9:y", [(0.1, 0.0), (0.63333, 0.66667)]),
    ("too few at all", ".1:n", [(0.1, 0.0)]),
]


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in STEPS], ids=[c[0] for c in STEPS])
def test_isotonic_of_two_and_more(text: str, wanted: Pairs) -> None:
    assert isotonic(pairs(text), least=2) == wanted
    assert isotonic(list(reversed(pairs(text))), least=2) == wanted


def many(number: int = 4_000) -> Pairs:
    """The truth is more often so than said: at a score of s with a chance of s squared."""
    dice = random.Random(7)
    scores = [round(dice.random(), 2) for _ in range(number)]
    return [(s, dice.random() < s * s) for s in scores]


def test_steps_rise_and_stand_on_enough() -> None:
    found = isotonic(many())
    assert found == sorted(found)
    assert [y for _, y in found] == sorted(y for _, y in found)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in found)
    assert len(found) <= 4_000 // 40


def test_calibrated_scores_are_true() -> None:
    forest = Forest((), 0.0, (), tuple(isotonic(many())))
    for score in (0.1, 0.3, 0.5, 0.7, 0.9):
        assert forest.calibrated(score) == pytest.approx(score**2, abs=0.07)


def node(value: float, count: int, **inner: float) -> dict[str, float]:
    leaf = {"feature_idx": 0, "num_threshold": 0.0, "left": 0, "right": 0, "is_leaf": not inner}
    return {"value": value, "count": count, **leaf, **inner}


# x1 <= 0.5 ? (x0 <= 2 ? -1 : 1) : 3, with 10, 30 and 60 samples
TREE = [
    node(9.0, 100, feature_idx=1, num_threshold=0.5, left=1, right=4),
    node(9.0, 40, feature_idx=0, num_threshold=2.0, left=2, right=3),
    node(-1.0, 10),
    node(1.0, 30),
    node(3.0, 60),
]


def trained() -> SimpleNamespace:
    """As much of scikit-learn's forest as is read: nodes of each tree, and the log-odds before any."""
    base = SimpleNamespace(ravel=lambda: [-1.25])
    return SimpleNamespace(_predictors=[[SimpleNamespace(nodes=TREE)]], _baseline_prediction=base)


def test_an_inner_node_is_worth_the_mean_of_what_lies_below() -> None:
    (found,) = trees(trained())
    assert found == [
        [1, 0.5, 1, 4, 2.0],
        [0, 2.0, 2, 3, 0.5],
        [-1, 0, 0, 0, -1.0],
        [-1, 0, 0, 0, 1.0],
        [-1, 0, 0, 0, 3.0],
    ]


def test_numbers_are_written_short() -> None:
    forest = trained()
    forest._predictors = [[SimpleNamespace(nodes=[node(1 / 3, 1)])]]
    assert trees(forest) == [[[-1, 0, 0, 0, 0.333333]]]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "forest.json"
    write(trained(), ("a", "b"), [(0.1, 0.0), (0.8, 0.5)], path)
    found = load_forest(path)
    assert (found.features, found.base, found.steps) == (("a", "b"), -1.25, ((0.1, 0.0), (0.8, 0.5)))
    assert [found.raw({"a": a, "b": b}) > 0.5 for a, b in ((2, 0.5), (2.1, 0.5), (0, 0.6))] == [False, False, True]
    assert sum(found.reasons({"a": 0, "b": 0}).values()) == pytest.approx(-1 - 2.0)


def test_manners_that_are_written_are_read_again(tmp_path: Path) -> None:
    """Trees come by round, in each round one a kind."""
    leaf, path = SimpleNamespace(nodes=[node(0.25, 1)]), tmp_path / "manner.json"
    base = SimpleNamespace(ravel=lambda: [0.5, -0.5])
    rounds = [[SimpleNamespace(nodes=TREE), leaf], [leaf, leaf]]
    write_manner(
        SimpleNamespace(_predictors=rounds, _baseline_prediction=base, classes_=["raise", "return"]), ("a", "b"), path
    )
    forests = load_manner(path).forests
    assert {kind: forest.base for kind, forest in forests.items()} == {"raise": 0.5, "return": -0.5}
    values = {"a": 0.0, "b": 1.0}
    assert forests["raise"].log_odds(values) == pytest.approx(0.5 + 3.0 + 0.25)
    assert forests["return"].log_odds(values) == pytest.approx(-0.5 + 0.25 + 0.25)
