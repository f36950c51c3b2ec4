"""The judge of mends believes nothing but the program's own, complete line, and decides by a table."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.mend import Mend
from reviewbot.languages.python.faulting.bundling import nonce
from reviewbot.languages.python.mending.experiment import faults
from reviewbot.languages.python.mending.judge import decide, judge
from reviewbot.languages.python.mending.verdicts import Run

from .kit import only

_, MEND = only("try:\n    go()\nexcept KeyError:\n    raise ValueError()\n", "py.mend.lost-cause")


def sight(kind: str = "raised", cause: str = "none", **changes: Any) -> dict[str, Any]:
    return {
        "reached": True, "kind": kind, "type": "ValueError", "detail": "x", "escaped": False, "deliberate": True,
        "cause": cause, "marks": [0, 100, 200], "digest": "d", "left_open": 0, **changes,
    }  # fmt: skip


def told() -> dict[str, Any]:
    runs = [
        {
            "policy": policy,
            "site": site,
            "exception": exception,
            "until": False,
            "before": sight(),
            "after": sight(cause="injected" if exception == "KeyError" else "none"),
        }
        for policy in range(4)
        for site, exception in [(-1, ""), *faults(MEND)]
    ]
    return {"nonce": nonce(MEND), "runs": runs}


def oks(value: object) -> list[bool]:
    return [one.ok for one in judge(MEND, json.dumps(value) + "\n")]


def test_a_complete_line_is_believed() -> None:
    assert oks(told()) == [True, True]


SPOILT: dict[str, Callable[[Any], object]] = {
    "another nonce": lambda t: {**t, "nonce": "0" * 64},
    "no nonce": lambda t: {"runs": t["runs"]},
    "a nonce that is no text": lambda t: {**t, "nonce": 1},
    "one key more": lambda t: {**t, "more": 1},
    "no runs": lambda t: {**t, "runs": []},
    "runs that are none": lambda t: {**t, "runs": {"a": 1}},
    "a run less": lambda t: {**t, "runs": t["runs"][1:]},
    "a run twice": lambda t: {**t, "runs": [*t["runs"], t["runs"][0]]},
    "another order": lambda t: {**t, "runs": t["runs"][::-1]},
    "a list": lambda t: [t],
    "nothing": lambda t: None,
}


@pytest.mark.parametrize("name", SPOILT)
def test_anything_else_is_a_failed_check(name: str) -> None:
    assert oks(SPOILT[name](told())) == [False]


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "gone"), ("kind", None), ("cause", "sure"), ("marks", ["0"]), ("marks", [True]), ("marks", "0"),
        ("reached", 1), ("digest", 2), ("escaped", None), ("detail", ["x"]),
    ],
)  # fmt: skip
def test_a_sight_is_checked_in_full(side: str, key: str, value: object) -> None:
    spoilt = told()
    spoilt["runs"][1][side][key] = value
    assert oks(spoilt) == [False]


def test_half_a_run_is_none() -> None:
    spoilt = told()
    spoilt["runs"][1]["after"] = None
    assert oks(spoilt) == [False]


@given(st.text(max_size=300))
def test_no_text_makes_it_fall(text: str) -> None:
    assert not any(one.ok for one in judge(MEND, text))


@settings(deadline=None)
@given(st.data())
def test_no_change_of_a_true_line_makes_it_fall(data: st.DataObject) -> None:
    spoilt = copy.deepcopy(told())
    run = data.draw(st.sampled_from(spoilt["runs"]))
    key = data.draw(st.sampled_from(sorted(run)))
    run[key] = data.draw(st.none() | st.integers() | st.text(max_size=3) | st.lists(st.none(), max_size=2))
    judge(MEND, json.dumps(spoilt))


BARE = replace(MEND, rule="py.mend.bare-except", exceptions=("KeyboardInterrupt", "SystemExit"))
ORDER = replace(MEND, rule="py.mend.handler-order", exceptions=("KeyError",), subjects=(1, 0))
JUMP = replace(MEND, rule="py.mend.jump-in-finally", exceptions=(), subjects=())
HANDLED = sight("fell", marks=[0, 100])
ESCAPED = sight("raised", escaped=True, marks=[0])
EVERYDAY = Run("RuntimeError", HANDLED, HANDLED)
QUIET = Run("", sight("returned", marks=[0, 300]), sight("returned", marks=[0, 300]))
LEAK = replace(MEND, rule="py.mend.leaked-file", exceptions=("OSError",), subjects=())
OPEN, CLOSED = sight(escaped=True, left_open=1), sight(escaped=True)
UNOPENED = Run("OSError", CLOSED, CLOSED)
UPPER, OWN = sight("fell", marks=[0, 101]), sight("fell", marks=[0, 100])
SEEN_CAUSE = Run("KeyError", sight(), sight(cause="injected"))

DECIDED: dict[str, tuple[Mend, list[Run], bool]] = {
    "cause": (MEND, [SEEN_CAUSE], True),
    "cause: nothing differs": (MEND, [Run("KeyError", sight(), sight())], False),
    "cause: it was there": (MEND, [Run("KeyError", sight(cause="injected"), sight(cause="injected"))], False),
    "cause: it is lost": (MEND, [SEEN_CAUSE, Run("", sight(cause="injected"), sight())], False),
    "cause: another one": (MEND, [SEEN_CAUSE, Run("KeyError", sight(), sight(cause="other"))], False),
    "cause: another type": (MEND, [Run("KeyError", sight(), sight(cause="injected", type="TypeError"))], False),
    "cause: other arguments": (MEND, [Run("KeyError", sight(), sight(cause="injected", detail="y"))], False),
    "cause: other effects": (MEND, [SEEN_CAUSE, Run("", sight(), sight(digest="e"))], False),
    "cause: of what came by itself": (MEND, [SEEN_CAUSE, Run("", sight(), sight(cause="context"))], True),
    "cause: only of what came by itself": (MEND, [Run("", sight(), sight(cause="context"))], False),
    "cause: one of two raises": (replace(MEND, spots=2), [SEEN_CAUSE], False),
    "bare": (BARE, [EVERYDAY, Run("SystemExit", HANDLED, ESCAPED)], True),
    "bare: nobody sees that it still handles": (BARE, [Run("SystemExit", HANDLED, ESCAPED)], False),
    "bare: it escaped before": (BARE, [EVERYDAY, Run("SystemExit", ESCAPED, ESCAPED)], False),
    "bare: it is still swallowed": (BARE, [EVERYDAY, Run("SystemExit", HANDLED, HANDLED)], False),
    "bare: the handler raised": (BARE, [EVERYDAY, Run("SystemExit", sight(), ESCAPED)], False),
    "bare: an everyday failure escapes": (
        BARE,
        [EVERYDAY, Run("SystemExit", HANDLED, ESCAPED), Run("RuntimeError", HANDLED, ESCAPED)],
        False,
    ),
    "order": (ORDER, [Run("KeyError", UPPER, OWN)], True),
    "order: the other way": (ORDER, [Run("KeyError", OWN, UPPER)], False),
    "order: another class": (ORDER, [Run("KeyError", UPPER, OWN), Run("OSError", UPPER, OWN)], False),
    "order: not every class": (replace(ORDER, exceptions=("A", "B")), [Run("A", UPPER, OWN)], False),
    "jump": (JUMP, [QUIET, Run("RuntimeError", sight("returned"), ESCAPED, until=True)], True),
    "jump: tidied up less": (JUMP, [QUIET, Run("RuntimeError", sight("returned"), ESCAPED)], False),
    "jump: no run comes to an end": (JUMP, [Run("RuntimeError", sight("returned"), ESCAPED, until=True)], False),
    "jump: another end": (
        JUMP,
        [Run("", sight("returned"), sight("fell")), Run("RuntimeError", sight("returned"), ESCAPED, until=True)],
        False,
    ),
    "jump: nothing was lost": (JUMP, [QUIET, Run("RuntimeError", ESCAPED, ESCAPED)], False),
    "leak": (LEAK, [UNOPENED, Run("OSError", OPEN, CLOSED)], True),
    "leak: nobody sees a file that cannot be opened": (LEAK, [Run("OSError", OPEN, CLOSED)], False),
    "leak: never with a fault": (LEAK, [UNOPENED, Run("", OPEN, CLOSED)], False),
    "leak: still open": (LEAK, [UNOPENED, Run("OSError", OPEN, OPEN)], False),
    "leak: opened by the mend": (LEAK, [UNOPENED, Run("OSError", OPEN, CLOSED), Run("", CLOSED, OPEN)], False),
    "leak: swallowed": (LEAK, [UNOPENED, Run("OSError", OPEN, {**CLOSED, "kind": "fell"})], False),
    "nothing ran": (MEND, [], False),
}


@pytest.mark.parametrize("name", DECIDED)
def test_decided(name: str) -> None:
    mend, runs, proven = DECIDED[name]
    assert all(one.ok for one in decide(mend, runs)) is proven
