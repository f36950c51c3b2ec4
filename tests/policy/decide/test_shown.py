"""What a verdict tells: which lines, who cleared them, who can, and why a word did not count."""

from __future__ import annotations

import time

from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.reviews import Said
from reviewbot.policy.verdict import Clearance, Outcome, State
from reviewbot.repo_config.ai import AiRule, Mode
from tests.policy.decide.builders import (
    HEAD,
    OLD,
    account,
    claim,
    human,
    knowing,
    lines,
    overrode,
    owned,
    path_rule,
    people,
    policy,
    push,
    run,
    said,
    signed,
    stood,
    verdict,
)


def places(found: object, outcome: Outcome) -> list[tuple[int, int]]:
    return [(one.lines.start, one.lines.end) for one in found.lines if one.outcome is outcome]  # type: ignore[attr-defined]


def test_a_sign_off_of_an_older_head_clears_where_its_lines_stand_now():
    moved = run(lines=lines(21, 30), stood=(stood(),))
    found = verdict(lines=(moved,), reviews=(signed("carol", "src/app.py", 1, 5, at=OLD),))
    assert (places(found, Outcome.CLEARED), places(found, Outcome.WAITING)) == ([(21, 25)], [(26, 30)])


def test_a_push_that_touches_one_line_asks_for_that_line_alone():
    runs = (
        run(lines=lines(1, 4), stood=(stood(end=4),)),
        run(lines=lines(5)),
        run(lines=lines(6, 10), stood=(stood(start=6),)),
    )
    found = verdict(lines=runs, reviews=(said("carol", at=OLD),))
    assert places(found, Outcome.WAITING) == [(5, 5)]
    assert [one.lines for one in found.unreviewed] == [lines(5)]


def test_who_cleared_what_and_how():
    found = verdict(
        reviews=(
            said("dave"),
            signed("carol", "src/app.py", 1, 10),
            signed("erin", "src/app.py", 1, 10, what=Said.RESOLVED),
        )
    )
    (one,) = found.lines
    assert one.cleared == (
        Clearance("carol", HEAD, "sign-off"),
        Clearance("dave", HEAD, "approval"),
        Clearance("erin", HEAD, "thread"),
    )


def test_who_can_clear():
    (one,) = verdict(reviews=()).lines
    assert one.who == "One of carol, dave, erin can clear them, by approving."
    (one,) = verdict(
        reviews=(), people=people(pushes=(push("dave"),)), lines=(run(claims=(claim(requester="erin"),)),)
    ).lines
    assert one.who.startswith("carol can clear them")
    (one,) = verdict(policy=policy(reviewers=2)).lines
    assert one.who.startswith("One of dave, erin can")
    (one,) = verdict(policy=path_rule(AiRule.OWNER), lines=(run(owners=(owned("dave"),)),)).lines
    assert one.who.startswith("dave can")
    (one,) = verdict(reviews=(), people=people(accounts=(account("alice"),))).lines
    assert one.who == "It takes a person who may write to the repository and has no part in these lines."
    many = knowing(*(account(f"p{number}") for number in range(9)))
    (one,) = verdict(reviews=(), people=many).lines
    assert one.who.startswith("One of carol, dave, erin, p0, p1 (and 7 others) can")


def test_why_a_word_did_not_count():
    reviews = (said("alice"), said("carol", at=OLD), said("dave"), said("dave", Said.CHANGES_REQUESTED))
    (one,) = verdict(reviews=reviews).lines
    assert one.why == (
        "Nobody who counts has reviewed these lines.",
        "alice's approval of bbbbbbb does not count: alice opened the pull request.",
        "carol's approval of aaaaaaa does not count: these lines came or changed after it.",
        "dave's approval of bbbbbbb does not count: dave has requested changes since.",
    )


def test_a_hundred_words_that_do_not_count_hide_nothing():
    (one,) = verdict(reviews=tuple(said(f"stranger{number}") for number in range(100))).lines
    assert len(one.why) < 10


def test_lines_of_which_the_same_is_said_are_one_run():
    runs = (run(lines=lines(1, 3)), run(lines=lines(4, 5)), run(lines=lines(7)), run(path="a.py", lines=lines(8)))
    assert [(one.path, one.lines) for one in verdict(lines=runs).lines] == [
        ("a.py", lines(8)),
        ("src/app.py", lines(1, 5)),
        ("src/app.py", lines(7)),
    ]


def test_every_line_has_its_evidence():
    runs = (
        run(lines=lines(1)),
        run(lines=lines(2), kind=OriginKind.HUMAN, claims=(human(detail="note of 1111111"),)),
        run(lines=lines(3), kind=OriginKind.UNKNOWN, claims=()),
        run(lines=lines(4), claims=(claim(model="m-1"), claim(source="trailer", detail="trailer of 2222222"))),
    )
    assert [one.source for one in verdict(lines=runs).lines] == [
        "note of ddddddd: cursor",
        "note of 1111111: human",
        "no record",
        "note of ddddddd: cursor (m-1), and 1 more",
    ]


def test_an_override_is_shown_with_its_reason():
    found = verdict(policy=policy(override=("erin",)), reviews=(overrode(reason="  A false marker. "),))
    assert (found.override.by, found.override.reason) == ("erin", "A false marker.")  # type: ignore[union-attr]
    assert places(found, Outcome.OVERRIDDEN) == [(1, 10)]


def test_only_enforce_blocks():
    for mode, blocks in ((Mode.OFF, False), (Mode.REPORT, False), (Mode.ENFORCE, True)):
        assert verdict(reviews=(), policy=policy(mode=mode)).blocks is blocks
    assert not verdict().blocks


def test_a_large_change_takes_no_time():
    """500 files, 20,000 lines, 100 people who signed parts of them off."""
    runs = [run(path=f"f{n}.py", lines=lines(10 * m + 1, 10 * m + 9)) for n in range(500) for m in range(4)]
    reviews = [signed(f"p{n % 100}", f"f{n}.py", 5, 12) for n in range(500)]
    known = knowing(*(account(f"p{number}") for number in range(100)))
    began = time.process_time()
    found = verdict(lines=runs, reviews=reviews, people=known)
    assert time.process_time() - began < 4
    assert found.state is State.PENDING
