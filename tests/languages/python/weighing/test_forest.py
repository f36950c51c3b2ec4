"""A forest small enough to be counted by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from reviewbot.domain.errors import KnowledgeError
from reviewbot.languages.python.weighing.forest import Forest, load_forest

TREES = [
    # a <= 1 ? -1 : (b <= 0 ? 0.5 : 2)
    [[0, 1, 1, 2, 0.25], [-1, 0, 0, 0, -1], [1, 0, 3, 4, 1], [-1, 0, 0, 0, 0.5], [-1, 0, 0, 0, 2]],
    # b <= 5 ? 0.1 : -0.3
    [[1, 5, 1, 2, 0.0], [-1, 0, 0, 0, 0.1], [-1, 0, 0, 0, -0.3]],
    # a stump without a question
    [[-1, 0, 0, 0, 0.05]],
]
STEPS = [[0.2, 0.1], [0.5, 0.4], [0.8, 0.9]]
DOCUMENT = {"features": ["a", "b"], "base": -0.5, "calibration": STEPS, "trees": TREES}


def forest(steps: list[list[float]] = STEPS) -> Forest:
    trees = tuple(tuple(tuple(node) for node in tree) for tree in TREES)
    return Forest(("a", "b"), -0.5, trees, tuple((x, y) for x, y in steps))  # type: ignore[arg-type]


WAYS = [
    (0, 0, -1 + 0.1),
    (1, 9, -1 - 0.3),  # at the threshold: left
    (1.5, 0, 0.5 + 0.1),
    (2, 1, 2 + 0.1),
    (2, 6, 2 - 0.3),
]


@pytest.mark.parametrize(("a", "b", "sum_"), WAYS)
def test_the_way_through_the_trees(a: float, b: float, sum_: float) -> None:
    values = {"a": a, "b": b, "of no use": 7.0}
    raw = forest().raw(values)
    odds = -0.5 + 0.05 + sum_
    assert raw == pytest.approx(1 / (1 + math.exp(-odds)))
    moved = forest().reasons(values)
    roots = sum(tree[0][4] for tree in TREES)
    assert sum(moved.values()) == pytest.approx(math.log(raw / (1 - raw)) + 0.5 - roots)
    assert list(moved.values()) == sorted(moved.values(), reverse=True)


def test_each_step_is_put_down_to_the_feature_that_was_asked() -> None:
    assert forest().reasons({"a": 2, "b": 1}) == pytest.approx({"b": 1 + 0.1, "a": 0.75})
    assert list(forest().reasons({"a": 2, "b": 1})) == ["b", "a"]


def test_a_missing_feature_is_no_zero() -> None:
    with pytest.raises(KeyError):
        forest().raw({"a": 1.0})


STEPPED = [
    (0.0, 0.0), (0.1, 0.05), (0.2, 0.1), (0.35, 0.25), (0.5, 0.4), (0.65, 0.65), (0.8, 0.9), (0.9, 0.9), (1.0, 0.9)
]  # fmt: skip


@pytest.mark.parametrize(("raw", "share"), STEPPED)
def test_calibration_between_and_beyond_the_steps(raw: float, share: float) -> None:
    assert forest().calibrated(raw) == pytest.approx(share)


def test_calibration_never_falls() -> None:
    steps = [[0.0, 0.0], [0.0, 0.01], [0.3, 0.2], [0.3, 0.25], [0.9, 0.7]]
    found = [forest(steps).calibrated(n / 1000) for n in range(1001)]
    assert found == sorted(found) and found[0] == pytest.approx(0.01) and found[-1] == 0.7


def test_without_steps_the_raw_one_is_taken() -> None:
    assert forest([]).calibrated(0.3) == 0.3


@pytest.mark.parametrize("odds", [-2_000.0, 2_000.0])
def test_no_odds_are_too_long(odds: float) -> None:
    assert Forest((), odds, ()).raw({}) == (0.0 if odds < 0 else 1.0)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "forest.json"
    path.write_text(json.dumps(DOCUMENT), "utf-8")
    assert load_forest(path) == forest()


def changed(**parts: object) -> bytes:
    return json.dumps({**DOCUMENT, **parts}).encode()


BROKEN = [
    ("missing", None),
    ("no JSON", b"{"),
    ("no UTF-8", b"\xff\xfe"),
    ("another kind", b"3"),
    ("no trees", json.dumps({k: v for k, v in DOCUMENT.items() if k != "trees"}).encode()),
    ("a base that is no number", changed(base="much")),
    ("no base", changed(base=None)),
    ("a node too short", changed(trees=[[[0, 1, 1]]])),
    ("a tree without a node", changed(trees=[[]])),
    ("a feature that has no name", changed(trees=[[[2, 1, 1, 2, 0], [-1, 0, 0, 0, 1], [-1, 0, 0, 0, 2]]])),
    ("a node that is not there", changed(trees=[[[0, 1, 1, 3, 0], [-1, 0, 0, 0, 1], [-1, 0, 0, 0, 2]]])),
    ("a circle", changed(trees=[[[0, 1, 0, 1, 0], [-1, 0, 0, 0, 1]]])),
    ("a step too long", changed(calibration=[[0.1, 0.2, 0.3]])),
    ("steps that fall", changed(calibration=[[0.1, 0.2], [0.05, 0.3]])),
]


@pytest.mark.parametrize("data", [c[1] for c in BROKEN], ids=[c[0] for c in BROKEN])
def test_a_broken_file_says_how_to_make_it_anew(data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "forest.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(
        KnowledgeError, match=r"forest\.json cannot be used \(.*\): make it anew with python -m benchmarks.guards learn"
    ):
        load_forest(path)
