"""Which pull requests the patrol looks at: what no webhook told of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import OpenPull
from reviewbot.gate.patrol import AFRESH_SECONDS, OFF_SECONDS, SETTLED_SECONDS, STUCK_SECONDS, to_look_at
from reviewbot.store.gates import GateNote

NOW = 10_000.0
HEAD, OTHER = "a" * 40, "b" * 40
LISTED = OpenPull(7, HEAD, "main", 5_000.0)
NOTE = GateNote(
    ref=PullRequestRef("github", "team/shop", 7),
    head=HEAD,
    base="c" * 40,
    base_branch="main",
    mode="enforce",
    state="waiting",
    report="d",
    facts="f",
    logged="l",
    updated=5_000.0,
    at=NOW - 100,
    comment=None,
    open=True,
)


@pytest.mark.parametrize(
    ("listed", "note", "why"),
    [
        (LISTED, NOTE, None),
        (LISTED, None, "head"),
        (replace(LISTED, head=OTHER), NOTE, "head"),
        (replace(LISTED, head=""), NOTE, None),
        (replace(LISTED, updated=5_000.5), NOTE, "news"),
        (replace(LISTED, base_branch="release"), NOTE, "news"),
        (LISTED, replace(NOTE, state="working", at=NOW - STUCK_SECONDS - 1), "stuck"),
        (LISTED, replace(NOTE, state="working", at=NOW - STUCK_SECONDS + 1), None),
        (LISTED, replace(NOTE, at=NOW - AFRESH_SECONDS - 1), "old"),
        (LISTED, replace(NOTE, at=NOW - AFRESH_SECONDS - 1, mode="off", state="passed"), "old"),  # it shows a pass
        (LISTED, replace(NOTE, at=NOW - AFRESH_SECONDS - 1, mode="off", state="passed", report=""), None),
        (LISTED, replace(NOTE, at=NOW - OFF_SECONDS - 1, mode="off", state="passed", report=""), "old"),
        (LISTED, replace(NOTE, at=NOW - AFRESH_SECONDS - 1, mode="off", state="error"), "old"),  # given up since
        (replace(LISTED, updated=5_001.0), replace(NOTE, mode="off"), "news"),
    ],
)
def test_one(listed: OpenPull, note: GateNote | None, why: str | None):
    found = to_look_at([listed], {7: note} if note else {}, NOW)
    assert found == ({7: why} if why else {})


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (5_000.0 + SETTLED_SECONDS - 1, "fresh"),  # perhaps more came in that second
        (4_990.0, "fresh"),  # the forge's clock is before ours
        (5_000.0 + SETTLED_SECONDS, None),
    ],
)
def test_a_look_right_after_a_change_is_done_once_more(at: float, why: str | None):
    assert to_look_at([LISTED], {7: replace(NOTE, at=at)}, at + 60) == ({7: why} if why else {})


def test_one_that_is_gone():
    assert to_look_at([], {7: NOTE}, NOW) == {7: "gone"}
    assert to_look_at([], {7: replace(NOTE, open=False)}, NOW) == {}
