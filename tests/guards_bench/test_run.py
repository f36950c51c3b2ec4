"""From what the bot says of a case to marks; and one run of the bot itself."""

# ruff: noqa: E501 - the tables are easier to read so
from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.guards import run
from benchmarks.guards.make import Case, Site, make_case
from benchmarks.guards.run import lines, run_cases
from tests.guards_bench.package import module


def site(path: str, start: int, end: int, *exceptions: str) -> Site:
    return Site(path, start, end, exceptions, "Return", "", "f")


CASE = Case(
    "pkg", {}, {},
    (site("a.py", 10, 12, "ValueError"), site("a.py", 20, 20, "OSError"), site("b.py", 10, 12, "KeyError", "IndexError")),
    (("a.py", 1, 30), ("b.py", 5, 14)),
)  # fmt: skip


def suggestion(path: str, start: int, end: int, *exceptions: str, **more: Any) -> dict[str, Any]:
    evidence = [
        {"check": "parse", "level": "static", "ok": True, "detail": ""},
        {"check": "fault", "level": "region", "ok": True, "detail": ""},
        {"check": "ruff", "level": "static", "ok": False, "detail": ""},
    ]
    return {
        "kind": "fix", "rule": "py.unhandled.x", "path": path, "start_line": start, "end_line": end, "exceptions": list(exceptions), "confidence": 0.5,
        "replacement": "r", "why": "w", "evidence": evidence, **more,
    }  # fmt: skip


def told(*suggestions: dict[str, Any], withheld: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"suggestions": list(suggestions), "withheld": [{"path": "a.py", "line": 1, "reason": r} for r in withheld]}


MARKS = [
    (("a.py", 10, 12, "ValueError"), {0}, {0}),
    (("a.py", 12, 14, "json.JSONDecodeError"), {0}, {0}),
    (("a.py", 8, 10, "KeyError"), {0}, set()),
    (("a.py", 1, 30, "ValueError", "FileNotFoundError"), {0, 1}, {0, 1}),
    (("a.py", 13, 19, "ValueError"), set(), set()),
    (("b.py", 11, 11, "LookupError"), {2}, {2}),
    (("b.py", 20, 20, "OSError"), set(), set()),
    (("c.py", 10, 12, "ValueError"), set(), set()),
]


@pytest.mark.parametrize(("what", "hit", "typed"), MARKS)
def test_marks(what: tuple[Any, ...], hit: set[int], typed: set[int], monkeypatch: pytest.MonkeyPatch) -> None:
    ((said,),) = (r.said for r in ran([(CASE, told(suggestion(*what)))], monkeypatch))
    assert (said.mark.hit, said.mark.typed, said.mark.confidence) == (hit, typed, 0.5)
    assert (said.package, said.path, said.lines) == ("pkg", what[0], (what[1], what[2]))
    assert said.evidence == ("parse:static", "fault:region")


def ran(found: list[tuple[Case, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch) -> list[run.Result]:
    answers = {id(case): answer for case, answer in found}
    monkeypatch.setattr(run, "_run", lambda case, out, model: (case, answers[id(case)], 1.5))
    return run_cases([case for case, _ in found], Path("/nowhere"))


def test_guards_are_numbered_through_all_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Case("other", {}, {}, (site("a.py", 10, 12, "OSError"),), (("a.py", 1, 20),))
    hit = suggestion("a.py", 10, 12, "OSError", "ValueError")
    results = ran([(CASE, told(hit)), (other, told(hit)), (CASE, told(hit))], monkeypatch)
    assert [said.mark.typed for r in results for said in r.said] == [{0}, {3}, {4}]
    assert [said.package for r in results for said in r.said] == ["pkg", "other", "pkg"]
    assert [r.seconds for r in results] == [1.5] * 3
    assert lines(results) == 40 + 20 + 40


def test_only_guards_count(monkeypatch: pytest.MonkeyPatch) -> None:
    mend = suggestion("a.py", 10, 12, "ValueError", rule="py.lost-cause")
    assert [r.said for r in ran([(CASE, told(mend))], monkeypatch)] == [()]


REASONS = [
    ("fault: ValueError injected at line 3: it escaped", "fault: it escaped"),
    ("fault: the region cannot be run apart", "fault: the region cannot be run apart"),
    (
        "the file has no name for requests.Timeout, and an import cannot be added",
        "the file has no name for the exception",
    ),
    ("ruff: `x` is used 3 times", "ruff: … is used … times"),
    ("x" * 200, "x" * 90),
]


@pytest.mark.parametrize(("reason", "kind"), REASONS)
def test_reasons_are_counted_by_kind(reason: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (result,) = ran([(CASE, told(withheld=(reason, reason)))], monkeypatch)
    assert result.withheld == {kind: 2}


def test_a_review_that_fails_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.run

    def fails(command: list[str], **options: Any) -> Any:
        if command[0] == "git":
            return real(command, **options)
        return subprocess.CompletedProcess(command, 3, "", "The sandbox cannot be started: install bubblewrap.\n")

    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(SystemExit, match="pkg: the review failed: The sandbox cannot be started"):
        run_cases([make_case("pkg", {"pkg/a.py": module(4, 2)})], tmp_path)


def test_the_bot_itself_misses_guards_that_a_package_has_elsewhere(tmp_path: Path) -> None:
    case = make_case("one", {f"one/part{n}.py": module(4, 2) for n in range(3)})
    (result,) = run_cases([case], tmp_path)
    assert len(case.sites) == 3
    assert (tmp_path / "one.json").is_file() and (tmp_path / "one.truth.json").is_file()
    assert frozenset().union(*(s.mark.typed for s in result.said)) == {0, 1, 2}
    assert all("fault:region" in s.evidence and s.confidence >= run.FLOOR for s in result.said)
    assert result.seconds > 0
