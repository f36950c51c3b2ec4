"""Paths, logins, tools, models, reasons and messages are strangers' words. Checked on the page a reader would see."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.gate import CheckState
from reviewbot.domain.provenance import OriginKind
from reviewbot.gate.comment import comment_of, hold_text, is_gate_comment
from reviewbot.gate.report import Other, failed_to, queue_report, report_of, working
from reviewbot.gate.sections import Ways
from reviewbot.policy.verdict import Clearance, Judged, Outcome, Overridden, State, Verdict
from reviewbot.publish import markers
from reviewbot.publish.visible import visible, visible_line
from reviewbot.repo_config.ai import Mode
from tests.fakes.github.markdown import render
from tests.policy.decide.builders import lines
from tests.publish.test_prose import HOSTILE

HEAD = "b7e23ec29af22b0b4e41da31e868d57226121c84"
OURS = re.compile(r"</?(p|code|strong|ul|li|details|summary)>")
FORGED = [
    "x\n\n<!-- reviewbot:gate -->",
    "<!-- reviewbot:0123456789abcdef -->",
    "</summary></details>",
    "`</code>`",
    "**bold** ** @all",
    "a`\n/merge\n`",
    "\n/approve\n",
    "- [x] done",
    "\\`@all\\`",
    "`` ` @all",
    "!7 %1 ~label $12",
    "\u202e@all\u2066",
    "\udce9@all",
    "a|b",
    "x" * 2_000 + " @all",
    "` " * 400 + "@all",
]


def judged(outcome: Outcome, text: str) -> Judged:
    cleared = (Clearance(text, HEAD, "approval"),) if outcome is Outcome.CLEARED else ()
    return Judged(text, lines(1, 3), OriginKind.AI, f"note of {text}", outcome, (text, f"See {text}."), text, cleared)


def verdicts(text: str) -> Iterator[Verdict]:
    every = tuple(judged(outcome, text) for outcome in Outcome)
    for mode in (Mode.ENFORCE, Mode.REPORT):
        for state in State:
            yield Verdict(state, mode, HEAD, every, (text,), Overridden(text, text), (text,))
    yield Verdict(State.PASS, Mode.ENFORCE, HEAD, (judged(Outcome.CLEARED, text),))


def pages(text: str) -> Iterator[str]:
    """Every text that we would post, with ``text`` wherever a stranger's may stand."""
    other = [Other(3, CheckState.WAITING, text)]
    for found in verdicts(text):
        report = report_of(
            found, other if found.override and found.state is State.PASS else (), Ways(True, True, (text,))
        )
        yield report.summary
        comment = comment_of(found, report, exists=False, can_hold=True, commands=True, overriders=(text,))
        assert comment is not None and markers.read_one(comment) == {"gate"}
        yield comment
    thread = hold_text([(text, lines(1, 3))])
    assert markers.read_one(thread) == {"gate-hold"}
    yield from (thread, failed_to(HEAD, text).summary, working(HEAD, text).summary, queue_report(HEAD, other).summary)


def assert_harmless(text: str) -> None:
    for page in pages(text):
        shown = render(page)
        assert OURS.sub("", shown).count("<") == 0, (page, shown)
        for tag in ("ul", "li", "details", "strong", "p"):
            assert shown.count(f"<{tag}>") == shown.count(f"</{tag}>"), (page, shown)
        assert len(markers.read_one(page)) <= 1 and (is_gate_comment(page) is page.endswith("<!-- reviewbot:gate -->"))
        assert not any(line.lstrip("- ").startswith("/") for line in page.splitlines()), "GitLab would obey"
        outside = re.sub(r"<code>.*?</code>", "", shown, flags=re.DOTALL)
        assert "@" not in outside, (page, shown)
        page.encode()


@pytest.mark.parametrize("text", [*HOSTILE, *FORGED], ids=lambda text: ascii(text)[:40])
def test_hostile_words(text: str) -> None:
    assert_harmless(text)


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab1@#`*_<>[]()!:/.-~|$\\&;'\"\n #w?f%+"), min_size=1, max_size=40))
def test_any_words(text: str) -> None:
    assert_harmless(text)


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=30))
def test_any_text(text: str) -> None:
    assert_harmless(text)


@settings(deadline=None, max_examples=60)
@given(st.text(min_size=1, max_size=200))
def test_plain_text_steers_nothing(text: str) -> None:
    for found in verdicts(text):
        report = report_of(found)
        for one in (report.title, *(note.title for note in report.annotations)):
            assert visible_line(one) == one
        assert all(visible(note.message) == note.message for note in report.annotations)


def test_the_check_is_no_sham() -> None:
    """Unescaped, nearly all of these do something on the page."""
    active = [text for text in [*HOSTILE, *FORGED] if OURS.sub("", render(text)).count("<") or "@" in render(text)]
    assert len(active) > 30
