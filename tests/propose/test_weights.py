"""How analysis and model share the say."""

from __future__ import annotations

import math

import pytest

from reviewbot.propose.weights import combined, mean_logprobs


@pytest.mark.parametrize(
    ("priors", "preferences", "first"),
    [
        ((0.9, 0.8), (-1.0, -1.0), 0),  # the model has no opinion
        ((0.8, 0.8), (-1.5, -1.0), 1),  # the analysis has none
        ((0.8, 0.75), (-1.5, -1.0), 1),  # close priors are turned
        ((0.9, 0.5), (-1.5, -1.0), 0),  # far ones are not
        ((0.9, 0.5), (-1.2, -1.0), 0),
        ((0.7, 0.72, 0.6), (-0.5, -1.0, -1.0), 0),
        ((0.8, 0.75), (-math.inf, -5.0), 1),  # impossible to the model
        ((0.8, 0.75), (math.nan, math.nan), 0),  # rubbish is no opinion
        ((0.8, 0.75), (-1.0, math.nan), 0),
    ],
)
def test_who_comes_first(priors: tuple[float, ...], preferences: tuple[float, ...], first: int) -> None:
    scores = combined(priors, preferences)
    assert max(range(len(scores)), key=lambda i: scores[i]) == first
    assert math.isclose(sum(scores), 1)


def test_a_longer_handler_is_no_worse_for_its_length() -> None:
    assert mean_logprobs((-10.0, -20.0), ("x" * 10, "x" * 20)) == (-1.0, -1.0)
    assert mean_logprobs((-1.0,), ("",)) == (-1.0,)


def test_shapes_of_the_arguments() -> None:
    assert combined((), ()) == ()
    assert combined((0.3,), (-4.0,)) == (1.0,)
    with pytest.raises(ValueError, match="for each draft"):
        combined((0.3,), ())
