"""Marks for what a review says of code that is about to get a guard, and the tables made of them."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.guards.histories import Guard, History
from benchmarks.guards.histories_score import Row, Scored, row, score
from benchmarks.guards.histories_table import by_source, listed, report, source, table

NAMELESS = "the file has no name for acme.Bad, and an import cannot be added here"
ORIGINAL = "    data = f(path)\n    return data\n"
LAST = "    data = f(path)\n    try:\n        return data\n    except KeyError:\n        return None\n"
RAN = {"check": "fault", "ok": True, "level": "region"}
WHOLE = "    try:\n        data = f(path)\n        return data\n    except KeyError:\n        return None\n"
FIRST = "    try:\n        data = f(path)\n    except KeyError:\n        log(path)\n    return data\n"


def guard(start: int = 5, end: int = 6, exceptions: tuple[str, ...] = ("KeyError",), action: str = "Return") -> Guard:
    return Guard("load", start, end, "same", exceptions, exceptions, action)


def history(*guards: Guard, lines: int = 100, commit: str = "c" * 40, path: str = "pkg/app.py") -> History:
    return History("acme/tool", commit, "d" * 40, "2020-01-01", path, lines, guards)


def suggestion(start: int = 5, end: int = 6, **facts: Any) -> dict[str, Any]:
    return {
        "kind": "fix", "rule": "py.unhandled.key", "path": "pkg/app.py",
        "start_line": start, "end_line": end, "original": ORIGINAL,
        "replacement": WHOLE, "exceptions": ["KeyError"], "confidence": 0.9, "evidence": [RAN],
    } | facts  # fmt: skip


def said(*suggestions: dict[str, Any], withheld: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"suggestions": list(suggestions), "withheld": [{"reason": reason} for reason in withheld]}


def one(found: Guard, told: dict[str, Any]) -> Scored:
    return score([(history(found), said(told))])


@pytest.mark.parametrize(
    ("told", "recognised", "typed"),
    [
        (suggestion(), True, True),
        (suggestion(6, 9), True, True),
        (suggestion(1, 5), True, True),
        (suggestion(1, 4), False, False),
        (suggestion(7, 9), False, False),
        (suggestion(path="pkg/other.py"), False, False),
        (suggestion(exceptions=["OSError"]), True, False),
        (suggestion(exceptions=["OSError", "KeyError"]), True, True),
        (suggestion(exceptions=["LookupError"]), True, True),
        (suggestion(exceptions=["Exception"]), True, False),
    ],
)
def test_recognised_and_typed(told: dict[str, Any], recognised: bool, typed: bool) -> None:
    found = one(guard(), told)
    assert [f.typed for f in found.foreseen] == ([typed] if recognised else [])
    assert [bool(m.hit) for m in found.marks] == [recognised]


def test_what_guards_nothing_is_neither_a_hit_nor_noise() -> None:
    assert one(guard(), suggestion(kind="test")).marks == ()
    found = one(guard(), suggestion(rule="py.mend.bare-except"))
    assert (found.marks, found.mends) == ((), 1)


@pytest.mark.parametrize(
    ("found", "told", "action", "region"),
    [
        (guard(), suggestion(), True, True),
        (guard(action="Raise"), suggestion(), False, True),
        (guard(5, 5), suggestion(), True, False),
        (guard(5, 5, action="Expr"), suggestion(replacement=FIRST), True, True),
        (guard(5, 6, action="Expr"), suggestion(replacement=FIRST), True, False),
        (guard(4, 6), suggestion(), True, False),
        (guard(4, 6), suggestion(replacement=LAST), True, False),
        (guard(6, 6), suggestion(replacement=LAST), True, True),
        (guard(5, 7), suggestion(), True, False),
        (guard(), suggestion(replacement="    data = path.get(1)\n    return data\n"), False, False),
        (guard(), suggestion(replacement="    except KeyError:\n        pass\n"), False, False),
    ],
)
def test_handler_and_region(found: Guard, told: dict[str, Any], action: bool, region: bool) -> None:
    (foreseen,) = one(found, told).foreseen
    assert (foreseen.action, foreseen.region) == (action, region)


def test_a_proof_that_did_not_run_the_code_is_none() -> None:
    static, failed = RAN | {"level": "static"}, RAN | {"ok": False}
    proofs: list[list[dict[str, Any]]] = [[RAN], [static, RAN | {"level": "tests"}], [], [static], [failed, static]]
    told = said(*(suggestion(evidence=proof) for proof in proofs))
    assert score([(history(guard()), told)]).unproven == 3


def test_several_reviews_are_one_curve() -> None:
    first = said(
        suggestion(), suggestion(50, 50, confidence=0.7), withheld=("fault: a", "fault: b", "names: c", NAMELESS)
    )
    second = said(suggestion(confidence=0.6, exceptions=["OSError"]))
    found = score([(history(guard(), guard(20, 21)), first), (history(guard(), lines=400, commit="e" * 40), second)])
    assert found.lines == 500 and found.withheld == {
        "fault": 2,
        "names": 1,
        "the file has no name for the exception": 1,
    }
    assert row(found, 0.8) == Row(0.8, 1, 1, 1, 1, 0.0)
    assert row(found, 0.7) == Row(0.7, 1, 1, 1, 1, 2.0)
    assert row(found, 0.6) == Row(0.6, 2, 1, 1, 1, 2.0)
    assert [(p.recognised, p.noise) for p in found.points] == [(1 / 3, 0), (1 / 3, 2), (2 / 3, 2)]


def test_a_guards_handler_is_that_of_its_surest_typed_suggestion() -> None:
    sure, wrong = suggestion(confidence=0.9, replacement=FIRST), suggestion(confidence=0.95, exceptions=["OSError"])
    found = score([(history(guard()), said(suggestion(confidence=0.5), sure, wrong))])
    assert row(found, 0.0).action == 0
    found = score([(history(guard()), said(suggestion(confidence=0.92), sure, wrong))])
    assert row(found, 0.0).action == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OSError", "built-in"),
        ("IOError", "built-in"),
        ("json.JSONDecodeError", "standard library"),
        ("requests.exceptions.HTTPError", "library"),
        (".errors.Bad", "the project's own"),
        ("pkg.errors.Bad", "the project's own"),
        ("Bad", "the project's own"),
        ("self.error", "the project's own"),
    ],
)
def test_whose_exception_it_is(name: str, expected: str) -> None:
    found = guard(exceptions=(name,))
    assert source(history(found), found) == expected


def test_the_tables() -> None:
    first = said(suggestion(), suggestion(50, 50, confidence=0.4), withheld=("fault: a",))
    found = score([(history(guard(), guard(20, 21, ("json.JSONDecodeError",))), first)])
    assert table(found, 0.5).splitlines()[2:] == [
        "| 1 | 0.900 | 50.0% (1) | 50.0% (1) | 100.0% (1) | 100.0% (1) | 0.00 |",
        "| 2 | 0.900 | 50.0% (1) | 50.0% (1) | 100.0% (1) | 100.0% (1) | 0.00 |",
        "| 5 | 0.900 | 50.0% (1) | 50.0% (1) | 100.0% (1) | 100.0% (1) | 0.00 |",
        "| 10 | 0.900 | 50.0% (1) | 50.0% (1) | 100.0% (1) | 100.0% (1) | 0.00 |",
        "| 20 | 0.900 | 50.0% (1) | 50.0% (1) | 100.0% (1) | 100.0% (1) | 0.00 |",
        "| 40 | 0.900 | 50.0% (1) | 50.0% (1) | 100.0% (1) | 100.0% (1) | 0.00 |",
        "| as set by default | 0.500 | 50.0% (1) | 50.0% (1) | 100.0% (1) | 100.0% (1) | 0.00 |",
    ]
    assert by_source(found, 0.5).splitlines()[2:] == [
        "| built-in | 1 | 100.0% (1) | 100.0% (1) |",
        "| standard library | 1 | 0.0% (0) | 0.0% (0) |",
        "| library | 0 | none | none |",
        "| the project's own | 0 | none | none |",
    ]
    said_first = report(found, 0.5).splitlines()[0]
    assert said_first == (
        "1 commits of 1 repositories, 2 guards, 100 changed lines, 2 guards suggested, 1 of them elsewhere; "
        "0 mends of other smells; 0 unproven. Withheld: fault 1."
    )
    assert "1 commits would have got a suggestion where the guard came, 1 with the right exception" in report(
        found, 0.5
    )


def test_tables_of_nothing() -> None:
    assert "| as set by default | 0.500 | 0.0% (0) | 0.0% (0) | none | none | 0.00 |" in report(
        score([(history(guard()), said())]), 0.5
    )


def test_a_line_a_guard() -> None:
    mend = suggestion(30, 31, exceptions=[], rule="py.mend.lost-cause")
    told = said(suggestion(), suggestion(20, 20, exceptions=["OSError"], confidence=0.5), mend)
    found = list(listed([(history(guard(), guard(20, 21), guard(30, 31)), told)]))
    assert found == [
        "typed acme/tool@cccccccccccc pkg/app.py:5-6 KeyError Return <- 0.90 KeyError",
        "recognised acme/tool@cccccccccccc pkg/app.py:20-21 KeyError Return <- 0.50 OSError",
        "missed acme/tool@cccccccccccc pkg/app.py:30-31 KeyError Return <- nothing",
    ]
