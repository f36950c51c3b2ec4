"""From what a forge and people said to what the policy is told: the order is what counts."""

from __future__ import annotations

import pytest

from reviewbot.domain.gate import Pushed, Spoken, Word
from reviewbot.gate.telling import pushes_of, reviews_of
from reviewbot.policy.reviews import Said
from reviewbot.store.sign_offs import SignOff

A, B, C, D = ("a" * 40, "b" * 40, "c" * 40, "d" * 40)


def signed(at: float, word: str = "signed-off") -> SignOff:
    return SignOff(f"k{at}", at, "carol", word, A, None, None, "why")


@pytest.mark.parametrize(
    ("spoken", "sign_offs", "order"),
    [
        ([Spoken(1, "bob", Word.APPROVED, A)], [signed(2)], [Said.APPROVED, Said.SIGNED_OFF]),
        ([Spoken(3, "bob", Word.APPROVED, A)], [signed(2)], [Said.SIGNED_OFF, Said.APPROVED]),
        ([Spoken(2, "bob", Word.RETARGETED)], [signed(1)], [Said.SIGNED_OFF, Said.RETARGETED]),
        ([Spoken(2, "bob", Word.RETARGETED)], [signed(2)], [Said.SIGNED_OFF, Said.RETARGETED]),
        ([Spoken(2, "bob", Word.RETARGETED)], [signed(3)], [Said.RETARGETED, Said.SIGNED_OFF]),
        (
            [Spoken(2, "bob", Word.DISMISSED, A), Spoken(2, "bob", Word.APPROVED, A)],
            [],
            [Said.APPROVED, Said.DISMISSED],
        ),
        ([], [signed(1, "overrode"), signed(2, "resolved")], [Said.OVERRODE, Said.RESOLVED]),
    ],
    ids=str,
)
def test_reviews(spoken: list[Spoken], sign_offs: list[SignOff], order: list[Said]):
    assert [one.said for one in reviews_of(spoken, sign_offs)] == order


FIRST, SECOND, THIRD = Pushed(1, "alice", B, A), Pushed(2, "bob", C, B), Pushed(3, "alice", D, C)


@pytest.mark.parametrize(
    ("listed", "delivered", "head", "after"),
    [
        ([FIRST, SECOND], [], C, [B, C]),
        ([FIRST, SECOND], [THIRD], C, [B, C]),  # the forge says that the third is not there
        ([FIRST], [SECOND], C, [B, C]),  # its list lags
        ([], [FIRST, SECOND, THIRD], D, [B, C, D]),
        ([FIRST, THIRD], [SECOND], D, [B, D]),
        ([], [], D, []),
        ([FIRST], [FIRST, SECOND], C, [B, C]),
    ],
    ids=str,
)
def test_pushes(listed: list[Pushed], delivered: list[Pushed], head: str, after: list[str]):
    assert [one.after for one in pushes_of(listed, delivered, head)] == after
