"""From a verdict to what the check on its commit says. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.canonical import canonical
from reviewbot.domain.gate import Annotation, CheckReport, CheckState
from reviewbot.domain.plain import plain
from reviewbot.domain.provenance import OriginKind
from reviewbot.gate import sections
from reviewbot.gate.entries import Entry, by_source, listed, shown
from reviewbot.gate.sections import Ways
from reviewbot.gate.titles import clipped, counted, title_of
from reviewbot.policy.verdict import Judged, Outcome, State, Verdict
from reviewbot.repo_config.ai import Mode

MOST_SUMMARY = 60_000
"""Characters; GitHub takes 65,535 (https://docs.github.com/en/rest/checks/runs)."""

MOST_ANNOTATIONS = 500
"""Ten requests of 50 on GitHub. Whoever has more to review reads files, not remarks."""

_APPROVAL = Ways()
_SURROGATE = re.compile("[\ud800-\udfff]")  # stands for a byte of a path that is no UTF-8
_MOST_MESSAGE = 4_000
_MOST_OTHERS = 6_000
_WORST_FIRST = (
    CheckState.FAILED,
    CheckState.ERROR,
    CheckState.WAITING,
    CheckState.WORKING,
    CheckState.REPORTED,
    CheckState.PASSED,
)
_STATES = {
    State.PASS: CheckState.PASSED,
    State.PENDING: CheckState.WAITING,
    State.FAIL: CheckState.FAILED,
    State.ERROR: CheckState.ERROR,
}
_SAID = {
    CheckState.FAILED: "has something that must change",
    CheckState.ERROR: "could not be checked",
    CheckState.WAITING: "waits for a human review",
    CheckState.WORKING: "is not looked at yet",
    CheckState.REPORTED: "would not pass, and nothing is blocked there",
    CheckState.PASSED: "passes",
}
_TITLES = {Outcome.WAITING: "not reviewed", Outcome.BLOCKED: "must change", Outcome.UNCHECKED: "could not be checked"}


@dataclass(frozen=True)
class Other:
    """Another pull request whose state the same commit's check has to tell. ``title``: its report's; may be empty."""

    number: int
    state: CheckState
    title: str = ""


def state_of(verdict: Verdict) -> CheckState:
    """What the check says for a verdict by itself."""
    if verdict.mode is Mode.REPORT and verdict.state is not State.PASS:
        return CheckState.REPORTED
    return CheckState.PASSED if verdict.mode is Mode.OFF else _STATES[verdict.state]


def report_of(verdict: Verdict, others: Sequence[Other] = (), ways: Ways = _APPROVAL) -> CheckReport:
    """What the check on the verdict's head says.

    Args:
        others: the other open pull requests with that head. The check is theirs as well: it passes only where they do.
        ways: what people can do here beside an approval.
    """
    own = state_of(verdict)
    state = _worst([own, *(one.state for one in others)])
    title = title_of(verdict) if state is own else _kept(others, state)
    annotations = _annotations(verdict)
    summary = _summary(verdict, others, len(annotations), ways)
    return _sealed(CheckReport(verdict.head, state, title, summary or f"{shown(title)}.", annotations))


def queue_report(head: str, pulls: Sequence[Other]) -> CheckReport:
    """What is said on the commit of a merge queue, by the states of the pull requests that it merges.

    Where none is named it does not pass.
    """
    if not pulls:
        return failed_to(head, "The merge queue names no pull request of this commit.")
    state = _worst(one.state for one in pulls)
    numbers = ", ".join(str(one.number) for one in pulls)
    title = clipped(f"Each pull request merged here passes: {numbers}")
    if state is not CheckState.PASSED:
        first = next(one for one in pulls if one.state is state)
        title = clipped(f"Pull request {first.number} {_SAID[state]}" + (f": {first.title}" if first.title else ""))
    return _sealed(CheckReport(head, state, title, f"This commit merges:\n\n{_listed(pulls)}"))


def working(head: str, why: str = "") -> CheckReport:
    """The gate is at it. ``why``: one sentence on what keeps it, where something does."""
    if not why:
        return _sealed(CheckReport(head, CheckState.WORKING, "Looking at the changed lines"))
    said = f"Not decided yet, and tried again by itself: {shown(why)}"
    return _sealed(CheckReport(head, CheckState.WORKING, clipped(f"Trying again: {why}"), said))


def left_behind(head: str) -> CheckReport:
    """The head is another by now. What was said here must not pass should the branch come back to this commit."""
    said = "This is not the head any more. Should it be so again, the gate looks at it anew."
    return _sealed(CheckReport(head, CheckState.WORKING, "Not the head any more", said))


def failed_to(head: str, reason: str) -> CheckReport:
    """It could not be found out, for a ``reason`` of one sentence."""
    said = f"What could not be checked does not pass.\n\n{shown(reason)}"
    return _sealed(CheckReport(head, CheckState.ERROR, clipped(f"The gate could not decide: {reason}"), said))


def _worst(states: Iterable[CheckState]) -> CheckState:
    return min(states, key=_WORST_FIRST.index)


def _kept(others: Sequence[Other], state: CheckState) -> str:
    """The title where another pull request keeps the check from more."""
    found = [one.number for one in others if one.state is state]
    also = f" (and {counted(len(found) - 1, 'other')})" if len(found) > 1 else ""
    return f"Pull request {found[0]}{also}, which has the same commit, {_SAID[state]}"


def _summary(verdict: Verdict, others: Sequence[Other], annotated: int, ways: Ways) -> str:
    """All but the title, which the forge shows above it."""
    open_places = len(verdict.unreviewed)
    marked = f"{annotated:,} of {open_places:,} places are marked on the lines themselves."
    shared = f"The same commit is the head of other pull requests, and all share this check:\n\n{_listed(others)}"
    mode = "The policy's mode is `report`: this is told, and nothing is blocked."
    before = [
        mode if verdict.mode is Mode.REPORT and verdict.state is not State.PASS else "",
        shared if others else "",
        sections.lifted(verdict),
        sections.problems(verdict),
    ]
    after = [
        sections.reviewed(verdict),
        sections.clears(verdict, ways),
        sections.notes(verdict, [marked] if annotated < open_places else ()),
    ]
    room = MOST_SUMMARY - sum(len(part) + 2 for part in (*before, *after))
    return "\n\n".join(part for part in (*before, sections.held(verdict, by_source, room), *after) if part)


def _listed(pulls: Sequence[Other]) -> str:
    told = [
        f"Pull request {one.number} {_SAID[one.state]}" + (f": {shown(one.title)}" if one.title else "")
        for one in pulls
    ]
    return listed([Entry(text) for text in told], _MOST_OTHERS, "pull request")


def _annotations(verdict: Verdict) -> tuple[Annotation, ...]:
    """One for each run of lines that keeps the verdict from passing, where a forge can name the file."""
    named = [one for one in verdict.unreviewed if not _SURROGATE.search(one.path)]
    return tuple(_annotation(one, failure=verdict.blocks) for one in named[:MOST_ANNOTATIONS])


def _annotation(one: Judged, *, failure: bool) -> Annotation:
    machine = one.kind in (OriginKind.AI, OriginKind.MIXED)
    title = f"{'AI-written' if machine else 'Counts as AI-written'}: {_TITLES[one.outcome]}"
    said = [f"How that is known: {one.source}", *one.why, one.who]
    message = "\n".join(clipped(sentence, _MOST_MESSAGE) for sentence in said if sentence)
    return Annotation(one.path, one.lines, title, message[:_MOST_MESSAGE], failure)


def _sealed(report: CheckReport) -> CheckReport:
    """With the digest of all the rest."""
    rest = plain(replace(report, digest=""))
    return replace(report, digest=hashlib.sha256(canonical(rest).encode()).hexdigest())
