"""The gate's comment and thread: what a reader needs, in as few words as that takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reviewbot.domain.gate import CheckState
from reviewbot.gate.comment import MOST_CHARACTERS, comment_of, hold_text, is_gate_comment
from reviewbot.gate.report import Other, report_of
from reviewbot.policy.verdict import Verdict
from reviewbot.repo_config.ai import AiRule, Mode
from tests.policy.decide.builders import found, lines, overrode, path_rule, policy, run, said, signed, verdict

NOBODY: dict[str, Any] = {"reviews": ()}
NOTHING = [
    {"lines": ()},
    {"policy": policy(mode=Mode.OFF)},
    NOBODY | {"policy": path_rule(AiRule.FREE)},
]


def told(given: Verdict, *, exists: bool = True, can_hold: bool = True, **more: Any) -> str:
    text = comment_of(given, report_of(given), exists=exists, can_hold=can_hold, **more)
    assert text is not None and is_gate_comment(text)
    return text.removesuffix("\n\n<!-- reviewbot:gate -->")


@pytest.mark.parametrize("facts", NOTHING, ids=str)
def test_nothing_is_said_where_nothing_ever_was(facts: dict[str, Any]) -> None:
    given = verdict(**facts)
    assert comment_of(given, report_of(given), exists=False, can_hold=True) is None
    assert len(told(given).splitlines()) == 1, "what stands there is brought up to date"


@pytest.mark.parametrize(
    "facts",
    [{}, NOBODY, {"lines": (), "problems": ("P.",)}, {"reviews": (overrode(),), "policy": policy(override=("erin",))}],
)
def test_what_concerns_somebody_is_said_at_once(facts: dict[str, Any]) -> None:
    assert told(verdict(**facts), exists=False)


def test_lines_stand_by_file_with_who_must_look_and_what_clears_it() -> None:
    runs = (run(lines=lines(1, 4)), run(lines=lines(7)), run(path="b.py", lines=lines(3)))
    text = told(verdict(lines=runs, **NOBODY))
    first, _, folded = text.partition("<details>")
    assert first.startswith("**6 AI-written lines wait for a human review** at `bbbbbbb`.\n")
    assert "- `src/app.py`, lines 1-4, 7\n" in first and "- `b.py`, line 3\n" in first
    assert first.count("One of carol, dave, erin can clear them") == 1, "what is the same is said once"
    assert "- Approve this head, `bbbbbbb`.\n- Or resolve the gate's thread" in first
    assert "- `b.py`, line 3: note of ddddddd: cursor" in folded


@pytest.mark.parametrize(
    ("facts", "given", "says", "silent"),
    [
        (NOBODY, {"can_hold": False}, "Approve this head", "thread"),
        (NOBODY | {"policy": policy(mode=Mode.REPORT)}, {}, "nothing is blocked", "thread"),
        (NOBODY, {}, "Approve this head", "/seed"),
        (NOBODY, {"overriders": ("erin",)}, "Approve this head", "/seed"),
        (NOBODY, {"commands": True}, "`/seed reviewed`", "override"),
        (NOBODY, {"commands": True, "overriders": ("er@in",)}, "from `er@in`, lifts the gate", "from er@in"),
        ({"policy": path_rule(AiRule.FORBIDDEN)}, {}, "no review clears: change it, and push", "Approve"),
        ({"reviews": None}, {}, "is mended, the gate looks again by itself", "Approve"),
        ({"reviews": None}, {"commands": True, "overriders": ("erin",)}, "looks again", "override"),
        ({"problems": ("The notes are broken.",)}, {}, "- The notes are broken.", "Approve"),
    ],
    ids=str,
)
def test_what_clears_it(facts: dict[str, Any], given: dict[str, Any], says: str, silent: str) -> None:
    text = told(verdict(**facts), **given)
    assert says in text and silent not in text


def test_what_is_cleared_takes_two_lines() -> None:
    text = told(verdict(reviews=(signed("carol", "src/app.py", 1, 4), said("dave"))))
    first, second = [line for line in text.splitlines() if line]
    assert first == "**Every AI-written line is reviewed: 10 lines, by carol and dave** at `bbbbbbb`."
    assert second == "Reviewed: 4 lines by carol (sign-off at `bbbbbbb`); 10 lines by dave (approval of `bbbbbbb`)."


def test_an_override_stands_with_its_whole_reason() -> None:
    reason = "It was typed by hand, " + "and that is seen in the log " * 8
    text = told(verdict(reviews=(overrode(reason=reason),), policy=policy(override=("erin",))))
    assert text.startswith("**Lifted for this head, `bbbbbbb`, by erin.** 10 lines are not cleared.")
    assert reason.strip() in text and len(text.splitlines()) == 1


def test_the_comment_says_no_more_than_the_check() -> None:
    given = verdict()
    report = report_of(given, [Other(12, CheckState.WAITING)])
    text = comment_of(given, report, exists=True, can_hold=False)
    assert text is not None and text.startswith(
        "**Pull request 12, which has the same commit, waits for a human review**"
    )
    assert "Every AI-written line is reviewed" not in text


def test_a_finding_says_what_it_is() -> None:
    assert "bandit B602 in line 3: A shell." in told(verdict(lines=(run(findings=(found(),)),)))


def test_it_is_never_longer_than_a_forge_takes() -> None:
    many = tuple(run(path=f"{'`' * 60}@{number}/{'x' * 300}.py") for number in range(500))
    text = told(verdict(lines=many, problems=("@`` " * 400,) * 60, **NOBODY))
    assert len(text) < MOST_CHARACTERS and "more lines, not listed here" in text
    assert text.count("<details>") == text.count("</details>") == 1


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ("x\n\n<!-- reviewbot:gate -->", True),
        ("x\n\n<!-- reviewbot:gate -->\n", True),
        ("<!-- reviewbot:gate -->\n\nx", False),
        ("x\n\n<!-- reviewbot:gate-hold -->", False),
        ("x\n\n<!-- reviewbot:summary -->", False),
        ("", False),
    ],
)
def test_it_is_known_by_its_last_line(body: str, ours: bool) -> None:
    assert is_gate_comment(body) is ours


def test_a_thread_names_exactly_the_lines_that_it_signs_off() -> None:
    text = hold_text([("a.py", lines(1, 4)), ("b c.py", lines(2)), ("a.py", lines(9))])
    assert "- `a.py`, lines 1-4, 9\n- `b c.py`, line 2\n" in text
    assert "Resolving this thread signs off exactly these lines, as they are now." in text
    assert not is_gate_comment(text)


def test_a_thread_of_many_places_names_each_of_them() -> None:
    """The comment counts places beyond the fortieth of a file; what is signed off is written out."""
    text = hold_text([("a.py", lines(number)) for number in range(1, 2_000, 2)])
    assert "1997, 1999\n" in text and "only counted" not in text


def test_a_thread_that_has_no_room_says_that_more_is_meant() -> None:
    text = hold_text([(f"{'x' * 300}/{number}.py", lines(1, 3)) for number in range(300)])
    assert len(text) <= MOST_CHARACTERS
    assert "more lines, not listed here" in text and "also those that are only counted here." in text


def test_a_thread_for_what_is_on_no_line_signs_nothing_off() -> None:
    assert "Resolving this thread signs nothing off" in hold_text([])


def test_notes_are_told_while_it_waits() -> None:
    given = replace(verdict(**NOBODY), notes=("Three files have no scanner.",))
    assert "- Three files have no scanner." in told(given)
