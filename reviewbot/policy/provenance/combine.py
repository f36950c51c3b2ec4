"""What several records of one line come to.

A claim "human" never beats another record's claim that a machine had a part in it, however far that record is from the
line: such a claim costs its forger one line in a note that anyone may push, and a person who really typed the line in
a machine's commit loses nothing but a second look. Together they are ``MIXED``: the records say both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.domain.provenance import Claim, OriginKind, Strength

_AI, _HUMAN, _MIXED, _UNKNOWN = OriginKind.AI, OriginKind.HUMAN, OriginKind.MIXED, OriginKind.UNKNOWN
MACHINE = frozenset({OriginKind.AI, OriginKind.MIXED})
"""A machine had a part in it."""


def kind_of(claims: Sequence[Claim]) -> OriginKind:
    """What the claims of one line come to: the strongest decide; equally strong ones that disagree are ``MIXED``."""
    if not claims:
        return _UNKNOWN
    top = max(claim.strength for claim in claims)
    kinds = {claim.kind for claim in claims if claim.strength == top and claim.kind is not _UNKNOWN}
    if kinds == {_HUMAN}:
        return _MIXED if any(claim.kind in MACHINE for claim in claims) else _HUMAN
    return next(iter(kinds)) if len(kinds) == 1 else (_MIXED if kinds else _UNKNOWN)


def inherited(own: OriginKind, before: Iterable[tuple[bool, OriginKind]]) -> OriginKind:
    """What a line is that stands for older ones.

    Args:
        own: what the records of the commit that brought it come to.
        before: of each older line whether it has the same text (white space aside), and what it was.
    """
    if own in MACHINE:
        return own
    found = {kind if same else _MIXED for same, kind in before if kind in MACHINE}
    return own if not found else (_AI if found == {_AI} else _MIXED)


def beside(kind: OriginKind, claims: Sequence[Claim]) -> OriginKind:
    """What a line is of which history says ``kind``, and records of the head's own text say ``claims``."""
    said = kind_of(claims)
    if _UNKNOWN in (kind, said):
        return said if kind is _UNKNOWN else kind
    return kind if kind is said else _MIXED


def hinted(kind: OriginKind, hints: Sequence[Claim]) -> OriginKind:
    """What a line is of which all else says ``kind``: hints decide where nothing else does, and doubt a human."""
    said = kind_of(hints)
    if kind is _UNKNOWN:
        return said
    return _MIXED if kind is _HUMAN and said in MACHINE else kind


def ordered(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Each claim once, the strongest first."""
    return tuple(sorted(dict.fromkeys(claims), key=lambda claim: -claim.strength))


def near(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Those that speak of the commit or of the line."""
    return tuple(claim for claim in claims if claim.strength > Strength.HINT)


def hints(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Those that are no more than hints."""
    return tuple(claim for claim in claims if claim.strength is Strength.HINT)
