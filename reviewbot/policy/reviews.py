"""What people said about a change, and which of it still stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.change import LineRange
from reviewbot.policy.people import Identities


class Said(StrEnum):
    """What a person did."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    DISMISSED = "dismissed"
    """An approval, or a request for changes, that somebody took back."""
    COMMENTED = "commented"
    SIGNED_OFF = "signed-off"
    """``/seed reviewed``: these lines, this file, or all that was there."""
    RESOLVED = "resolved"
    """The gate's own thread on these lines."""
    OVERRODE = "overrode"
    """The gate, for this head, with a reason."""
    RETARGETED = "retargeted"
    """The pull request, to another base: what was approved was another change. Nobody's word from before it counts."""


@dataclass(frozen=True)
class Review:
    """One thing that a person said.

    Attributes:
        by: the login. said: what.
        commit: the head at which; an empty text where nobody knows, which counts for nothing.
        path, lines: what of that head is meant, for a sign-off and a thread; None is everything.
        reason: of an override.
    """

    by: str
    said: Said
    commit: str = ""
    path: str | None = None
    lines: LineRange | None = None
    reason: str = ""


_SPEAKS_FOR = frozenset({Said.APPROVED, Said.SIGNED_OFF, Said.RESOLVED, Said.OVERRODE})
_TAKES_BACK = frozenset({Said.CHANGES_REQUESTED, Said.DISMISSED})


@dataclass(frozen=True)
class Lapsed:
    """A word that does not stand any more, and why, as the end of a sentence."""

    review: Review
    why: str


def standing(reviews: Iterable[Review], identities: Identities) -> tuple[tuple[Review, ...], tuple[Lapsed, ...]]:
    """What still speaks for the change, and what does no more.

    Whoever requests changes, or whose review is dismissed, has said nothing for it before. Several approvals of one
    person stand side by side, each for the head it was given on.

    Args:
        reviews: oldest first. What different people said may stand in any order, but for a change of the base.
    """
    stands: list[Review] = []
    lapsed: list[Lapsed] = []
    for review in reviews:
        if review.said is Said.RETARGETED:
            lapsed += [Lapsed(one, "the base branch was another then") for one in stands]
            stands = []
        elif review.said in _TAKES_BACK:
            why = "it was dismissed" if review.said is Said.DISMISSED else f"{review.by} has requested changes since"
            person = identities.of(review.by)
            lapsed += [Lapsed(one, why) for one in stands if identities.of(one.by) == person]
            stands = [one for one in stands if identities.of(one.by) != person]
        elif review.said in _SPEAKS_FOR and review.commit:
            stands.append(review)
        elif review.said in _SPEAKS_FOR:
            lapsed.append(Lapsed(review, "nobody knows which head it was given on"))
    return tuple(stands), tuple(lapsed)
