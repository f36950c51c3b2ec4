"""The JSON contract: every output follows the published schema, and the schema refuses what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from reviewbot.domain.change import LineRange
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.publish.as_json import to_document, to_json
from tests import builders

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "review.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_whole_contract() -> None:
    made = builders.review(
        builders.suggestion(lines=LineRange(4, 5), origin="model", model="seed"),
        withheld=(builders.withheld(),),
        more=2,
        notes=("Proofs were limited.",),
        stats=builders.stats(model_calls=4, prompt_tokens=10, completion_tokens=20),
    )
    assert json.loads(to_json(made)) == {
        "schema": 1,
        "base": builders.BASE,
        "head": builders.HEAD,
        "suggestions": [
            {
                "id": made.suggestions[0].id,
                "kind": "fix",
                "rule": "py.unhandled.json-decode",
                "path": "app.py",
                "start_line": 4,
                "end_line": 5,
                "original": builders.ORIGINAL,
                "replacement": builders.REPLACEMENT,
                "new_file": False,
                "exceptions": ["FileNotFoundError", "json.JSONDecodeError"],
                "confidence": 0.93,
                "origin": "model",
                "model": "seed",
                "why": made.suggestions[0].why,
                "evidence": [
                    {"check": "parse", "ok": True, "detail": "the file parses", "seconds": 0.01, "level": "static"},
                    {
                        "check": "fault",
                        "ok": True,
                        "detail": "escapes before, handled after",
                        "seconds": 0.01,
                        "level": "region",
                    },
                ],
            }
        ],
        "more": 2,
        "withheld": [{"path": "app.py", "line": 7, "reason": "names: x may be unbound"}],
        "notes": ["Proofs were limited."],
        "policy": {"state": "pending", "unreviewed": []},
        "stats": {
            "files": 1,
            "changed_lines": 5,
            "model_calls": 4,
            "prompt_tokens": 10,
            "completion_tokens": 20,
            "seconds": {"total": 1.5, "checkout": 0, "detect": 0.1, "propose": 0, "verify": 0, "screen": 0},
        },
    }
    VALIDATOR.validate(to_document(made))


def test_what_nobody_checked_is_no_pass() -> None:
    assert to_document(builders.review())["policy"]["state"] == "pending"


TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
# A path is bytes that git gave, which need not be UTF-8.
PATH = st.binary(min_size=1, max_size=30).map(lambda name: name.decode("utf-8", "surrogateescape"))
SUGGESTIONS = st.builds(
    builders.suggestion,
    path=PATH,
    original=TEXT,
    replacement=TEXT,
    why=TEXT.filter(bool),
    lines=st.tuples(st.integers(1, 9), st.integers(0, 9)).map(lambda x: LineRange(x[0], x[0] + x[1])),
    confidence=st.floats(0, 1),
    kind=st.sampled_from(["fix", "test"]),
    new_file=st.booleans(),
    model=st.none() | TEXT,
    evidence=st.lists(
        st.builds(builders.evidence, ok=st.booleans(), detail=TEXT, level=st.sampled_from(ProofLevel)), min_size=1
    ).map(tuple),
)
REVIEWS = st.builds(
    builders.review,
    suggestions=st.lists(SUGGESTIONS, max_size=3).map(tuple),
    withheld=st.lists(st.builds(builders.withheld, path=PATH, reason=TEXT.filter(bool))).map(tuple),
    more=st.integers(0, 99),
    notes=st.lists(TEXT.filter(bool)).map(tuple),
)


@given(REVIEWS)
def test_every_review_follows_the_schema_and_survives_the_pipe(made: Any) -> None:
    text = to_json(made)
    assert text.isascii()
    VALIDATOR.validate(json.loads(text))
    assert json.loads(text) == to_document(made)


def _without(path: str) -> Any:
    document = to_document(builders.review(builders.suggestion(), withheld=(builders.withheld(),)))
    *way, last = path.split(".")
    where: Any = document
    for step in way:
        where = where[int(step) if step.isdigit() else step]
    del where[last]
    return document


@pytest.mark.parametrize(
    "path",
    [
        *(key for key in to_document(builders.review())),
        *(f"suggestions.0.{key}" for key in to_document(builders.review(builders.suggestion()))["suggestions"][0]),
        *(f"suggestions.0.evidence.0.{key}" for key in ("check", "ok", "detail", "seconds", "level")),
        *(f"withheld.0.{key}" for key in ("path", "line", "reason")),
        *(f"stats.{key}" for key in to_document(builders.review())["stats"]),
        *(f"stats.seconds.{key}" for key in to_document(builders.review())["stats"]["seconds"]),
        *("policy.state", "policy.unreviewed"),
    ],
)
def test_the_schema_asks_for_every_key(path: str) -> None:
    with pytest.raises(ValidationError, match=path.rpartition(".")[2]):
        VALIDATOR.validate(_without(path))


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": 2},
        {"head": "HEAD"},
        {"more": -1},
        {"policy": {"state": "unknown", "unreviewed": []}},
        {"withheld": [{"path": "a.py", "line": 0, "reason": "x"}]},
    ],
)
def test_the_schema_refuses_what_is_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VALIDATOR.validate(to_document(builders.review()) | wrong)
