"""One commit, several pull requests: a check stands on a commit, so it passes only where each of them does.

Whoever shows a verdict writes down its own first, shows, and then looks at the others' again. So of two workers that
show at the same time the last one to show has seen what the other wrote.
"""

from __future__ import annotations

import uuid

from reviewbot.domain.errors import ReviewbotError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckReport, CheckState
from reviewbot.gate.keeper import Keeper, Tell
from reviewbot.gate.report import Other, report_of, state_of
from reviewbot.gate.scene import Scene
from reviewbot.gate.sections import Ways
from reviewbot.policy.verdict import Verdict

_MOST_SHOWN = 5
"""Rounds of showing. Others' verdicts that change faster than that show themselves."""


def show(scene: Scene, verdict: Verdict, keeper: Keeper, still_wanted: Tell) -> CheckReport:
    """Show the verdict on the head, together with those of the other open pull requests that have the same head.

    Raises:
        ReviewbotError: this worker may not, or it could not be shown. Where it was too late the gate looks again.
    """
    ref, head = scene.pull.ref, scene.pull.head
    green, ways = state_of(verdict).lets_merge, Ways(commands=True, overriders=scene.policy.override)
    others = _others(ref, head, keeper, _listed(ref, head, keeper)) if green else ()
    for _ in range(_MOST_SHOWN):
        report = report_of(verdict, others, ways)
        still_wanted("showing the verdict")
        keeper.gate.show(ref, report)
        now = _others(ref, head, keeper, tuple(one.number for one in others)) if green else ()
        if now == others:
            break
        others = now
    if green:
        _make_sure(ref, keeper, still_wanted)
    return report


def wake_others(ref: PullRequestRef, head: str, keeper: Keeper) -> None:
    """Have the gate look again at the other pull requests with this head: they are alone with it by now."""
    for note in keeper.memory.gates.at_head(ref.forge, ref.repository, head):
        if note.ref != ref:
            wake(note.ref, keeper)


def wake(ref: PullRequestRef, keeper: Keeper) -> None:
    """Have the gate look at a pull request."""
    keeper.ask(ref, f"look-{uuid.uuid4()}", {"afresh": True}, keeper.clock())


def _listed(ref: PullRequestRef, head: str, keeper: Keeper) -> tuple[int, ...]:
    """Others that the forge names; we may not have heard of each."""
    return tuple(
        one.number for one in keeper.gate.open_pulls(ref.repository) if one.head == head and one.number != ref.number
    )


def _others(ref: PullRequestRef, head: str, keeper: Keeper, listed: tuple[int, ...]) -> tuple[Other, ...]:
    """The others with what is known of each. One that was not looked at yet keeps the check from passing."""
    known = {
        note.ref.number: note
        for note in keeper.memory.gates.at_head(ref.forge, ref.repository, head)
        if note.ref.number != ref.number
    }
    found = []
    for number in sorted({*known, *listed}):
        note = known.get(number)
        if note is None:
            wake(PullRequestRef(ref.forge, ref.repository, number), keeper)
        state = CheckState.WORKING if note is None or not note.state else CheckState(note.state)
        found.append(Other(number, state, ""))
    return tuple(found)


def _make_sure(ref: PullRequestRef, keeper: Keeper, still_wanted: Tell) -> None:
    """See that we were still the one to show it: a worker that froze for long may show what was true before."""
    try:
        still_wanted("ending")
    except ReviewbotError:
        wake(ref, keeper)
        raise
