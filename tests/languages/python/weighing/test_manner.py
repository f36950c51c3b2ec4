"""What handlers of such failures do, from forests small enough to be counted by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from reviewbot.domain.errors import KnowledgeError
from reviewbot.languages.python.weighing.manner import KINDS, Manner, load_manner

from .kit import shipped
from .test_features import f, of

STUMP = [[-1, 0, 0, 0, 0.5]]
ASKS = [[0, 1, 1, 2, 0], [-1, 0, 0, 0, -1], [-1, 0, 0, 0, 2]]
DOCUMENT = {
    "features": ["a"],
    "kinds": {"raise": {"base": 1, "trees": [ASKS]}, "return": {"base": 0, "trees": [STUMP, STUMP]}},
}


def loaded(tmp_path: Path, document: object = DOCUMENT) -> Manner:
    path = tmp_path / "manner.json"
    path.write_text(json.dumps(document), "utf-8")
    return load_manner(path)


@pytest.mark.parametrize(("a", "odds", "first"), [(1, 1 - 1, "return"), (2, 1 + 2, "raise")])
def test_each_kind_with_its_share(a: float, odds: float, first: str, tmp_path: Path) -> None:
    found = loaded(tmp_path).likely({"a": a})
    shares = dict(found)
    assert found[0][0] == first and set(shares) == {"raise", "return"}
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert shares["raise"] == pytest.approx(1 / (1 + math.exp(1 - odds)), abs=1e-3)


@pytest.mark.parametrize("base", [-5_000.0, 5_000.0])
def test_no_odds_are_too_long(base: float, tmp_path: Path) -> None:
    kinds = {"raise": {"base": base, "trees": []}, "return": {"base": 0, "trees": []}}
    assert dict(loaded(tmp_path, {"features": [], "kinds": kinds}).likely({}))["raise"] == float(base > 0)


def kinds(**found: object) -> object:
    return {"features": ["a"], "kinds": found}


BROKEN = [
    ("another kind", []),
    ("no kinds", {"features": ["a"]}),
    ("none of them", kinds()),
    ("a kind that is not known", kinds(shout={"base": 0, "trees": []})),
    ("no base", kinds(**{"raise": {"trees": []}})),
    ("a feature that has no name", kinds(**{"raise": {"base": 0, "trees": [[[1, 1, 1, 2, 0], *STUMP, *STUMP]]}})),
    ("a circle", kinds(**{"raise": {"base": 0, "trees": [[[0, 1, 0, 1, 0], *STUMP]]}})),
]


@pytest.mark.parametrize("document", [c[1] for c in BROKEN], ids=[c[0] for c in BROKEN])
def test_a_broken_file_says_how_to_make_it_anew(document: object, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"manner\.json cannot be used \(.*\): make it anew with "):
        loaded(tmp_path, document)


def test_what_ships_fits_the_features() -> None:
    made = of(f("HERE()"))
    found = shipped().manner.likely(made)
    assert {kind for kind, _ in found} <= set(KINDS) and len(found) > 3
    assert [share for _, share in found] == sorted((share for _, share in found), reverse=True)
    assert all(set(forest.features) == set(made) for forest in shipped().manner.forests.values())
