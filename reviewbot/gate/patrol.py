"""What no webhook told: heads without a verdict, and pull requests on which something happened since.

A forge is asked for its open pull requests now and then. Whatever is new there, or was left half, is looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

from reviewbot.domain.errors import ForgeError, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckState, OpenPull
from reviewbot.gate.keeper import Keeper
from reviewbot.store.gates import GateNote

LOG = logging.getLogger("reviewbot.patrol")

STUCK_SECONDS = 60.0
"""A look that was begun so long ago has died, or its job waits for its forge; another one does no harm."""

AFRESH_SECONDS = 1800.0
"""So often a verdict is come to again though nothing seems new: rights and teams change without a word."""

SETTLED_SECONDS = 10.0
"""So long after the last change a look has to be, to be sure of it: GitHub's times have whole seconds, and what came
later in the same second would not show. Clocks are taken to differ by less; and webhooks tell as well."""

OFF_SECONDS = 86_400.0
"""The same where the gate is off and says nothing: it may have been turned on since."""


def patrol(keeper: Keeper, now: float) -> int:
    """One round over every repository; how many looks were asked for.

    Raises:
        ForgeUnavailable: the forge is down: the rest is left to the next round.
    """
    gates = keeper.memory.gates
    repositories = dict.fromkeys([*keeper.gate.repositories(), *gates.repositories(keeper.gate.name)])
    return sum(_round(repository, keeper, now) for repository in repositories)


def _round(repository: str, keeper: Keeper, now: float) -> int:
    try:
        listed = keeper.gate.open_pulls(repository)
    except ForgeUnavailable:
        raise
    except ForgeError as error:  # one that we may not see any more must not keep us from the others
        LOG.warning("%s was passed over: %s", repository, error)
        return 0
    notes = {note.ref.number: note for note in keeper.memory.gates.of(keeper.gate.name, repository)}
    wanted = to_look_at(listed, notes, now)
    for number, why in wanted.items():
        ref = PullRequestRef(keeper.gate.name, repository, number)
        keeper.ask(ref, f"patrol-{number}-{now:.3f}", {"afresh": why == "old"}, now)
    return len(wanted)


def to_look_at(listed: Sequence[OpenPull], notes: Mapping[int, GateNote], now: float) -> dict[int, str]:
    """The numbers of the pull requests to look at, with the reason in a word. Pure.

    Args:
        listed: that are open now. notes: of those that we believe to be open. now: seconds since the epoch.
    """
    wanted = {one.number: why for one in listed if (why := _reason(one, notes.get(one.number), now)) is not None}
    return wanted | _gone(listed, notes.values())


def _reason(one: OpenPull, note: GateNote | None, now: float) -> str | None:
    if not one.head:
        return None  # the forge is still at its diff
    if note is None or note.head != one.head:
        return "head"
    if note.state == CheckState.WORKING.value:
        return "stuck" if now - note.at > STUCK_SECONDS else None
    if one.updated > note.updated or one.base_branch != note.base_branch:
        return "news"
    if now - note.at > (OFF_SECONDS if _said_nothing(note) else AFRESH_SECONDS):
        return "old"
    return "fresh" if note.at - note.updated < SETTLED_SECONDS else None


def _said_nothing(note: GateNote) -> bool:
    """Whether the gate is off and nobody waits for its word: nothing is shown that could have become wrong."""
    return note.mode == "off" and not note.report


def _gone(listed: Iterable[OpenPull], notes: Iterable[GateNote]) -> dict[int, str]:
    """Closed or merged, and nobody told us."""
    there = {one.number for one in listed}
    return {note.ref.number: "gone" for note in notes if note.open and note.ref.number not in there}
