"""Judge what a fault program printed. Pure; anything that is not exactly what the program prints is a failed check."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from reviewbot.domain.draft import Draft, Shape
from reviewbot.domain.site import Failure
from reviewbot.domain.suggestion import Evidence, ProofLevel
from reviewbot.languages.python.reading.imports import builtin_exception

_KINDS = {"fell", "returned", "continued", "broke", "raised", "exit", "endless"}
_OUTCOME: Mapping[str, type] = {"kind": str, "type": str, "injected": bool, "cause": bool, "detail": str}
_POLICIES = [0, 1, 2, 3]
_MOST_OUTPUT = 1 << 20

# Outcomes that a shape may have once it handled the failure; a shape that is not named may have any but "raised".
_ENDS: Mapping[Shape, frozenset[str]] = {
    Shape.RERAISE: frozenset({"raised", "exit"}),
    Shape.EXIT: frozenset({"exit", "raised", "returned"}),
    Shape.HTTP_ERROR: frozenset({"raised", "returned", "fell", "exit"}),
    Shape.CONTINUE: frozenset({"continued"}),
    Shape.BREAK: frozenset({"broke"}),
    Shape.LOG: frozenset({"fell"}),
    Shape.RETURN: frozenset({"returned"}),
}
_OTHERWISE = frozenset({"fell", "returned", "continued", "broke"})
_WORDS = {
    "fell": "the code goes on",
    "returned": "it returns",
    "continued": "the next item is processed",
    "broke": "the loop ends",
    "exit": "the program exits with a message",
}


class _Malformed(Exception):
    """The output is not what the program prints."""


def expected(draft: Draft) -> list[tuple[int, str]]:
    """The faults to inject: each site's number with each exception it can raise that the draft catches."""
    return [
        (number, failure.exception)
        for number, site in enumerate(draft.region.sites)
        for failure in site.failures
        if any(_covers(caught, failure) for caught in draft.exceptions)
    ]


def _covers(caught: str, failure: Failure) -> bool:
    if caught == failure.exception or caught in failure.ancestors:
        return True
    above = builtin_exception(caught)
    kinds = (builtin_exception(path) for path in (failure.exception, *failure.ancestors))
    return above is not None and any(kind is not None and issubclass(kind, above) for kind in kinds)


def judge(draft: Draft, output: str, nonce: str) -> tuple[Evidence, ...]:
    """One ``fault`` for each exception of the draft, and ``same``.

    Args:
        draft: what was run. output: what the program printed. nonce: what it must repeat.
    """
    try:
        told = _read(draft, output, nonce)
    except _Malformed as error:
        return (_evidence("fault", str(error)),)
    faults = [_fault(draft, caught, told["faults"]) for caught in draft.exceptions]
    return (*faults, _same(told["same"]))


def _read(draft: Draft, output: str, nonce: str) -> Mapping[str, Any]:
    """The program's one line, checked in full."""
    lines = output.splitlines()
    if len(lines) != 1 or len(output) > _MOST_OUTPUT:
        raise _Malformed("the program did not print its one line")
    try:
        told = json.loads(lines[0])
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.keys() != {"nonce", "same", "faults"}:
        raise _Malformed("the program did not print what it should")
    if not isinstance(told["nonce"], str) or not hmac.compare_digest(told["nonce"].encode(), nonce.encode()):
        raise _Malformed("what was printed is not from the program")
    if not _is_same(told["same"]) or not _are_faults(draft, told["faults"]):
        raise _Malformed("the program did not print what it should")
    return told


def _is_same(runs: object) -> bool:
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        return False
    fields = all(run.keys() == {"policy", "equal", "faulty", "ended", "outcome"} for run in runs)
    fields = fields and all(type(run[name]) is bool for run in runs for name in ("equal", "faulty", "ended"))
    return fields and [run["policy"] for run in runs] == _POLICIES and all(_is_outcome(run["outcome"]) for run in runs)


def _are_faults(draft: Draft, runs: object) -> bool:
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        return False
    fields = {"site", "exception", "reached", "before", "after", "problem"}
    if not all(run.keys() == fields and type(run["reached"]) is bool and type(run["problem"]) is str for run in runs):
        return False
    if [(run["site"], run["exception"]) for run in runs] != expected(draft):
        return False
    return all(_is_outcome(run[side]) for run in runs if run["reached"] for side in ("before", "after"))


def _is_outcome(outcome: object) -> bool:
    if not isinstance(outcome, dict) or outcome.keys() != _OUTCOME.keys():
        return False
    return all(type(outcome[name]) is kind for name, kind in _OUTCOME.items()) and outcome["kind"] in _KINDS


def _fault(draft: Draft, caught: str, runs: list[Mapping[str, Any]]) -> Evidence:
    """Whether everything that ``caught`` covers escapes before and is handled after, at every site."""
    covered = [run for run in runs if _covered(draft, caught, run)]
    if not covered:
        return _evidence("fault", f"{caught} is caught, but nothing here is known to raise it")
    for run in covered:
        wrong = _wrong(draft, run)
        if wrong:
            where = draft.region.sites[run["site"]]
            return _evidence("fault", f"{run['exception']} injected at {where.callee}: {wrong}")
    first = covered[0]["after"]
    after = _WORDS.get(first["kind"]) or f"{first['type']} is raised from it"
    return Evidence("fault", True, f"{caught}: before, it escapes; after, {after}", level=ProofLevel.REGION)


def _covered(draft: Draft, caught: str, run: Mapping[str, Any]) -> bool:
    failures = draft.region.sites[run["site"]].failures
    return any(_covers(caught, failure) for failure in failures if failure.exception == run["exception"])


def _wrong(draft: Draft, run: Mapping[str, Any]) -> str | None:
    """Why a run does not show that the failure is handled; None where it does."""
    if not run["reached"]:
        return run["problem"] or "it was not reached"
    before, after = run["before"], run["after"]
    reasons = (
        (before["kind"] != "raised" or not before["injected"], "it does not escape before the edit"),
        (after["kind"] == "endless", "the handler does not end"),
        (after["injected"], "it still escapes after the edit"),
        (after["kind"] == "raised" and not after["cause"], f"the handler itself fails with {after['type']}"),
        (_silent_exit(after), "the program exits without a message, as if all were well"),
        (
            after["kind"] not in _ENDS.get(draft.shape, _OTHERWISE),
            f"the handler should {draft.shape.value}, but the outcome is `{after['kind']}`",
        ),
    )
    return next((reason for wrong, reason in reasons if wrong), None)


def _silent_exit(outcome: Mapping[str, Any]) -> bool:
    return outcome["kind"] == "exit" and outcome["detail"] in {"None", "0", "''", "False"}


def _same(runs: list[Mapping[str, Any]]) -> Evidence:
    """Whether before and after behave alike without a fault, and at least once came to an end."""
    runs = [run for run in runs if not run["faulty"]]
    if not all(run["equal"] for run in runs):
        return _evidence("same", "without a fault the edit behaves differently")
    if not any(run["ended"] for run in runs):
        why = (runs[0]["outcome"]["type"] or "they do not end") if runs else "every run fails"
        return _evidence("same", f"the statements cannot be run apart from their file: {why}")
    return Evidence("same", True, "without a fault before and after behave alike", level=ProofLevel.REGION)


def _evidence(check: str, detail: str) -> Evidence:
    return Evidence(check, False, detail, level=ProofLevel.REGION)
