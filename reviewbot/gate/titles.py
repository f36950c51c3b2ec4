"""A verdict in one plain sentence: the title of the check, the first line of the comment. No Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.verdict import Judged, Outcome, State, Verdict
from reviewbot.publish.visible import visible_line
from reviewbot.repo_config.ai import Mode

MOST_CHARACTERS = 140
"""Of a title: what a commit status of GitHub takes (https://docs.github.com/en/rest/commits/statuses)."""

_MOST_NAMED = 3
_UNBLOCKED = " (nothing is blocked)"
_MACHINE = frozenset({OriginKind.AI, OriginKind.MIXED})


def title_of(verdict: Verdict) -> str:
    """What the verdict comes to. Nothing in it steers a terminal or a page, and it is no longer than a status takes."""
    if verdict.mode is Mode.OFF:
        return "The gate is off here"
    if verdict.state is State.PASS:
        return clipped(_passed(verdict))
    end = _UNBLOCKED if verdict.mode is Mode.REPORT else ""
    return clipped(_held(verdict), MOST_CHARACTERS - len(end)) + end


def clipped(text: str, most: int = MOST_CHARACTERS) -> str:
    """``text`` on one line, with what does not print written as an escape; cut where it is longer than ``most``."""
    line = visible_line(text[: most + 1])  # an escape is never shorter than what it stands for
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def counted(number: int, noun: str) -> str:
    """``1 line``, ``2,000 lines``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def length(judged: Iterable[Judged]) -> int:
    """How many lines these are."""
    return sum(len(one.lines) for one in judged)


def names(logins: Iterable[str]) -> str:
    """``alice``, ``alice and bob``, ``alice, bob, carol and 2 others``; each once."""
    known = list(dict.fromkeys(logins))
    if len(known) > _MOST_NAMED + 1:
        known = [*known[:_MOST_NAMED], f"{len(known) - _MOST_NAMED} others"]
    return " and ".join(filter(None, [", ".join(known[:-1]), *known[-1:]]))


def _held(verdict: Verdict) -> str:
    blocked, waiting = _of(verdict, Outcome.BLOCKED), _of(verdict, Outcome.WAITING)
    if verdict.state is State.FAIL:
        also = f"; {length(waiting):,} more {_wait(waiting)} for a human review" if waiting else ""
        return f"{_lines(blocked)} must change{also}"
    if verdict.state is State.ERROR:
        unchecked = [sentence for one in _of(verdict, Outcome.UNCHECKED) for sentence in one.why]
        return f"What could not be checked: {[*verdict.problems, *unchecked, 'the reason was not told.'][0]}"
    return f"{_lines(waiting)} {_wait(waiting)} for a human review"


def _passed(verdict: Verdict) -> str:
    cleared = _of(verdict, Outcome.CLEARED)
    if verdict.override is not None:
        return f"Lifted for this head by {verdict.override.by}: {verdict.override.reason}"
    if cleared:
        what = "AI-written line" if _machine(cleared) else "line that needs it"
        by = names(one.by for judged in cleared for one in judged.cleared)
        return f"Every {what} is reviewed: {counted(length(cleared), 'line')}, by {by}"
    if any(one.kind in _MACHINE for one in verdict.lines):
        return "No AI-written lines that need a review"
    return "No AI-written lines on record"


def _of(verdict: Verdict, outcome: Outcome) -> list[Judged]:
    return [one for one in verdict.lines if one.outcome is outcome]


def _lines(judged: Sequence[Judged]) -> str:
    """Lines that no record ascribes to a machine are not called its own, though they need a review all the same."""
    return counted(length(judged), "AI-written line" if _machine(judged) else "changed line")


def _wait(judged: Sequence[Judged]) -> str:
    return "waits" if length(judged) == 1 else "wait"


def _machine(judged: Iterable[Judged]) -> bool:
    return all(one.kind in _MACHINE for one in judged)
