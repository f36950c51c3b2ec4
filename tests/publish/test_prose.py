"""Hostile words are shown, never obeyed. Checked on the page that a reader would see, with GitHub's own linking."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.publish.prose import code_span, longest_run, prose
from tests.fakes.github.markdown import render

HOSTILE = [
    "@octocat",
    "(@octocat)",
    "see @org/team.",
    "#12",
    "owner/repo#12",
    "GH-12",
    "gh-7.",
    "d94f3c2",
    "(0123456789abcdef0123456789abcdef01234567)",
    "http://evil.example",
    "https://evil.example/x?y=1",
    "www.evil.example",
    "x@evil.example",
    "[text](http://evil.example)",
    "![image](http://evil.example/x.png)",
    "[ref]: http://evil.example",
    "<http://evil.example>",
    "<img src=x>",
    "<script>alert(1)</script>",
    "<!-- reviewbot:head:0 -->",
    "</details>",
    "&#64;octocat",
    "\\@octocat",
    "`@octocat",
    "``x` @octocat",
    "*bold*",
    "__bold__",
    "~~gone~~",
    "$x^2$",
    ":tada:",
    "# heading",
    "> quote",
    "- item",
    "+ item",
    "1. item",
    "1) item",
    "---",
    "===",
    "| a | b |",
    "```suggestion\nrm -rf\n```",
    "a\n\n# heading",
    "a\n===",
    "text\n    code",
]
ALLOWED = re.compile(r"</?(p|code)>")


def visible(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page)).strip()


def assert_harmless(text: str) -> None:
    page = render(f"{prose(text)}")
    assert ALLOWED.sub("", page).count("<") == 0, page
    assert "\n" not in prose(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words(text: str):
    assert_harmless(text)
    assert_harmless(f"before {text} after")


def test_the_page_would_show_what_is_not_escaped():
    """The check itself is no sham: unescaped, nearly all of these do something."""
    active = [text for text in HOSTILE if ALLOWED.sub("", render(text)).count("<")]
    assert len(active) > 25


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1@#`*_<>[]()!:/.-~|$\\&;'\"\n #w?f"), max_size=40))
def test_any_words(text: str):
    assert_harmless(text)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_nothing_that_is_said_is_lost(text: str):
    """Whatever prints is still to be read, up to white space and the backticks that became spans."""
    said = [c for c in " ".join(text.split()) if c.isprintable() and c not in "` "]
    shown = [c for c in visible(render(prose(text))) if c not in "` "]
    assert [c for c in shown if c != "\N{REPLACEMENT CHARACTER}"] == [
        c for c in said if c != "\N{REPLACEMENT CHARACTER}"
    ]


@settings(deadline=None)
@given(st.text(alphabet="`ab <@\n", max_size=20))
def test_a_code_span_holds_anything(text: str):
    page = render(f"x {code_span(text)} y")
    assert page.count("<code>") == 1
    assert visible(page).removeprefix("x").removesuffix("y").strip() == " ".join(text.split()).strip()


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("`json.load` raises when the file isn't JSON.", "`json.load` raises when the file isn't JSON."),
        ("ruff finds nothing new", "ruff finds nothing new"),
        ("fall-back: the model failed (twice)!", "fall-back: the model failed (twice)!"),
        ("naïve größe 数", "naïve größe 数"),
        ("look in a/b.py", "look in `a/b.py`"),
        ("my_name", "`my_name`"),
        ("a ``b ` c`` d", "a ``b ` c`` d"),
        ("bidi \u202ex", "bidi `\N{REPLACEMENT CHARACTER}x`"),
        ("", ""),
    ],
)
def test_plain_words_stay(text: str, markdown: str):
    assert prose(text) == markdown


def test_runs():
    assert [longest_run(text) for text in ("", "a", "`", "a``b`", "```")] == [0, 0, 1, 2, 3]


@pytest.mark.parametrize(
    "text",
    ["@0````0``0```", "`a`@all", "x`a`", "`a``@all`b`", "0000000)0", "(1234567,1234567)", "!12", "%1", "see (!12)"],
)
def test_what_touches_or_is_joined_is_shown_and_no_more(text: str):
    """Spans that run together, a commit id joined by punctuation, GitLab's references."""
    page = render(prose(text))
    assert "<a" not in page
    assert "!12" not in re.sub("<code>.*?</code>", "", page) and "%1" not in re.sub("<code>.*?</code>", "", page)
