"""Judge what the program of a mend printed. Pure; anything that is not exactly what it prints is a failed check."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reviewbot.domain.mend import Mend
from reviewbot.domain.suggestion import Evidence, ProofLevel
from reviewbot.languages.python.faulting.bundling import nonce
from reviewbot.languages.python.mending import (
    bare_except,
    finally_jump,
    handler_order,
    leaked_file,
    lost_cause,
    verdicts,
)
from reviewbot.languages.python.mending.experiment import faults
from reviewbot.languages.python.mending.verdicts import Run, Verdict

_KINDS = {"fell", "returned", "continued", "broke", "raised", "exit", "endless"}
_CAUSES = {"none", "injected", "context", "other"}
_FIELDS = {"policy", "site", "exception", "until", "before", "after"}
_SIGHT: Mapping[str, type] = {
    "reached": bool, "kind": str, "type": str, "detail": str, "escaped": bool, "deliberate": bool, "cause": str,
    "marks": list, "digest": str, "left_open": int,
}  # fmt: skip
_POLICIES = 4
_MOST_OUTPUT = 1 << 20
_BY_RULE: Mapping[str, Callable[[Mend, Run], Verdict]] = {
    lost_cause.RULE: verdicts.cause,
    bare_except.RULE: verdicts.bare,
    handler_order.RULE: verdicts.order,
    finally_jump.RULE: verdicts.jump,
    leaked_file.RULE: verdicts.leak,
}
_SEEN: Mapping[str, str] = {
    lost_cause.RULE: "with `{exception}` injected, `__cause__` is `None` before and the `{exception}` after",
    bare_except.RULE: "an injected `{exception}` is swallowed before and escapes after",
    handler_order.RULE: "with `{exception}` injected, the upper clause takes it before and its own clause after",
    leaked_file.RULE: "with `{exception}` injected, and without it, it is left open before and closed after",
    finally_jump.RULE: "an injected `{exception}` is swallowed before and escapes after",
}


class _Malformed(Exception):
    """The output is not what the program prints."""


def judge(mend: Mend, output: str) -> tuple[Evidence, ...]:
    """``fault``: the smell is seen before and gone after; ``same``: all else is alike. Other output is neither."""
    try:
        runs = _read(mend, output)
    except _Malformed as error:
        return (_evidence("fault", False, str(error)),)
    return decide(mend, runs)


def decide(mend: Mend, runs: Sequence[Run]) -> tuple[Evidence, ...]:
    """The evidence in the runs."""
    told = [(run, _BY_RULE[mend.rule](mend, run)) for run in runs]
    wrong = next(((run, verdict) for run, verdict in told if verdict.wrong), None)
    if wrong is not None:
        what = f"with {wrong[0].exception} injected" if wrong[0].exception else "without a fault"
        return (_evidence("fault", False, f"{what}: {wrong[1].wrong}"),)
    shown = [run for run, verdict in told if verdict.mended]
    missing = verdicts.missing(mend, shown, [run for run, verdict in told if not verdict.mended])
    if missing:
        return (_evidence("fault", False, missing),)
    first = next(run for run in shown if verdicts.telling(mend, run))
    seen = _SEEN[mend.rule].format(exception=first.exception.rpartition(".")[2])
    alike = len(runs) - len(shown)
    return (
        _evidence("fault", True, seen),
        _evidence("same", True, f"in {alike} other runs, with and without a fault, before and after behave alike"),
    )


def _read(mend: Mend, output: str) -> list[Run]:
    """The program's one line, checked in full; runs that did not reach their fault are left out."""
    lines = output.splitlines()
    if len(lines) != 1 or len(output) > _MOST_OUTPUT:
        raise _Malformed("the program did not print its one line")
    try:
        told = json.loads(lines[0])
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.keys() != {"nonce", "runs"} or not isinstance(told["nonce"], str):
        raise _Malformed("the program did not print what it should")
    if not hmac.compare_digest(told["nonce"].encode(), nonce(mend).encode()):
        raise _Malformed("what was printed is not from the program")
    if not _are_runs(mend, told["runs"]):
        raise _Malformed("the program did not print what it should")
    reached = [one for one in told["runs"] if one["before"] is not None]
    return [Run(one["exception"], one["before"], one["after"], one["until"]) for one in reached]


def _are_runs(mend: Mend, runs: object) -> bool:
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        return False
    if not all(run.keys() == _FIELDS for run in runs):
        return False
    wanted = [(policy, *what) for policy in range(_POLICIES) for what in [(-1, ""), *faults(mend)]]
    if [(run["policy"], run["site"], run["exception"]) for run in runs] != wanted:
        return False
    return all(type(run["until"]) is bool and _is_pair(run["before"], run["after"]) for run in runs)


def _is_pair(before: object, after: object) -> bool:
    if before is None or after is None:
        return before is after
    return all(isinstance(one, dict) and _is_sight(one) for one in (before, after))


def _is_sight(sight: Mapping[str, Any]) -> bool:
    if sight.keys() != _SIGHT.keys() or not all(type(sight[name]) is kind for name, kind in _SIGHT.items()):
        return False
    marks = all(type(mark) is int for mark in sight["marks"])
    return marks and sight["kind"] in _KINDS and sight["cause"] in _CAUSES


def _evidence(check: str, ok: bool, detail: str) -> Evidence:
    return Evidence(check, ok, detail, level=ProofLevel.REGION)
