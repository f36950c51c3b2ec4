"""The field's counts, from data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewbot.domain.errors import KnowledgeError
from reviewbot.languages.python.weighing.field import Field, load_field

FIELD = Field(
    {"json.loads": {"ValueError": 5, "TypeError": 1, "*": 6}}, {"json.loads": 10, "open": 3}, {"ValueError": 7}
)

RATES = [
    ("json.loads", "ValueError", 5 / 20),
    ("json.loads", "TypeError", 1 / 20),
    ("json.loads", "KeyError", 0.0),
    ("open", "OSError", 0.0),
    ("unknown", "OSError", 0.0),
]


@pytest.mark.parametrize(("key", "exception", "rate"), RATES)
def test_rate(key: str, exception: str, rate: float) -> None:
    assert FIELD.rate(key, exception) == pytest.approx(rate)


@pytest.mark.parametrize(("key", "uses"), [("json.loads", 16), ("open", 3), ("unknown", 0)])
def test_uses(key: str, uses: int) -> None:
    assert FIELD.uses(key) == uses
    assert FIELD.caught == 7


GOOD = {"packages": [], "guards": {"f": {"A": 1, "*": 1}}, "bare": {"f": 2}, "everywhere": {"A": 4}}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "field.json"
    path.write_text(json.dumps(GOOD), "utf-8")
    assert load_field(path) == Field(GOOD["guards"], GOOD["bare"], GOOD["everywhere"])  # type: ignore[arg-type]


BROKEN = [
    ("missing", None),
    ("empty", b""),
    ("no JSON", b"{"),
    ("no UTF-8", b"\xff\xfe"),
    ("another kind", b"[]"),
    ("a part is missing", json.dumps({**GOOD, "bare": None} | {"guards": {}}).encode()),
    ("no guards", json.dumps({"bare": {}, "everywhere": {}}).encode()),
    ("guards of another kind", json.dumps({**GOOD, "guards": []}).encode()),
    ("a guard of another kind", json.dumps({**GOOD, "guards": {"f": 1}}).encode()),
    ("a guard without its number", json.dumps({**GOOD, "guards": {"f": {"A": 1}}}).encode()),
    ("a count that is no number", json.dumps({**GOOD, "bare": {"f": "2"}}).encode()),
    ("a count below nothing", json.dumps({**GOOD, "everywhere": {"A": -1}}).encode()),
]


@pytest.mark.parametrize("data", [c[1] for c in BROKEN], ids=[c[0] for c in BROKEN])
def test_a_broken_file_says_how_to_make_it_anew(data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "field.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(
        KnowledgeError, match=r"field\.json cannot be used \(.*\): make it anew with python -m benchmarks.guards learn"
    ):
        load_field(path)
