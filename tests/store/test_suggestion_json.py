"""A stored suggestion comes back as it was, whatever text is in it; anything else is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import StoreError
from reviewbot.domain.suggestion import Evidence, ProofLevel, Suggestion
from reviewbot.store.columns import escape, unescape
from reviewbot.store.suggestion_json import dump, load
from tests.store.suggestions import suggestion

TEXT = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("\0\\\ud83d\ude00u")), max_size=12)
NUMBER = st.floats(allow_nan=False)
LINES = st.tuples(st.integers(1, 10**6), st.integers(0, 50)).map(lambda pair: LineRange(pair[0], sum(pair)))
EVIDENCE = st.builds(Evidence, TEXT, st.booleans(), TEXT, NUMBER, st.sampled_from(ProofLevel))
SUGGESTION = st.builds(
    Suggestion,
    id=TEXT, kind=TEXT, rule=TEXT, path=TEXT, lines=LINES, original=TEXT, replacement=TEXT,
    exceptions=st.lists(TEXT, max_size=3).map(tuple), confidence=NUMBER, origin=TEXT, why=TEXT,
    evidence=st.lists(EVIDENCE, max_size=3).map(tuple), function=st.none() | TEXT, model=st.none() | TEXT,
    new_file=st.booleans(),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(SUGGESTION)
def test_nothing_is_lost(one: Suggestion) -> None:
    stored = dump(one)
    assert stored.isascii()
    assert "\0" not in stored
    assert load(stored) == one


def test_two_surrogates_side_by_side_stay_two() -> None:
    """Fails when `_text` leaves it to JSON, which joins them."""
    one = suggestion(why="\ud83d\ude00")
    assert len(load(dump(one)).why) == 2


@settings(max_examples=300, deadline=None)
@given(TEXT, TEXT)
def test_a_column_s_text_comes_back_and_different_texts_stay_different(one: str, other: str) -> None:
    assert unescape(escape(one)) == one
    assert (escape(one) == escape(other)) == (one == other)
    escape(one).encode("utf-8")
    assert "\0" not in escape(one)


GOOD: dict[str, Any] = json.loads(dump(suggestion()))


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_field_is_refused(name: str) -> None:
    with pytest.raises(StoreError, match=f"its field {name} is missing"):
        load(json.dumps(without(name)))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": True},
        {"start_line": 0},
        {"start_line": 9},
        {"end_line": 4.0},
        {"start_line": True},
        {"confidence": "0.9"},
        {"confidence": True},
        {"confidence": 10**400},
        {"new_file": 1},
        {"path": 1},
        {"path": None},
        {"path": {"hex": "zz"}},
        {"path": {"hex": "ff"}},
        {"path": {"hex": 1}},
        {"path": {"hex": "61", "more": 1}},
        {"exceptions": "KeyError"},
        {"exceptions": [1]},
        {"evidence": [1]},
        {"evidence": [{}]},
        {"evidence": [{**GOOD["evidence"][0], "level": "magic"}]},
        {"evidence": [{**GOOD["evidence"][0], "more": 1}]},
        {"more": 1},
    ],
    ids=str,
)
def test_a_wrong_field_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(StoreError) as caught:
        load(json.dumps({**GOOD, **change}))
    assert str(caught.value).startswith("A stored suggestion cannot be read, ")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", "null", "1", "[" * 100_000, "\ud800"], ids=lambda s: s[:3] or "empty"
)
def test_what_is_no_suggestion_is_refused(stored: str) -> None:
    with pytest.raises(StoreError):
        load(stored)


def test_the_form_is_the_one_of_version_1() -> None:
    """What stands in databases: a change of it needs another version, and a way to read this one."""
    assert list(GOOD) == [
        *("version", "id", "kind", "rule", "path", "start_line", "end_line", "original", "replacement", "exceptions"),
        *("confidence", "origin", "why", "evidence", "function", "model", "new_file"),
    ]
    assert list(GOOD["evidence"][0]) == ["check", "ok", "detail", "seconds", "level"]
