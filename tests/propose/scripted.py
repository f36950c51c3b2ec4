"""A completer that answers from a script and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reviewbot.domain.errors import ModelUnavailable
from reviewbot.model.protocol import CannotRank, Choice, Completions, Ranking, Usage


@dataclass
class Scripted:
    """Implements ``Completer``."""

    texts: Sequence[tuple[str, float | None]] = ()
    logprobs: Sequence[float] | None = None
    finished: bool = True
    context_length: int = 4096
    model: str = "scripted"
    down: bool = False
    completed: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)
    ranked: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def complete(
        self, prefix: str, suffix: str, *, n: int = 1, stop: Sequence[str] = (), max_tokens: int = 64,
        seed: int = 0, temperature: float = 0.0,
    ) -> Completions:  # fmt: skip
        if self.down:
            raise ModelUnavailable("The model server is down; start it.")
        self.completed.append((prefix, suffix, {"n": n, "stop": tuple(stop), "max_tokens": max_tokens, "seed": seed}))
        choices = tuple(Choice(text, logprob, 4, self.finished) for text, logprob in self.texts)
        return Completions(choices, Usage(1, 100, 10))

    def rank(self, prefix: str, suffix: str, alternatives: Sequence[str]) -> Ranking:
        self.ranked.append((prefix, suffix, tuple(alternatives)))
        if self.logprobs is None:
            raise CannotRank("This server cannot rank; use another.")
        return Ranking(tuple(self.logprobs[: len(alternatives)]), Usage(1, 50, 0))

    def close(self) -> None:
        pass
