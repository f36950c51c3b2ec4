"""The gate's one comment in the conversation, and the text of its thread. Pure.

Both are Markdown in which everything that strangers wrote is shown and never obeyed.
"""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.gate import CheckReport
from reviewbot.gate import sections
from reviewbot.gate.entries import Entry, by_file, by_source, listed, shown, spans
from reviewbot.gate.sections import Ways
from reviewbot.gate.titles import title_of
from reviewbot.policy.verdict import Outcome, State, Verdict
from reviewbot.publish import markers
from reviewbot.publish.prose import code_span
from reviewbot.publish.render import folded
from reviewbot.repo_config.ai import Mode

MOST_CHARACTERS = 60_000
"""Of a comment; GitHub takes 65,536."""

_MARKER, _HOLD = "gate", "gate-hold"
_WAIT = "These lines wait for a human review:"
_COUNTED = ", also those that are only counted here"
_MOST_EVIDENCE = 20_000
_REVIEWED = frozenset({Outcome.CLEARED, Outcome.OVERRIDDEN})


def is_gate_comment(body: str) -> bool:
    """Whether a comment, which must be the bot's own, is the gate's."""
    return _MARKER in markers.read_one(body)


def comment_of(
    verdict: Verdict,
    report: CheckReport,
    *,
    exists: bool,
    can_hold: bool,
    commands: bool = False,
    overriders: Sequence[str] = (),
) -> str | None:
    """What the comment says; None where there is nothing to say.

    Args:
        report: what the check says, which the comment never contradicts. exists: whether the comment stands already.
        can_hold: whether a thread of ours can block the merge. commands: whether ``/seed reviewed`` and
            ``/seed override`` are understood. overriders: logins that the policy lets lift the gate.
    """
    if not exists and not _worth_saying(verdict):
        return None
    ways = Ways(can_hold and verdict.mode is Mode.ENFORCE, commands, overriders)
    body = sections.reviewed(verdict) if verdict.state is State.PASS else _held(verdict, ways)
    return "\n\n".join(part for part in (_first(verdict, report), body, markers.write([_MARKER])) if part)


def hold_text(places: Sequence[tuple[str, LineRange]]) -> str:
    """What a thread says that holds the merge back.

    Args:
        places: the lines that whoever resolves it signs off; none where something else holds the merge back.
    """
    marker = markers.write([_HOLD])
    if not places:
        return (
            "The gate's comment says what holds this merge back. Resolving this thread signs nothing off; the gate "
            f"does it by itself once that is mended.\n\n{marker}"
        )
    files: dict[str, list[LineRange]] = {}
    for path, lines in places:
        files.setdefault(path, []).append(lines)
    entries = [_whole(path, lines) for path, lines in files.items()]
    items = listed(entries, MOST_CHARACTERS - 1_000)
    also = _COUNTED if items.rpartition("\n")[2].startswith("- …") else ""
    end = f"Resolving this thread signs off exactly these lines, as they are now{also}."
    return f"{_WAIT}\n\n{items}\n\n{end} It counts from a person who may review them.\n\n{marker}"


def _whole(path: str, lines: Sequence[LineRange]) -> Entry:
    """A file with each of its lines, however many: what is signed off is not only counted."""
    return Entry(f"{code_span(path)}, {spans(lines, len(lines))}", sum(map(len, lines)))


def _worth_saying(verdict: Verdict) -> bool:
    return verdict.state is not State.PASS or any(one.outcome in _REVIEWED for one in verdict.lines)


def _first(verdict: Verdict, report: CheckReport) -> str:
    """What the check says, but in full where its title had no room."""
    if report.title == title_of(verdict):
        if verdict.state is State.PASS and verdict.override is not None:
            return sections.lifted(verdict)
        if verdict.state is State.ERROR:
            return f"**Not decided at {sections.commit_name(verdict.head)}: something could not be checked.**"
    return f"**{shown(report.title)}** at {sections.commit_name(verdict.head)}."


def _held(verdict: Verdict, ways: Ways) -> str:
    report = verdict.mode is Mode.REPORT
    before = [
        "The policy's mode is `report`: this is told, and nothing is blocked." if report else "",
        sections.problems(verdict),
    ]
    after = [
        sections.lifted(verdict),
        sections.reviewed(verdict),
        sections.clears(verdict, ways),
        _evidence(verdict),
        sections.notes(verdict),
    ]
    room = MOST_CHARACTERS - 1_000 - sum(len(part) + 2 for part in (*before, *after))
    return "\n\n".join(part for part in (*before, sections.held(verdict, by_file, room), *after) if part)


def _evidence(verdict: Verdict) -> str:
    entries = by_source(verdict.unreviewed)
    return folded("How it is known", listed(entries, _MOST_EVIDENCE)) if entries else ""
