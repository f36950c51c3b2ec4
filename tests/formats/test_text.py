"""The text for a person: what it shows, what it folds, what it never lets through."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from rich.console import Console

from reviewbot.domain.change import LineRange
from reviewbot.domain.review import Review
from reviewbot.publish.as_text import TextOptions, diff_lines, summary, to_text
from tests import builders
from tests.formats.test_json import REVIEWS


def shown(made: Review, **options: Any) -> str:
    return to_text(made, TextOptions(**options)).plain


def test_a_suggestion_shows_place_reason_diff_and_evidence() -> None:
    made = builders.suggestion(
        lines=LineRange(3, 4),
        original="    a()\n    b()\n",
        replacement="    try:\n        a()\n    except OSError:\n        return\n    b()\n",
        evidence=(
            builders.evidence(check="parse", detail="the file parses", seconds=0.123),
            builders.evidence(check="fault", ok=False, detail="nothing handles it"),
        ),
    )
    text = shown(builders.review(made), scope="Reviewing the last commit.")
    assert text == (
        "Reviewing the last commit.\n\n"
        "app.py:3-4  py.unhandled.json-decode, 93% sure, by analysis\n"
        f"  {made.why}\n"
        "    -     a()\n"
        "    +     try:\n"
        "    +         a()\n"
        "    +     except OSError:\n"
        "    +         return\n"
        "          b()\n"
        "  Proven to the static level:\n"
        "    ✓ parse    the file parses (0.12 s)\n"
        "    ✗ fault    nothing handles it (0.01 s)\n"
        "\n"
        "1 suggestion; 5 changed lines in 1 file, 1.5 s.\n"
    )


def test_the_model_is_named_where_it_wrote_the_words() -> None:
    assert "words by seed-coder" in shown(builders.review(builders.suggestion(origin="model", model="seed-coder")))


def test_every_note_is_shown() -> None:
    assert "Note: Proofs were limited.\n" in shown(builders.review(notes=("Proofs were limited.",)))


def test_withheld_places_are_folded_to_counts_unless_asked_for() -> None:
    some = (
        builders.withheld(line=1, reason="names: x may be unbound"),
        builders.withheld(line=2, reason="names: y may be unbound"),
        builders.withheld(line=3, reason="no handler fits here"),
    )
    folded = shown(builders.review(withheld=some))
    assert "  2 × names\n  no handler fits here\n" in folded
    assert "unbound" not in folded
    assert "3 withheld" in folded
    opened = shown(builders.review(withheld=some), verbose=True)
    assert "  app.py:1  names: x may be unbound\n  app.py:2  names: y may be unbound\n" in opened


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Nothing to suggest; 5 changed lines in 1 file, 1.5 s."),
        ({"stats": builders.stats(files=2, changed_lines=1)}, "Nothing to suggest; 1 changed line in 2 files, 1.5 s."),
        ({"stats": builders.stats(changed_lines=12345)}, "Nothing to suggest; 12,345 changed lines in 1 file, 1.5 s."),
        ({"more": 3, "suggestions": (builders.suggestion(),)}, "1 suggestion, 3 more past --max-suggestions; "),
        (
            {"stats": builders.stats(model_calls=1)},
            "Nothing to suggest; 5 changed lines in 1 file, 1 model call, 1.5 s.",
        ),
    ],
)
def test_the_totals(facts: dict[str, Any], words: str) -> None:
    assert summary(builders.review(**facts)).startswith(words)


@pytest.mark.parametrize(
    ("original", "replacement", "lines"),
    [
        ("a\n", "b\n", [("-", "a"), ("+", "b")]),
        ("a\nb\n", "a\nc\nb\n", [(" ", "a"), ("+", "c"), (" ", "b")]),
        ("a", "a\nb", [(" ", "a"), ("+", "b")]),
        ("a\r\nb\r\n", "a\r\n", [(" ", "a"), ("-", "b")]),
        ("", "a\n", [("+", "a")]),
        ("a\n", "", [("-", "a")]),
        ("a\n\nb\n", "a\n\nb\nc\n", [(" ", "a"), (" ", ""), (" ", "b"), ("+", "c")]),
        ("a\x0cb\n", "a\x0cb\nc\n", [(" ", "a\x0cb"), ("+", "c")]),
    ],
)
def test_diff_lines(original: str, replacement: str, lines: list[tuple[str, str]]) -> None:
    assert list(diff_lines(original, replacement)) == lines


@given(REVIEWS)
def test_no_repository_can_steer_the_terminal(made: Review) -> None:
    out = io.StringIO()
    Console(file=out, force_terminal=False, soft_wrap=True).print(to_text(made, TextOptions(verbose=True)), end="")
    assert not [c for c in out.getvalue() if c != "\n" and c != "\t" and (ord(c) < 32 or 127 <= ord(c) < 160)]


def test_colour_says_the_same_in_colour() -> None:
    out = io.StringIO()
    Console(file=out, force_terminal=True, color_system="standard").print(
        to_text(builders.review(builders.suggestion()), TextOptions())
    )
    assert "\x1b[32m    + try:\x1b[0m" in out.getvalue()
    assert "\x1b[31m    - data = json" in out.getvalue()


def test_a_terminal_without_unicode_gets_words() -> None:
    text = shown(builders.review(builders.suggestion(evidence=(builders.evidence(ok=False),))), unicode=False)
    assert "FAILED parse" in text and text.isascii()
