"""The gate's one comment in the conversation, and the text of a thread that holds a merge back. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.gate import CheckReport
from reviewbot.gate.entries import Entry, by_file, listed, shown, spans
from reviewbot.gate.report import summary_of
from reviewbot.gate.titles import names
from reviewbot.policy.verdict import Judged, Outcome, State, Verdict
from reviewbot.publish import markers
from reviewbot.publish.prose import code_span
from reviewbot.repo_config.ai import Mode

MARKER = "gate"
HOLD = "gate-hold"
_ROOM = 20_000  # characters of a list


def is_gate_comment(body: str) -> bool:
    """Whether a comment, which must be our own, is the gate's."""
    return MARKER in markers.read_one(body)


def comment_of(verdict: Verdict, report: CheckReport, *, exists: bool, can_hold: bool) -> str | None:
    """The comment; None where there is nothing to say and nothing was said before.

    Args:
        exists: whether the comment stands already. can_hold: whether resolving a thread signs lines off here.
    """
    cleared = [one for one in verdict.lines if one.outcome in (Outcome.CLEARED, Outcome.OVERRIDDEN)]
    if not (exists or cleared or verdict.unreviewed or verdict.problems):
        return None
    parts = [f"**{shown(report.title)}**"]
    if verdict.mode is not Mode.OFF and verdict.state is not State.PASS:
        parts += [listed(by_file(verdict.unreviewed), _ROOM), _clearing(verdict, can_hold=can_hold)]
        parts.append(f"<details><summary>Line by line</summary>\n\n{summary_of(verdict)[:_ROOM]}\n\n</details>")
    elif cleared:
        parts.append(listed(_reviewed(cleared), _ROOM))
    return "\n\n".join([*filter(None, parts), markers.write([MARKER])])


def hold_text(places: Sequence[tuple[str, LineRange]]) -> str:
    """What stands in a thread that holds the merge back."""
    if not places:
        said = "The merge waits: something could not be checked. The gate resolves this thread itself."
        return f"{said}\n\n{markers.write([HOLD])}"
    files: dict[str, list[LineRange]] = {}
    for path, lines in places:
        files.setdefault(path, []).append(lines)
    entries = [Entry(f"{code_span(path)}, {spans(lines)}", sum(map(len, lines))) for path, lines in files.items()]
    said = "These lines wait for a human review. Whoever resolves this thread says that they have reviewed them:"
    return f"{said}\n\n{listed(entries, _ROOM)}\n\n{markers.write([HOLD])}"


def _clearing(verdict: Verdict, *, can_hold: bool) -> str:
    """What clears it, for whoever may."""
    if not any(one.outcome is Outcome.WAITING for one in verdict.lines):
        return ""
    ways = "approve, or resolve the gate's thread" if can_hold else "approve"
    return f"Somebody who may write here and has no part in these lines clears them: {ways}."


def _reviewed(cleared: Sequence[Judged]) -> list[Entry]:
    """Who reviewed what, and at which commit."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], list[LineRange]] = {}
    for one in cleared:
        who = tuple((each.by, each.commit[:7]) for each in one.cleared)
        found.setdefault((one.path, who), []).append(one.lines)
    return [
        Entry(f"{code_span(path)}, {spans(lines)}: {_by(who)}", sum(map(len, lines)))
        for (path, who), lines in found.items()
    ]


def _by(who: tuple[tuple[str, str], ...]) -> str:
    if not who:
        return "lifted"
    at = ", ".join(dict.fromkeys(code_span(commit) for _, commit in who))
    return f"{shown(names(by for by, _ in who))} at {at}"
