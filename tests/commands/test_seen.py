"""Which head somebody can have seen, and which lines their words may mean: two tables."""

from __future__ import annotations

import pytest

from reviewbot.commands.place import Place, read_place
from reviewbot.commands.seen import arrivals, seen_head
from reviewbot.domain.change import LineRange
from reviewbot.domain.gate import LOOKED_SECONDS, Pushed

A, B, C = "a" * 40, "b" * 40, "c" * 40
FIRST, SECOND = Pushed(1000.0, "alice", A), Pushed(2000.0, "alice", B, A)


@pytest.mark.parametrize(
    ("pushes", "head", "written", "seen"),
    [
        ((), A, 5000.0, None),
        ((FIRST,), A, 1000.0 + LOOKED_SECONDS, A),
        ((FIRST,), A, 999.0 + LOOKED_SECONDS, None),
        ((FIRST, SECOND), B, 5000.0, B),
        ((FIRST, SECOND), B, 2000.0, A),
        ((FIRST, SECOND), B, 1999.0 + LOOKED_SECONDS, A),
        ((FIRST, SECOND), B, 900.0, None),
        ((FIRST,), C, 5000.0, None),  # another push came, and nobody told of it
        ((FIRST, Pushed(2000.0, "alice", C, B)), C, 1500.0, None),  # one between is missing
        ((FIRST, Pushed(2000.0, "alice", "", A)), A, 5000.0, None),
        ((FIRST, SECOND, Pushed(3000.0, "alice", A, B)), A, 2500.0, B),  # and back again
        ((FIRST, SECOND, Pushed(3000.0, "alice", A, B)), A, 5000.0, A),
    ],
)
def test_the_head_that_was_there(pushes: tuple[Pushed, ...], head: str, written: float, seen: str | None):
    assert seen_head(pushes, head, written) == seen


@pytest.mark.parametrize(
    ("listed", "delivered", "head", "wanted"),
    [
        ((FIRST, SECOND), (Pushed(1500.0, "mallory", C, A),), B, (FIRST, SECOND)),
        ((FIRST,), (SECOND,), B, (FIRST, SECOND)),
        ((SECOND,), (FIRST,), C, (FIRST, SECOND)),
        ((FIRST,), (Pushed(1003.0, "alice", A),), B, (FIRST,)),
        ((), (), A, ()),
    ],
)
def test_the_forges_own_list_counts_where_it_leads_to_the_head(
    listed: tuple[Pushed, ...], delivered: tuple[Pushed, ...], head: str, wanted: tuple[Pushed, ...]
):
    assert arrivals(listed, delivered, head) == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("a.py", (Place("a.py"),)),
        (" a.py ", (Place("a.py"),)),
        ("a.py:3", (Place("a.py:3"), Place("a.py", LineRange(3, 3)))),
        ("a.py:3-9", (Place("a.py:3-9"), Place("a.py", LineRange(3, 9)))),
        ("`a b.py`", (Place("a b.py"),)),
        ("`a b.py:3-9`", (Place("a b.py:3-9"), Place("a b.py", LineRange(3, 9)))),
        ('"a b.py":3-9', (Place('"a b.py":3-9'), Place("a b.py", LineRange(3, 9)))),
        ("c:x:2", (Place("c:x:2"), Place("c:x", LineRange(2, 2)))),
        ("a.py:9-3", (Place("a.py:9-3"),)),
        ("a.py:0", (Place("a.py:0"),)),
        ("a.py:٣", (Place("a.py:٣"),)),
        (":3", (Place(":3"),)),
        ("``", (Place("``"),)),
    ],
)
def test_what_words_may_mean(words: str, wanted: tuple[Place, ...]):
    assert read_place(words) == wanted
