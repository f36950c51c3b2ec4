"""What all that is recorded of a line, and of the lines that it stands for, comes to."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.provenance import Claim, OriginKind
from reviewbot.policy.provenance.combine import MACHINE, inherited, kind_of, near, ordered
from reviewbot.policy.provenance.evidence import Evidence
from reviewbot.policy.provenance.walk import Spot, Walked


@dataclass(frozen=True)
class Known:
    """What history says of a line.

    Attributes:
        commit: that brought it; empty where that could not be found out.
        kind: by all claims that are more than hints. claims: all of them, the strongest first.
    """

    commit: str
    kind: OriginKind
    claims: tuple[Claim, ...]


NOTHING = Known("", OriginKind.UNKNOWN, ())


class Settled:
    """History's word on each line that was followed.

    Args:
        walked: the lines. evidence: holds the records of all commits in it.
    """

    def __init__(self, walked: Walked, evidence: Evidence) -> None:
        self._walked, self._evidence = walked, evidence
        self._known: dict[Spot, Known] = {}
        self._same: dict[tuple[Claim, ...], tuple[Claim, ...]] = {}
        for spot in reversed(walked.before):  # the walk goes from children to parents
            self._known[spot] = self._settle(spot)

    def slot(self, slot: int) -> Known:
        """What is known of the line of a slot."""
        spot = self._walked.spots[slot]
        if spot is None:
            return NOTHING
        if spot not in self._known:
            self._known[spot] = self._settle(spot)
        return self._known[spot]

    def _settle(self, spot: Spot) -> Known:
        own = self._evidence.of(spot)
        kind = kind_of(near(own))
        earlier = [(same, self.slot(slot)) for same, slot in self._walked.before.get(spot, ())]
        claims = list(own)
        if kind not in MACHINE:
            claims += [claim for _, one in earlier if one.kind in MACHINE for claim in one.claims]
        settled = ordered(claims)
        kind = inherited(kind, [(same, one.kind) for same, one in earlier])
        return Known(spot[0], kind, self._same.setdefault(settled, settled))
