"""A verdict as what the check shows on a commit. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.canonical import canonical
from reviewbot.domain.gate import Annotation, CheckReport, CheckState
from reviewbot.domain.plain import plain
from reviewbot.gate.entries import Entry, by_source, groups, listed, shown
from reviewbot.gate.titles import clipped, title_of
from reviewbot.policy.verdict import Judged, State, Verdict
from reviewbot.repo_config.ai import Mode

MOST_ANNOTATIONS = 500
"""Remarks on lines; the rest stands in the summary alone."""

_MOST_SUMMARY = 50_000  # characters; GitHub takes 65,535
_STATES = {
    State.PASS: CheckState.PASSED,
    State.PENDING: CheckState.WAITING,
    State.FAIL: CheckState.FAILED,
    State.ERROR: CheckState.ERROR,
}
_WORST_FIRST = (CheckState.FAILED, CheckState.ERROR, CheckState.WAITING, CheckState.WORKING)
_PASSES = frozenset({CheckState.PASSED, CheckState.REPORTED})


@dataclass(frozen=True)
class Other:
    """Another open pull request with the same head, and what the gate says of it; ``title`` may be empty."""

    number: int
    state: CheckState
    title: str = ""


def state_of(verdict: Verdict) -> CheckState:
    """What the check says. Where nothing is to be blocked, what would not pass is reported."""
    if verdict.mode is Mode.OFF or verdict.state is State.PASS:
        return CheckState.PASSED
    return CheckState.REPORTED if verdict.mode is Mode.REPORT else _STATES[verdict.state]


def report_of(verdict: Verdict, others: Sequence[Other] = ()) -> CheckReport:
    """What is shown of a verdict.

    Args:
        others: the other open pull requests with this head. A check stands on a commit, so it says the worst of all.
    """
    worst = _worst(others)
    state, title = state_of(verdict), title_of(verdict)
    if worst is not None and state in _PASSES:
        state = worst.state
        title = clipped(f"Pull request {worst.number}, which has the same head, {_stands(worst.state)}")
    failing = verdict.mode is Mode.ENFORCE
    notes = tuple(_annotation(one, failing=failing) for one in verdict.unreviewed[:MOST_ANNOTATIONS])
    return _signed(CheckReport(verdict.head, state, title, summary_of(verdict), notes))


def queue_report(head: str, pulls: Sequence[Other]) -> CheckReport:
    """What a merge queue's commit is told of the pull requests in it."""
    worst = _worst(pulls)
    if worst is None:
        return _signed(CheckReport(head, CheckState.PASSED, "Every pull request in this merge passes the gate"))
    title = clipped(f"Pull request {worst.number}: {worst.title or _stands(worst.state)}")
    return _signed(CheckReport(head, worst.state, title))


def working(head: str, why: str = "") -> CheckReport:
    """The gate is at it; ``why`` it takes long, a sentence."""
    title = clipped(f"Not finished yet: {why}") if why else "Looking at who wrote and who reviewed these lines"
    return _signed(CheckReport(head, CheckState.WORKING, title))


def failed_to(head: str, reason: str) -> CheckReport:
    """The verdict could not be come to, for this reason, a sentence. That is no pass."""
    return _signed(CheckReport(head, CheckState.ERROR, clipped(f"Not checked: {reason}"), shown(reason)))


def summary_of(verdict: Verdict) -> str:
    """All about a verdict, in Markdown: what waits and why, what clears it, what could not be checked."""
    parts = [part for group in groups(verdict) for part in _group(group.judged, group.why, group.who)]
    parts += _list("Could not be checked", [Entry(shown(one)) for one in verdict.problems])
    if verdict.override is not None:
        parts.append(f"Lifted for this head by {shown(verdict.override.by)}: {shown(verdict.override.reason)}")
    parts += _list("Also", [Entry(shown(one)) for one in verdict.notes])
    text = "\n\n".join(parts) or "Nothing waits for a review."
    return text if len(text) <= _MOST_SUMMARY else f"{text[:_MOST_SUMMARY].rsplit(chr(10), 1)[0]}\n\n… cut here."


def _group(judged: tuple[Judged, ...], why: tuple[str, ...], who: str) -> list[str]:
    said = [*map(shown, why), *([shown(who)] if who else [])]
    return [
        "\n".join(f"**{one}**" if at == 0 else one for at, one in enumerate(said)),
        listed(by_source(judged), 20_000),
    ]


def _list(title: str, entries: Sequence[Entry]) -> list[str]:
    return [f"**{title}:**\n\n{listed(entries, 8_000)}"] if entries else []


def _worst(others: Sequence[Other]) -> Other | None:
    held = [one for one in others if one.state not in _PASSES]
    return min(held, key=lambda one: (_WORST_FIRST.index(one.state), one.number), default=None)


def _stands(state: CheckState) -> str:
    words = {CheckState.FAILED: "must change", CheckState.ERROR: "could not be checked"}
    return words.get(state, "is being looked at" if state is CheckState.WORKING else "waits for a human review")


def _annotation(one: Judged, *, failing: bool) -> Annotation:
    message = " ".join(filter(None, [*one.why, one.who, f"Known by {one.source}."]))
    return Annotation(one.path, one.lines, clipped(one.why[0] if one.why else "Not reviewed"), message, failing)


def _signed(report: CheckReport) -> CheckReport:
    text = canonical(plain(replace(report, digest="")))
    return replace(report, digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
