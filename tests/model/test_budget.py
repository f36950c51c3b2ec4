from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.model.budget import estimate, fit, shares, trim


@pytest.mark.parametrize(
    ("prefix", "suffix", "room", "expected"),
    [
        (10, 10, 100, (10, 10)),
        (90, 10, 100, (90, 10)),
        (1000, 1000, 100, (75, 25)),
        (1000, 10, 100, (90, 10)),  # the suffix needs less than its share
        (10, 1000, 100, (10, 90)),  # the prefix needs less than its share
        (1000, 0, 100, (100, 0)),
        (0, 1000, 100, (0, 100)),
        (5, 5, 0, (0, 0)),
    ],
)
def test_shares(prefix: int, suffix: int, room: int, expected: tuple[int, int]) -> None:
    assert shares(prefix, suffix, room) == expected


def words(text: str) -> int:
    return len(text.split())


def test_prefix_loses_its_head_and_suffix_its_tail_by_lines() -> None:
    prefix = "".join(f"p{i} x x x\n" for i in range(100))
    suffix = "".join(f"s{i} x x x\n" for i in range(100))
    before, after = fit(prefix, suffix, 80, words)
    assert prefix.endswith(before)
    assert suffix.startswith(after)
    assert before.startswith("p")
    assert after.endswith("\n")
    assert 48 <= words(before) <= 60
    assert 12 <= words(after) <= 20


def test_line_without_end_is_cut_inside() -> None:
    assert "x" * 40 < trim("x" * 1000, 50, len, head=True) <= "x" * 50
    assert "x" * 40 < trim("x" * 1000, 50, len, head=False) <= "x" * 50


def test_what_fits_in_any_case_is_not_counted() -> None:
    def refuse(text: str) -> int:
        raise AssertionError(text)

    assert fit("é" * 5, "b" * 10, 20, refuse) == ("é" * 5, "b" * 10)


def test_counter_that_never_agrees_leaves_nothing() -> None:
    assert trim("x" * 100, 10, lambda text: 1000, head=True) == ""


@given(st.text(max_size=400), st.text(max_size=400), st.integers(0, 200))
def test_never_over_the_room(prefix: str, suffix: str, room: int) -> None:
    before, after = fit(prefix, suffix, room, lambda text: len(text.encode("utf-8")))
    assert len((before + after).encode()) <= room
    assert prefix.endswith(before)
    assert suffix.startswith(after)


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("ab", 1), ("abc", 2), ("é", 1)])
def test_estimate_rounds_up(text: str, tokens: int) -> None:
    assert estimate(text) == tokens
