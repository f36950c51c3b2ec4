"""Lists of lines in Markdown, for the check and the comment. What strangers wrote is shown, never obeyed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.gate.titles import counted, length
from reviewbot.policy.verdict import Judged, Outcome, Verdict
from reviewbot.publish.prose import code_span, prose

MOST_TEXT = 600
"""Characters of a sentence that are shown; a scanner's message or a model's name may be longer than a page."""

_MOST_PLACES = 40
_ORDER = (Outcome.BLOCKED, Outcome.UNCHECKED, Outcome.WAITING)


@dataclass(frozen=True)
class Entry:
    """One item of a list, safe Markdown, and how many lines of code it speaks of."""

    text: str
    lines: int = 0


@dataclass(frozen=True)
class Group:
    """Lines of which the very same is said."""

    outcome: Outcome
    why: tuple[str, ...]
    who: str
    judged: tuple[Judged, ...]


def groups(verdict: Verdict) -> tuple[Group, ...]:
    """What keeps the verdict from passing, the worst first."""
    found: dict[tuple[Outcome, tuple[str, ...], str], list[Judged]] = {}
    for one in verdict.unreviewed:
        found.setdefault((one.outcome, one.why, one.who), []).append(one)
    made = [Group(outcome, why, who, tuple(judged)) for (outcome, why, who), judged in found.items()]
    return tuple(sorted(made, key=lambda group: _ORDER.index(group.outcome)))


def by_file(judged: Iterable[Judged]) -> list[Entry]:
    """One item a file: its lines."""
    files: dict[str, list[Judged]] = {}
    for one in judged:
        files.setdefault(one.path, []).append(one)
    return [
        Entry(f"{code_span(path)}, {spans([one.lines for one in same])}", length(same)) for path, same in files.items()
    ]


def by_source(judged: Iterable[Judged]) -> list[Entry]:
    """One item for the lines of a file that are known in the same way, and how that is."""
    sources: dict[tuple[str, str], list[Judged]] = {}
    for one in judged:
        sources.setdefault((one.path, one.source), []).append(one)
    return [Entry(f"{_place(path, same)}: {shown(source)}", length(same)) for (path, source), same in sources.items()]


def _place(path: str, judged: Iterable[Judged]) -> str:
    return f"{code_span(path)}, {spans([one.lines for one in judged])}"


def spans(lines: Sequence[LineRange], most: int = _MOST_PLACES) -> str:
    """``line 3``, ``lines 1-4, 9``; neighbours joined, and those beyond ``most`` counted."""
    joined = _joined(lines)
    told = [str(one.start) if len(one) == 1 else f"{one.start}-{one.end}" for one in joined[:most]]
    rest = sum(len(one) for one in joined[most:])
    noun = "line" if sum(len(one) for one in joined) == 1 else "lines"
    return f"{noun} {', '.join(told)}" + (f" and {rest:,} more" if rest else "")


def shown(text: str) -> str:
    """A sentence that holds others' words, safe and not too long."""
    return prose(text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…")


def listed(entries: Sequence[Entry], room: int, noun: str = "entry") -> str:
    """A list no longer than ``room`` characters, cut at an item; the rest is counted, in lines or else as ``noun``."""
    items: list[str] = []
    room -= 100  # for the count
    for at, entry in enumerate(entries):
        room -= len(entry.text) + 3
        if room < 0:
            items.append(f"- … and {_rest(entries[at:], noun)}")
            break
        items.append(f"- {entry.text}")
    return "\n".join(items)


def _rest(entries: Sequence[Entry], noun: str) -> str:
    lines = sum(entry.lines for entry in entries)
    return f"{counted(lines, 'more line')}, not listed here" if lines else counted(len(entries), f"more {noun}")


def _joined(lines: Sequence[LineRange]) -> list[LineRange]:
    joined: list[LineRange] = []
    for one in sorted(lines):
        if joined and one.start <= joined[-1].end + 1:
            joined[-1] = LineRange(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined
