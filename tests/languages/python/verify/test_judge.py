"""The judge believes nothing but the program's own, complete line."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.languages.python.faulting.judge import expected, judge

from .drafting import DECODE, MISSING, case

FILE, DRAFT = case(
    """
        import json
        def load(path):
        #>    data = json.load(open(path))
            return data
        """,
    """
            try:
                data = json.load(open(path))
            except (FileNotFoundError, json.JSONDecodeError):
                data = {}
        """,
    sites={"json.load(open(path))": [DECODE], "open(path)": [MISSING]},
)
NONCE = "ab" * 32


def outcome(kind: str = "fell", **changes: object) -> dict[str, object]:
    return {"kind": kind, "type": "", "injected": False, "cause": False, "detail": "None", **changes}


def told() -> dict[str, Any]:
    escape = outcome("raised", type="X", injected=True)
    runs = [(0, "json.JSONDecodeError"), (1, "FileNotFoundError")]
    return {
        "nonce": NONCE,
        "same": [{"policy": n, "equal": True, "faulty": False, "ended": True, "outcome": outcome()} for n in range(4)],
        "faults": [
            {"site": n, "exception": e, "reached": True, "before": escape, "after": outcome(), "problem": ""}
            for n, e in runs
        ],
    }


def line(value: object) -> str:
    return json.dumps(value) + "\n"


def oks(output: str) -> list[tuple[str, bool]]:
    return [(e.check, e.ok) for e in judge(DRAFT, output, NONCE)]


def test_the_programs_own_line_is_believed() -> None:
    assert oks(line(told())) == [("fault", True), ("fault", True), ("same", True)]


def test_every_site_gets_every_exception_that_the_draft_catches() -> None:
    assert expected(DRAFT) == [(0, "json.JSONDecodeError"), (1, "FileNotFoundError")]


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "another nonce": lambda t: t | {"nonce": "cd" * 32},
    "a nonce that is no text": lambda t: t | {"nonce": 7},
    "a nonce with a letter that is not ASCII": lambda t: t | {"nonce": "é" * 64},
    "no nonce": lambda t: {k: v for k, v in t.items() if k != "nonce"},
    "a field more": lambda t: t | {"more": 1},
    "not an object": lambda t: [t],
    "a policy less": lambda t: t | {"same": t["same"][1:]},
    "policies in another order": lambda t: t | {"same": t["same"][::-1]},
    "equal is 1, not true": lambda t: t | {"same": [s | {"equal": 1} for s in t["same"]]},
    "faulty is text": lambda t: t | {"same": [s | {"faulty": "no"} for s in t["same"]]},
    "a fault less": lambda t: t | {"faults": t["faults"][1:]},
    "a fault twice": lambda t: t | {"faults": t["faults"][:1] * 2},
    "faults of another exception": lambda t: t | {"faults": [f | {"exception": "KeyError"} for f in t["faults"]]},
    "reached is text": lambda t: t | {"faults": [f | {"reached": "yes"} for f in t["faults"]]},
    "no outcome where it was reached": lambda t: t | {"faults": [f | {"after": None} for f in t["faults"]]},
    "an unknown kind of outcome": lambda t: t | {"faults": [f | {"after": outcome("well")} for f in t["faults"]]},
    "an outcome with a field less": lambda t: t | {"faults": [f | {"after": {"kind": "fell"}} for f in t["faults"]]},
    "an unhashable kind": lambda t: t | {"faults": [f | {"after": outcome(kind=[])} for f in t["faults"]]},  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_not_exactly_the_programs_line_is_a_failed_check(name: str) -> None:
    assert oks(line(SPOILT[name](copy.deepcopy(told())))) == [("fault", False)]


@pytest.mark.parametrize(
    "output", ["", "\n", "null\n", "{}\n", "[" * 100_000, line(told()) * 2, "hello\n" + line(told()), line(told())[:-9]]
)
def test_other_output_is_a_failed_check(output: str) -> None:
    assert oks(output) == [("fault", False)]


@given(st.text(max_size=200))
def test_arbitrary_text_is_a_failed_check(output: str) -> None:
    assert oks(output) == [("fault", False)]


JUDGED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "it does not escape before": ({"before": outcome()}, {}, "does not escape before"),
    "another exception escapes before": ({"before": outcome("raised", type="TypeError")}, {}, "does not escape before"),
    "it still escapes": ({}, outcome("raised", type="X", injected=True), "still escapes"),
    "the handler fails": ({}, outcome("raised", type="NameError"), "the handler itself fails with NameError"),
    "the handler does not end": ({}, outcome("endless"), "does not end"),
    "a silent exit": ({}, outcome("exit", detail="0"), "exits without a message"),
    "another shape": ({}, outcome("raised", type="AppError", cause=True), "should assign"),
}


@pytest.mark.parametrize("name", JUDGED)
def test_what_was_seen_is_judged(name: str) -> None:
    changes, after, words = JUDGED[name]
    seen = told()
    seen["faults"][0] |= {"after": after or outcome(), **changes}
    evidence = judge(DRAFT, line(seen), NONCE)
    failed = [e for e in evidence if not e.ok]
    assert len(failed) == 1
    assert words in failed[0].detail


def test_an_unreached_site_is_not_proven() -> None:
    seen = told()
    seen["faults"][1] |= {"reached": False, "before": None, "after": None, "problem": "no path reaches it"}
    assert oks(line(seen)) == [("fault", True), ("fault", False), ("same", True)]


@pytest.mark.parametrize(
    ("policy", "changes", "ok"),
    [
        (2, {"equal": False}, False),
        (2, {"outcome": outcome("raised", type="TypeError")}, True),
        (2, {"equal": False, "faulty": True}, True),
    ],
)
def test_before_and_after_must_be_alike_in_every_world(policy: int, changes: dict[str, Any], ok: bool) -> None:
    seen = told()
    seen["same"][policy] |= changes
    assert oks(line(seen))[-1] == ("same", ok)


def test_worlds_that_all_fail_by_themselves_say_nothing_about_likeness() -> None:
    seen = told()
    for run in seen["same"]:
        run["faulty"] = True
    assert oks(line(seen))[-1] == ("same", False)


def test_a_region_that_never_ends_normally_says_nothing_about_likeness() -> None:
    seen = told()
    for run in seen["same"]:
        run |= {"ended": False, "outcome": outcome("raised", type="TypeError")}
    assert oks(line(seen))[-1] == ("same", False)
