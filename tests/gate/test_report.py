"""What the check says of a verdict: its state, its title, its summary and its remarks, and the digest of it all."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from reviewbot.domain.gate import CheckReport, CheckState
from reviewbot.domain.provenance import OriginKind
from reviewbot.gate.label import wants_label
from reviewbot.gate.report import (
    MOST_ANNOTATIONS,
    MOST_SUMMARY,
    Other,
    failed_to,
    queue_report,
    report_of,
    state_of,
    working,
)
from reviewbot.gate.sections import Ways
from reviewbot.gate.titles import MOST_CHARACTERS, title_of
from reviewbot.policy.verdict import Judged, Outcome, Overridden, State, Verdict
from reviewbot.repo_config.ai import AiRule, Mode, UnknownAs
from tests.policy.decide.builders import (
    HEAD,
    OLD,
    account,
    claim,
    found,
    knowing,
    lines,
    overrode,
    path_rule,
    policy,
    run,
    said,
    signed,
    verdict,
)

PASSED, REPORTED, WAITING = CheckState.PASSED, CheckState.REPORTED, CheckState.WAITING
FAILED, ERROR, WORKING = CheckState.FAILED, CheckState.ERROR, CheckState.WORKING
NOBODY: dict[str, Any] = {"reviews": ()}
OVERRIDE = policy(override=("erin",))
FINDING: dict[str, Any] = {"lines": (run(lines=lines(1, 2), findings=(found(line=1),)), run(path="b.py"))}
SUMMED = ("carol", "dave", "erin", "frank", "grace")


@pytest.mark.parametrize(
    ("facts", "state", "title"),
    [
        (NOBODY, WAITING, "10 AI-written lines wait for a human review"),
        (NOBODY | {"lines": (run(lines=lines(3)),)}, WAITING, "1 AI-written line waits for a human review"),
        ({}, PASSED, "Every AI-written line is reviewed: 10 lines, by carol"),
        ({"reviews": (said("carol"), said("dave"))}, PASSED, "… 10 lines, by carol and dave"),
        ({"lines": ()}, PASSED, "No AI-written lines on record"),
        (NOBODY | {"lines": (run(claims=(), kind=OriginKind.UNKNOWN),)}, PASSED, "No AI-written lines on record"),
        (NOBODY | {"policy": path_rule(AiRule.FREE)}, PASSED, "No AI-written lines that need a review"),
        (
            NOBODY | {"lines": (run(claims=(), kind=OriginKind.UNKNOWN),), "policy": policy(unknown=UnknownAs.AI)},
            WAITING,
            "10 changed lines wait for a human review",
        ),
        (
            {"lines": (run(claims=(), kind=OriginKind.UNKNOWN),), "policy": policy(unknown=UnknownAs.AI)},
            PASSED,
            "Every line that needs it is reviewed: 10 lines, by carol",
        ),
        (FINDING, FAILED, "2 AI-written lines must change"),
        (FINDING | NOBODY, FAILED, "2 AI-written lines must change; 10 more wait for a human review"),
        (
            {"problems": ("The notes could not be read.",)},
            ERROR,
            "What could not be checked: The notes could not be read.",
        ),
        ({"reviews": None}, ERROR, "What could not be checked: Who reviewed these lines could not be read."),
        ({"reviews": (overrode(),), "policy": OVERRIDE}, PASSED, "Lifted for this head by erin: A false marker."),
        (NOBODY | {"policy": policy(mode=Mode.REPORT)}, REPORTED, "10 AI-written lines wait … (nothing is blocked)"),
        ({"reviews": None, "policy": policy(mode=Mode.REPORT)}, REPORTED, "What could not … (nothing is blocked)"),
        ({"policy": policy(mode=Mode.REPORT)}, PASSED, "Every AI-written line is reviewed: 10 lines, by carol"),
        ({"policy": policy(mode=Mode.OFF)}, PASSED, "The gate is off here"),
    ],
    ids=str,
)
def test_state_and_title(facts: dict[str, Any], state: CheckState, title: str) -> None:
    report = report_of(verdict(**facts))
    begin, _, end = title.partition("…")
    assert (report.state, report.head) == (state, HEAD)
    assert report.title == title or (
        "…" in title and report.title.startswith(begin.strip()) and report.title.endswith(end)
    )


def test_many_reviewers_are_counted() -> None:
    known = knowing(account("frank"), account("grace"))
    title = title_of(verdict(people=known, reviews=tuple(map(said, SUMMED))))
    assert title.endswith("by carol, dave, erin and 2 others")


@pytest.mark.parametrize(
    ("facts", "others", "state", "title"),
    [
        ({}, [PASSED], PASSED, "Every AI-written line is reviewed"),
        ({}, [REPORTED], REPORTED, "Pull request 7, which has the same commit, would not pass"),
        ({}, [WORKING], WORKING, "Pull request 7, which has the same commit, is not looked at yet"),
        ({}, [PASSED, WAITING], WAITING, "Pull request 8, which has the same commit, waits for a human review"),
        ({}, [FAILED, ERROR, FAILED], FAILED, "Pull request 7 (and 1 other), which has the same commit, has something"),
        ({"policy": policy(mode=Mode.OFF)}, [WAITING], WAITING, "Pull request 7, which has the same commit, waits"),
        (NOBODY, [WAITING], WAITING, "10 AI-written lines wait"),
        (NOBODY, [PASSED], WAITING, "10 AI-written lines wait"),
        (NOBODY, [ERROR], ERROR, "Pull request 7, which has the same commit, could not be checked"),
    ],
    ids=str,
)
def test_the_worst_of_all_with_the_same_commit(
    facts: dict[str, Any], others: list[CheckState], state: CheckState, title: str
) -> None:
    report = report_of(verdict(**facts), [Other(7 + at, one, "Its @title") for at, one in enumerate(others)])
    assert report.state is state and report.title.startswith(title)
    for at in range(len(others)):
        assert f"Pull request {7 + at} " in report.summary
    assert "`@title`" in report.summary


@pytest.mark.parametrize(
    ("pulls", "state", "title"),
    [
        ([PASSED, PASSED], PASSED, "Each pull request merged here passes: 7, 8"),
        ([PASSED, WAITING], WAITING, "Pull request 8 waits for a human review: Its title"),
        ([REPORTED, PASSED], REPORTED, "Pull request 7 would not pass"),
        ([WAITING, FAILED], FAILED, "Pull request 8 has something that must change"),
        ([WORKING], WORKING, "Pull request 7 is not looked at yet"),
        ([], ERROR, "The gate could not decide: The merge queue names no pull request"),
    ],
    ids=str,
)
def test_a_merge_queues_commit(pulls: list[CheckState], state: CheckState, title: str) -> None:
    report = queue_report(HEAD, [Other(7 + at, one, "Its title") for at, one in enumerate(pulls)])
    assert report.state is state and report.title.startswith(title)


def test_a_remark_for_each_run_that_keeps_it_from_passing() -> None:
    report = report_of(verdict(**FINDING | {"reviews": (signed("carol", "b.py", 1, 4),)}))
    bad, waits = sorted(report.annotations, key=lambda one: one.path, reverse=True)
    assert (bad.path, bad.lines, bad.title, bad.failure) == ("src/app.py", lines(1, 2), "AI-written: must change", True)
    assert (waits.path, waits.lines, waits.title) == ("b.py", lines(5, 10), "AI-written: not reviewed")
    assert bad.message.splitlines()[:2] == [
        "How that is known: note of ddddddd: cursor",
        "bandit B602 in line 1: A shell.",
    ]
    assert waits.message.splitlines()[-1] == "One of carol, dave, erin can clear them, by approving."


def test_in_report_mode_nothing_is_a_failure() -> None:
    report = report_of(verdict(policy=policy(mode=Mode.REPORT), **NOBODY))
    assert [one.failure for one in report.annotations] == [False]


def test_more_than_can_be_marked_is_counted() -> None:
    many = tuple(run(path=f"f{number}.py") for number in range(MOST_ANNOTATIONS + 20))
    report = report_of(verdict(lines=many, **NOBODY))
    assert len(report.annotations) == MOST_ANNOTATIONS
    assert "500 of 520 places are marked on the lines themselves." in report.summary


def test_a_file_that_a_forge_cannot_name_is_in_the_summary_alone() -> None:
    report = report_of(verdict(lines=(run(path="caf\udce9.py"), run(path="café.py")), **NOBODY))
    assert [one.path for one in report.annotations] == ["café.py"]
    assert "`caf\N{REPLACEMENT CHARACTER}.py`" in report.summary and "1 of 2 places" in report.summary
    report.summary.encode()


def test_the_summary_is_cut_at_an_entry_and_says_how_much_is_missing() -> None:
    many = tuple(run(path=f"{'d' * 300}/{number}.py") for number in range(400))
    report = report_of(verdict(lines=many, **NOBODY))
    shown = report.summary.count("- `d")
    assert MOST_SUMMARY - 2_000 < len(report.summary) <= MOST_SUMMARY
    assert f"- … and {10 * (400 - shown):,} more lines, not listed here" in report.summary
    assert "Approve this head" in report.summary, "what is to be done is never cut"


def test_many_groups_are_cut_too() -> None:
    many = tuple(
        Judged(
            f"{n}.py",
            lines(1, 2),
            OriginKind.AI,
            "note",
            Outcome.BLOCKED,
            tuple(f"{n}.{m} {'@' * 500}" for m in range(9)),
        )
        for n in range(200)
    )
    report = report_of(Verdict(State.FAIL, Mode.ENFORCE, HEAD, many, ("p" * 5_000,) * 90, notes=("n " * 5_000,) * 90))
    assert len(report.summary) <= MOST_SUMMARY
    assert "more lines, not listed here." in report.summary and "And 1 more reason." in report.summary
    assert "more problems" in report.summary and "more notes" in report.summary


def test_the_summary_says_who_has_reviewed_and_what_else() -> None:
    report = report_of(verdict(reviews=(said("carol"), signed("dave", "src/app.py", 1, 3))))
    assert "10 lines by carol (approval of `bbbbbbb`); 3 lines by dave (sign-off at `bbbbbbb`)" in report.summary
    noted = replace(verdict(), notes=("A [link](http://x).",))
    assert "**Also:**\n\n- A `[link](http://x).`" in report_of(noted).summary


def test_commands_are_promised_only_where_they_are_understood() -> None:
    assert "/seed" not in report_of(verdict(**NOBODY)).summary
    told = report_of(verdict(**NOBODY), (), Ways(thread=True, commands=True, overriders=("erin",))).summary
    assert "`/seed reviewed src/app.py:1-10`" in told and "`/seed override REASON`, from erin," in told
    assert "resolve the gate's thread" in told


@pytest.mark.parametrize("path", ["a b.py", "x`y.py", "a:b.py", "größe.py"])
def test_a_path_that_cannot_be_typed_is_no_example(path: str) -> None:
    told = report_of(verdict(lines=(run(path=path),), **NOBODY), (), Ways(commands=True)).summary
    assert "`/seed reviewed path:3-9`" in told


def test_an_override_is_told_with_its_reason() -> None:
    report = report_of(verdict(reviews=(overrode(reason="Typed by hand, @bob."),), policy=OVERRIDE))
    told = "by erin.** 10 lines are not cleared. The reason given: Typed by hand, `@bob.`"
    assert told in report.summary


def test_working_and_failed() -> None:
    assert (working(HEAD).state, working(HEAD).title) == (WORKING, "Looking at the changed lines")
    late = working(HEAD, "@all The forge is down: try later.")
    assert late.state is WORKING and late.title == "Trying again: @all The forge is down: try later."
    assert "`@all`" in late.summary
    failed = failed_to(HEAD, "git is missing: <b>install</b> it.")
    assert (failed.state, failed.head) == (ERROR, HEAD) and "`<b>install</b>`" in failed.summary


@pytest.mark.parametrize(
    "text", ["x" * 5_000, "\u202e" * 5_000, "a\nb\x1b[31m", "\udce9\udce9", "@all " * 100], ids=ascii
)
def test_a_title_is_one_short_line_that_steers_nothing(text: str) -> None:
    lifted = replace(verdict(), override=Overridden(text, text))
    for title in (
        title_of(replace(verdict(), state=State.ERROR, problems=(text,))),
        title_of(lifted),
        failed_to(HEAD, text).title,
    ):
        assert len(title) <= MOST_CHARACTERS and title.isprintable()
        title.encode()
    reported = replace(verdict(policy=policy(mode=Mode.REPORT)), state=State.ERROR, problems=(text,))
    assert title_of(reported).endswith(" (nothing is blocked)") and len(title_of(reported)) <= MOST_CHARACTERS


VARIANTS = [
    report_of(verdict()),
    report_of(verdict(**NOBODY)),
    report_of(verdict(**NOBODY | {"head": OLD, "people": knowing()})),
    report_of(verdict(**NOBODY, lines=(run(lines=lines(1, 9)),))),
    report_of(verdict(**NOBODY, lines=(run(claims=(claim(tool="aider"),)),))),
    report_of(verdict(**NOBODY, policy=policy(mode=Mode.REPORT))),
    report_of(verdict(**NOBODY), [Other(3, PASSED)]),
    report_of(verdict(**NOBODY), [Other(4, PASSED)]),
    working(HEAD),
    working(HEAD, "Why."),
    failed_to(HEAD, "Why."),
    queue_report(HEAD, [Other(3, PASSED)]),
]


def test_a_digest_tells_reports_apart() -> None:
    assert len({one.digest for one in VARIANTS}) == len(VARIANTS)
    assert all(len(one.digest) == 64 for one in VARIANTS)
    assert report_of(verdict()).digest == VARIANTS[0].digest
    whole = VARIANTS[1]
    parts: dict[str, Any] = {"title": "x", "summary": "x", "annotations": (), "state": ERROR}
    assert all(replace(whole, **{name: value}) != whole for name, value in parts.items())


def test_a_digest_is_the_same_in_another_process() -> None:
    code = "from tests.gate.test_report import VARIANTS; print(*[one.digest for one in VARIANTS])"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True)
    assert done.stdout.split() == [one.digest for one in VARIANTS], done.stderr


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("state", State)
def test_only_what_passes_or_blocks_nothing_lets_a_merge_through(mode: Mode, state: State) -> None:
    said = state_of(Verdict(state, mode, HEAD))
    assert (said in (PASSED, REPORTED)) is (mode is not Mode.ENFORCE or state is State.PASS)
    assert (said is PASSED) is (mode is Mode.OFF or state is State.PASS)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (NOBODY, True),
        ({}, False),
        ({"lines": ()}, False),
        (NOBODY | {"policy": policy(mode=Mode.REPORT)}, True),
        (NOBODY | {"policy": policy(mode=Mode.OFF)}, False),
        ({"reviews": None}, True),
        (FINDING, True),
        ({"problems": ("P.",)}, False),
        ({"reviews": (overrode(),), "policy": OVERRIDE}, False),
    ],
    ids=str,
)
def test_the_label(facts: dict[str, Any], wanted: bool) -> None:
    assert wants_label(verdict(**facts)) is wanted


def test_a_verdict_that_is_off_wants_no_label_whatever_its_lines() -> None:
    waits = verdict(**NOBODY)
    assert wants_label(replace(waits, mode=Mode.OFF)) is False and isinstance(report_of(waits), CheckReport)
