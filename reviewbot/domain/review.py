"""A review: what the pipeline takes and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewbot.domain.suggestion import ProofLevel, Suggestion, Withheld


@dataclass(frozen=True)
class ReviewOptions:
    """What a caller may ask of a review.

    Attributes:
        max_suggestions: at most so many are returned, best first; 0 is no cap.
        min_confidence: suggestions below are not made.
        seconds: after so many no further places are looked at, and the review says so; None is no limit.
        proof: ``REGION`` runs code in the sandbox; ``STATIC`` does not, and every review says so.
        languages: only files in these, by ``Language.name``; None is all.
        floors: by path, what stands there instead of ``min_confidence``.
        hint: what a person said is wrong there; their words, to be believed by nobody.
    """

    max_suggestions: int = 5
    min_confidence: float = 0.5
    proof: ProofLevel = ProofLevel.REGION
    seconds: float | None = None
    languages: tuple[str, ...] | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    hint: str | None = None

    def floor(self, path: str) -> float:
        """The confidence below which nothing is suggested in a file."""
        return self.floors.get(path, self.min_confidence)


@dataclass(frozen=True)
class Stats:
    """What a review cost. ``seconds`` by step: total, checkout, detect, propose, verify, screen."""

    files: int = 0
    changed_lines: int = 0
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Review:
    """The outcome: suggestions best first, what was withheld, how many more there are past the cap, and notes.

    ``notes`` are sentences that every rendering must show, such as a fall-back from the model or a limited proof.
    ``details`` are for the operator alone, since they may name machines inside the network: why the model failed.
    """

    base: str
    head: str
    suggestions: tuple[Suggestion, ...]
    withheld: tuple[Withheld, ...]
    more: int
    notes: tuple[str, ...]
    stats: Stats
    details: tuple[str, ...] = ()
