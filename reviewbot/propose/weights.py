"""How the analysis and the model together rank the ways to guard a place: one pure function."""

from __future__ import annotations

import math
from collections.abc import Sequence

MODEL_WEIGHT = 0.35
"""The model's share of the say. At this weight it can turn two drafts whose priors are close, and no others: it knows
how such code usually reads, the analysis knows this function (table in tests/propose/test_weights.py)."""

_FLOOR = 1e-3


def mean_logprobs(logprobs: Sequence[float], texts: Sequence[str]) -> tuple[float, ...]:
    """Log-probability a character, so that a longer handler is not worse for its length alone."""
    return tuple(lp / max(1, len(text)) for lp, text in zip(logprobs, texts, strict=True))


def combined(priors: Sequence[float], preferences: Sequence[float]) -> tuple[float, ...]:
    """Scores, summing to 1, of drafts by analysis and model.

    A weighted geometric mean of two distributions: the priors made to sum to 1, and the model's preferences through
    softmax. A preference that is no number counts as the worst of all.

    Args:
        priors: 0 to 1, of each draft. preferences: the model's mean log-probability of each, natural logarithm.
    """
    if len(priors) != len(preferences):
        raise ValueError("a prior and a preference is needed for each draft")
    if not priors:
        return ()
    model = _softmax(preferences)
    total = sum(max(p, _FLOOR) for p in priors)
    raw = [
        math.exp((1 - MODEL_WEIGHT) * math.log(max(p, _FLOOR) / total) + MODEL_WEIGHT * math.log(max(m, _FLOOR)))
        for p, m in zip(priors, model, strict=True)
    ]
    return tuple(value / sum(raw) for value in raw)


def _softmax(values: Sequence[float]) -> list[float]:
    known = [v for v in values if math.isfinite(v)]
    best = max(known, default=0.0)
    weights = [math.exp(v - best) if math.isfinite(v) else 0.0 for v in values]
    total = sum(weights)
    return [w / total if total else 1 / len(values) for w in weights]
