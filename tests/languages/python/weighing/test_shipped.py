"""What ships in ``rules/guards`` can be read, fits the code, and was learned from nothing that is scored."""

from __future__ import annotations

import json

import pytest

from benchmarks.guards.mine import DEVELOPMENT, may_learn
from reviewbot.domain.errors import KnowledgeError
from reviewbot.languages.python.weighing.find import load_weights
from reviewbot.resources import rules_dir

from .kit import shipped
from .test_features import f, of

FOLDER = rules_dir() / "guards"


def test_the_forest_asks_for_exactly_the_features_that_are_made() -> None:
    made = of(f("HERE()"))
    forest = shipped().forest
    asked = {forest.features[node[0]] for tree in forest.trees for node in tree if node[0] >= 0}
    assert sorted(forest.features) == sorted(made)
    assert len(set(forest.features)) == len(forest.features)
    assert asked <= set(made)
    assert 0.0 <= forest.calibrated(forest.raw(made)) <= 1.0


def test_the_calibration_rises_within_0_and_1() -> None:
    steps = shipped().forest.steps
    assert steps and all(0 <= x <= 1 and 0 <= y <= 1 for x, y in steps)
    assert [y for _, y in steps] == sorted(y for _, y in steps)


def test_the_field_knows_callees_that_everyone_guards() -> None:
    field = shipped().field
    assert len(field.guards) > 1_000
    for key, exception in (
        ("json.loads", "ValueError"),
        ("int", "ValueError"),
        ("[str]", "KeyError"),
        ("open", "OSError"),
    ):
        assert field.guards[key][exception] > 10, key
        assert field.uses(key) > field.guards[key]["*"] > 0


def test_no_package_that_is_scored_was_learned_from() -> None:
    packages = json.loads((FOLDER / "field.json").read_text("utf-8"))["packages"]
    assert len(packages) > 100 and len(set(packages)) == len(packages)
    assert [name for name in packages if not may_learn(name)] == []
    assert DEVELOPMENT.isdisjoint(name.lower().replace("_", "-") for name in packages)


@pytest.mark.parametrize("missing", ["field.json", "forest.json"])
def test_without_one_of_them_the_start_says_so(missing: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    rules = tmp_path_factory.mktemp("rules")
    (rules / "guards").mkdir()
    for path in FOLDER.glob("*.json"):
        if path.name != missing:
            (rules / "guards" / path.name).write_bytes(path.read_bytes())
    with pytest.raises(KnowledgeError, match=missing):
        load_weights(rules)
