"""Where a change may want a guard, and what a person's words or a repository's settings change about it."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.review import ReviewOptions
from reviewbot.domain.site import Failure, Site, Span
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.registry import load_languages
from reviewbot.pipeline.places import meant, spoken, still_fails
from reviewbot.resources import rules_dir
from tests.languages.python.propose.kit import Files

LANGUAGES, _ = load_languages(rules_dir(), Files({}))
HEAD = Files({})
TEXT = "def port(text):\n    return int(text)\n\n\ndef size(text):\n    return len(text)\n"


def site(*exceptions: str) -> Site:
    failures = tuple(Failure(name, "it fails", "docs", "py.rule") for name in exceptions)
    return Site("a.py", Span(1, 0, 1, 1), "f", failures, None, "why", 0.5)


OPEN, LOAD = site("FileNotFoundError", "PermissionError"), site("json.JSONDecodeError")


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (None, [OPEN, LOAD]),
        ("", [OPEN, LOAD]),
        ("this can fail", [OPEN, LOAD]),
        ("may raise json.JSONDecodeError", [LOAD]),
        ("W1: JSONDecodeError (not JSON)", [LOAD]),
        ("`FileNotFoundError`!", [OPEN]),
        ("PermissionError or JSONDecodeError", [OPEN, LOAD]),
        ("MyFileNotFoundErrors", [OPEN, LOAD]),
    ],
)
def test_the_failure_that_a_person_names_is_meant(hint: str | None, expected: list[Site]) -> None:
    assert meant([OPEN, LOAD], hint) == expected


@pytest.mark.parametrize(
    ("lines", "rule", "fails"),
    [
        (LineRange(2, 2), "py.unhandled.not-a-number", True),
        (LineRange(1, 6), "py.unhandled.not-a-number", True),
        (LineRange(2, 2), "py.unhandled.json-decode", False),
        (LineRange(6, 6), "py.unhandled.not-a-number", False),
    ],
)
def test_whether_it_still_fails_there(lines: LineRange, rule: str, fails: bool) -> None:
    assert still_fails(LANGUAGES, SourceFile("a.py", TEXT), lines, rule, HEAD) is fails


def test_what_no_language_owns_does_not_fail() -> None:
    assert not still_fails(LANGUAGES, SourceFile("a.txt", TEXT), LineRange(2, 2), "py.unhandled.not-a-number", HEAD)


@pytest.mark.parametrize(("wanted", "count"), [(None, 1), (("python",), 1), (("java",), 0), ((), 0)])
def test_only_the_languages_that_are_wanted(wanted: tuple[str, ...] | None, count: int) -> None:
    assert len(spoken(LANGUAGES, ReviewOptions(languages=wanted))) == count
