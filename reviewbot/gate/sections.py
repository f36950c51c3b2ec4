"""The paragraphs of the check's summary and of the comment, in Markdown. Each is empty where it has nothing to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reviewbot.gate.entries import Entry, Group, groups, listed, shown
from reviewbot.gate.titles import counted, length
from reviewbot.policy.verdict import Judged, Outcome, Verdict
from reviewbot.publish.prose import code_span, prose

_HEADS = {
    Outcome.BLOCKED: "Must change",
    Outcome.UNCHECKED: "Could not be checked",
    Outcome.WAITING: "Waiting for a review",
}
_HOW = {
    "approval": "approval of {commit}",
    "sign-off": "sign-off at {commit}",
    "thread": "thread resolved at {commit}",
}
_MOST_SENTENCES = 8
_MOST_REVIEWS = 20
_ROOM = 6_000
"""Characters for problems, and for notes."""

_PLAIN_PATH = re.compile(r"[\w./-]{1,200}", re.ASCII)


def commit_name(commit: str) -> str:
    """A commit in a few characters, no link."""
    return code_span(commit[:7])


def held(verdict: Verdict, entries: Callable[[Iterable[Judged]], list[Entry]], room: int) -> str:
    """What keeps it from passing: of each group what is said, and its lines.

    Args:
        entries: makes the items. room: characters at most; what has none is counted.
    """
    told: list[str] = []
    rest = list(groups(verdict))
    while rest:
        head = _group_head(rest[0])
        if len(head) + 500 > room:
            left = sum(length(group.judged) for group in rest)
            told.append(f"… and {counted(left, 'more line')}, not listed here.")
            break
        items = listed(entries(rest.pop(0).judged), room - len(head) - 300)
        told.append(f"{head}\n\n{items}")
        room -= len(told[-1]) + 2
    return "\n\n".join(told)


def _group_head(group: Group) -> str:
    said = [shown(sentence) for sentence in group.why[:_MOST_SENTENCES]]
    if len(group.why) > _MOST_SENTENCES:
        said.append(f"And {counted(len(group.why) - _MOST_SENTENCES, 'more reason')}.")
    if group.who:
        said.append(shown(group.who))
    return f"**{_HEADS[group.outcome]}: {counted(length(group.judged), 'line')}.** {' '.join(said)}"


def problems(verdict: Verdict) -> str:
    """What could not be checked."""
    return _list("**Could not be checked**, and so does not pass:", verdict.problems, "problem")


def notes(verdict: Verdict, more: Sequence[str] = ()) -> str:
    """What else a reader should know."""
    return _list("**Also:**", (*more, *verdict.notes), "note")


def _list(head: str, sentences: Sequence[str], noun: str) -> str:
    if not sentences:
        return ""
    return f"{head}\n\n{listed([Entry(shown(sentence)) for sentence in sentences], _ROOM, noun)}"


def lifted(verdict: Verdict) -> str:
    """Who lifted the gate, why, and what has no review therefore."""
    if verdict.override is None:
        return ""
    lines = length(one for one in verdict.lines if one.outcome is Outcome.OVERRIDDEN)
    by, reason = prose(verdict.override.by), shown(verdict.override.reason)
    head = f"**Lifted for this head, {commit_name(verdict.head)}, by {by}.**"
    return f"{head} {counted(lines, 'line')} {'is' if lines == 1 else 'are'} not cleared. The reason given: {reason}"


def reviewed(verdict: Verdict) -> str:
    """Who reviewed how many lines, and at which commit."""
    found: dict[tuple[str, str, str], int] = {}
    for one in verdict.lines:
        if one.outcome is Outcome.CLEARED:
            for clearance in one.cleared:
                key = (clearance.by, clearance.how, clearance.commit)
                found[key] = found.get(key, 0) + len(one.lines)
    said = [
        f"{counted(lines, 'line')} by {prose(by)} ({_HOW[how].format(commit=commit_name(commit))})"
        for (by, how, commit), lines in found.items()
    ]
    more = [f"and {counted(len(said) - _MOST_REVIEWS, 'more review')}"] if len(said) > _MOST_REVIEWS else []
    return f"Reviewed: {'; '.join([*said[:_MOST_REVIEWS], *more])}." if said else ""


@dataclass(frozen=True)
class Ways:
    """What people can do on this forge beside an approval.

    Attributes:
        thread: resolve a thread of ours. commands: write ``/seed reviewed`` and ``/seed override``.
        overriders: who may do the latter by the policy.
    """

    thread: bool = False
    commands: bool = False
    overriders: Sequence[str] = ()


def clears(verdict: Verdict, ways: Ways) -> str:
    """What is to be done."""
    outcomes = {one.outcome for one in verdict.unreviewed}
    told = []
    if any(one.who for one in verdict.unreviewed):
        told += _review(verdict, ways)
    if Outcome.BLOCKED in outcomes:
        told.append("What must change, no review clears: change it, and push.")
    if verdict.problems or Outcome.UNCHECKED in outcomes:
        told.append("Once what could not be checked is mended, the gate looks again by itself.")
    if ways.commands and ways.overriders and outcomes & {Outcome.BLOCKED, Outcome.WAITING}:
        people = ", ".join(map(prose, ways.overriders[:5])) + (" and others" if len(ways.overriders) > 5 else "")
        told.append(f"`/seed override REASON`, from {people}, lifts the gate for this head.")
    return "\n".join(["**What clears it**", "", *(f"- {one}" for one in told)]) if told else ""


def _review(verdict: Verdict, ways: Ways) -> list[str]:
    """How a reviewer says that the lines are reviewed."""
    told = [f"Approve this head, {commit_name(verdict.head)}."]
    if ways.commands:
        told.append(f"Or comment `/seed reviewed`; for some lines alone, {_example(verdict)}.")
    if ways.thread:
        told.append("Or resolve the gate's thread: that signs off the lines listed there.")
    return told


def _example(verdict: Verdict) -> str:
    """The command for the first lines that wait, where their path can be typed as it is."""
    for one in verdict.unreviewed:
        if one.who and _PLAIN_PATH.fullmatch(one.path):
            return f"`/seed reviewed {one.path}:{one.lines.start}-{one.lines.end}`"
    return "`/seed reviewed path:3-9`"
