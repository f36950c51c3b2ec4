"""What records come to: tables."""

from __future__ import annotations

import pytest

from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.policy.provenance.combine import beside, hinted, inherited, kind_of, ordered

A, H, M, U = OriginKind.AI, OriginKind.HUMAN, OriginKind.MIXED, OriginKind.UNKNOWN
HINT, COMMIT, LINE = Strength.HINT, Strength.COMMIT, Strength.LINE


def _claims(*said: tuple[OriginKind, Strength]) -> list[Claim]:
    return [Claim(kind, strength, f"reader {at}") for at, (kind, strength) in enumerate(said)]


KINDS = [
    ([], U),
    ([(A, HINT)], A),
    ([(A, COMMIT)], A),
    ([(H, LINE)], H),
    ([(M, COMMIT)], M),
    ([(A, LINE), (A, LINE)], A),
    ([(A, LINE), (H, LINE)], M),
    ([(A, LINE), (M, LINE)], M),
    ([(H, LINE), (M, LINE)], M),
    # A stronger record of a machine decides over a weaker one of a person.
    ([(A, LINE), (H, COMMIT)], A),
    ([(A, COMMIT), (M, HINT)], A),
    ([(M, LINE), (A, COMMIT)], M),
    # But never the other way round.
    ([(H, LINE), (A, COMMIT)], M),
    ([(H, LINE), (A, HINT)], M),
    ([(H, LINE), (M, HINT)], M),
    ([(H, LINE), (H, COMMIT)], H),
    ([(U, LINE), (A, LINE)], A),
    ([(U, LINE)], U),
]


@pytest.mark.parametrize(("said", "wanted"), KINDS)
def test_kind_of(said: list[tuple[OriginKind, Strength]], wanted: OriginKind) -> None:
    assert kind_of(_claims(*said)) is wanted
    assert kind_of(_claims(*reversed(said))) is wanted


def test_a_human_claim_never_makes_a_machines_line_human() -> None:
    for kind in (A, M):
        for strength in Strength:
            for human in Strength:
                assert kind_of(_claims((kind, strength), (H, human))) in (A, M)


INHERITED = [
    (U, [], U),
    (H, [], H),
    (U, [(True, A)], A),
    (U, [(False, A)], M),
    (U, [(True, M)], M),
    (U, [(False, M)], M),
    (U, [(True, H)], U),
    (U, [(False, U)], U),
    (H, [(True, A)], A),
    (H, [(False, A)], M),
    (H, [(False, H)], H),
    (A, [(True, H)], A),
    (A, [(False, H)], A),
    (M, [(True, A)], M),
    (U, [(True, A), (True, A)], A),
    (U, [(True, A), (False, A)], M),
    (U, [(True, A), (True, U)], A),
]


@pytest.mark.parametrize(("own", "before", "wanted"), INHERITED)
def test_inherited(own: OriginKind, before: list[tuple[bool, OriginKind]], wanted: OriginKind) -> None:
    assert inherited(own, before) is wanted


@pytest.mark.parametrize(
    ("kind", "said", "wanted"),
    [
        (U, A, A),
        (U, M, M),
        (A, A, A),
        (A, M, M),
        (H, A, M),
        (M, A, M),
        (H, H, H),
        (A, H, M),
        (U, None, U),
        (A, None, A),
    ],
)
def test_beside(kind: OriginKind, said: OriginKind | None, wanted: OriginKind) -> None:
    assert beside(kind, _claims((said, LINE)) if said else []) is wanted


@pytest.mark.parametrize(
    ("kind", "said", "wanted"),
    [(U, A, A), (U, M, M), (A, M, A), (H, A, M), (H, M, M), (M, A, M), (H, None, H), (U, None, U)],
)
def test_hinted(kind: OriginKind, said: OriginKind | None, wanted: OriginKind) -> None:
    assert hinted(kind, _claims((said, HINT)) if said else []) is wanted


def test_ordered_is_each_once_the_strongest_first() -> None:
    hint, commit, line = _claims((A, HINT), (A, COMMIT), (H, LINE))
    assert ordered([hint, commit, line, commit]) == (line, commit, hint)
