"""Run the bot over the guard-recall cases as a user would, and keep what it said."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.guards.make import Case, lay_out
from benchmarks.guards.score import Mark, related

GUARDS = "py.unhandled."
"""The rules that ask for a guard; mends of handlers that stand there are counted apart."""
FLOOR = 0.05
"""The confidence down to which the bot is asked: below it lies nothing but noise."""


@dataclass(frozen=True)
class Said:
    """One suggestion: what it is, what it hits, and how well."""

    package: str
    path: str
    lines: tuple[int, int]
    confidence: float
    exceptions: tuple[str, ...]
    replacement: str
    why: str
    mark: Mark
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What the bot said of one case. ``seconds``: of the whole command, start included."""

    case: Case
    said: tuple[Said, ...]
    withheld: Mapping[str, int]
    seconds: float


def run_cases(cases: Sequence[Case], out: Path, model: str = "none", *, parallel: int = 2) -> list[Result]:
    """The results of all cases; what was kept in ``out`` by an earlier run of the same bot is made anew."""
    with ThreadPoolExecutor(parallel) as pool:
        results = list(pool.map(lambda case: _run(case, out, model), cases))
    first = 0
    numbered = []
    for result in results:
        numbered.append(_result(result[0], result[1], first, result[2]))
        first += len(result[0].sites)
    return numbered


def _run(case: Case, out: Path, model: str) -> tuple[Case, Mapping[str, Any], float]:
    root = lay_out(case, out)
    began = time.perf_counter()
    command = [sys.executable, "-m", "reviewbot", "review", "--base", "base", "--head", "head", "--format", "json"]
    command += ["--max-suggestions", "0", "--min-confidence", str(FLOOR), "--model", model]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{case.name}: the review failed: {done.stderr.strip()[-400:]}")
    (out / f"{case.name}.json").write_text(done.stdout, "utf-8")
    return case, json.loads(done.stdout), time.perf_counter() - began


def _result(case: Case, told: Mapping[str, Any], first: int, seconds: float) -> Result:
    said = tuple(_said(case, one, first) for one in told["suggestions"] if _is_guard(one))
    return Result(case, said, Counter(_reason(one["reason"]) for one in told["withheld"]), seconds)


def _is_guard(one: Mapping[str, Any]) -> bool:
    return bool(one["kind"] == "fix" and one["rule"].startswith(GUARDS))


def _said(case: Case, one: Mapping[str, Any], first: int) -> Said:
    lines = one["start_line"], one["end_line"]
    hits = [i for i, s in enumerate(case.sites) if s.path == one["path"] and s.start <= lines[1] and lines[0] <= s.end]
    exceptions = tuple(one["exceptions"])
    hit = frozenset(first + i for i in hits)
    typed = frozenset(first + i for i in hits if related(exceptions, case.sites[i].exceptions))
    passed = tuple(f"{e['check']}:{e['level']}" for e in one["evidence"] if e["ok"])
    mark = Mark(one["confidence"], hit, typed)
    return Said(
        case.name, one["path"], lines, one["confidence"], exceptions, one["replacement"], one["why"], mark, passed
    )  # fmt: skip


def _reason(text: str) -> str:
    """The kind of a reason, without names: what a check found wrong, or why nothing was drafted."""
    kind, _, rest = text.partition(": ")
    if kind == "fault":
        return f"fault: {rest.rpartition(': ')[2] or rest}"
    if text.startswith("the file has no name for"):
        return "the file has no name for the exception"
    return re.sub(r"`[^`]*`|\d+", "…", text)[:90]


def lines(results: Iterable[Result]) -> int:
    """Changed lines of all cases."""
    return sum(last - first + 1 for result in results for _, first, last in result.case.changed)
