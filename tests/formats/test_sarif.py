"""SARIF: the official schema accepts every log, and a reader that applies the fixes gets the very replacement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.publish.as_sarif import to_log, to_sarif
from tests import builders
from tests.formats.test_json import REVIEWS

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


@given(REVIEWS)
def test_the_official_schema_accepts_every_review(made: Any) -> None:
    text = to_sarif(made)
    assert text.isascii()
    VALIDATOR.validate(json.loads(text))


def test_the_official_schema_is_in_force() -> None:
    log = to_log(builders.review(builders.suggestion()))
    log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0].pop("deletedRegion")
    assert not VALIDATOR.is_valid(log)


def test_a_result_names_rule_place_and_fingerprint() -> None:
    one, other = builders.suggestion(), builders.suggestion(path="b.py", rule="py.unhandled.os-error")
    run = to_log(builders.review(one, other, one))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["py.unhandled.json-decode", "py.unhandled.os-error"]
    for result, made in zip(run["results"], (one, other, one), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == made.rule
        assert result["partialFingerprints"] == {"reviewbot/v1": made.id}
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == made.path
        assert place["region"] == {"startLine": 3, "endLine": 3}


def test_notes_and_what_was_withheld_are_notifications() -> None:
    made = builders.review(notes=("The model was down.",), withheld=(builders.withheld(),))
    notices = to_log(made)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert [n["message"]["text"] for n in notices] == ["The model was down.", "names: x may be unbound"]
    assert notices[1]["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}


@pytest.mark.parametrize("path", ["a b.py", "ü.py", "100%.py", "a#b?.py", "\udcff.py", "x:y.py"])
def test_a_path_is_a_uri_that_gives_it_back(path: str) -> None:
    change = to_log(builders.review(builders.suggestion(path=path)))["runs"][0]["results"][0]["fixes"][0]
    uri = change["artifactChanges"][0]["artifactLocation"]["uri"]
    assert uri.isascii() and not set(uri) & set(" #?:")
    assert unquote_to_bytes(uri).decode("utf-8", "surrogateescape") == path


def _offset(text: str, line: int, column: int | None) -> int:
    """Where a SARIF reader sees a line's column; without a column the line's end, before its line break."""
    starts = [0] + [i + 1 for i, c in enumerate(text) if c == "\n"]
    if column is not None:
        return starts[line - 1] + column - 1
    end = text.find("\n", starts[line - 1])
    end = len(text) if end < 0 else end
    return end - (text[end - 1 : end] == "\r")


def _applied(text: str, replacement: dict[str, Any]) -> str:
    """The fix as SARIF 2.1.0 defines it (3.30, 3.57), written apart from the code under test."""
    region = replacement["deletedRegion"]
    start = _offset(text, region["startLine"], region.get("startColumn", 1))
    end = _offset(text, region.get("endLine", region["startLine"]), region.get("endColumn"))
    return text[:start] + replacement["insertedContent"]["text"] + text[end:]


@pytest.mark.parametrize(
    ("text", "start", "end", "new"),
    [
        ("a\nb\nc\n", 2, 2, "x\ny\n"),
        ("a\nb\nc\n", 1, 3, "x\n"),
        ("a\nb\nc\n", 3, 3, "x\n"),
        ("a\nb\nc", 3, 3, "x\ny"),
        ("a\nb\nc", 3, 3, "x\n"),
        ("a\nb\nc\n", 2, 2, ""),
        ("a\r\nb\r\nc\r\n", 2, 2, "x\r\ny\r\n"),
        ("a\r\nb\r\nc\r\n", 2, 3, "x\r\n"),
        ("a\n\nc\n", 2, 2, "x\n"),
        ("a\n", 1, 1, "\n"),
    ],
)
def test_a_fix_gives_the_file_of_the_suggestion(text: str, start: int, end: int, new: str) -> None:
    file = SourceFile("app.py", text)
    lines = LineRange(start, end)
    made = builders.suggestion(lines=lines, original=file.slice(lines), replacement=new)
    change = to_log(builders.review(made))["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]
    assert _applied(text, change["replacements"][0]) == file.replace(lines, new).text


def test_a_new_file_is_inserted_into_nothing() -> None:
    made = builders.suggestion(new_file=True, original="", replacement="def test_x():\n    pass\n")
    change = to_log(builders.review(made))["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]
    assert _applied("", change["replacements"][0]) == made.replacement
