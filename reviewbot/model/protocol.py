"""What the pipeline asks of a code model: to fill a hole, and to rank a few alternatives for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reviewbot.domain.errors import ModelProtocolError


@dataclass(frozen=True)
class Choice:
    """One completion.

    Attributes:
        text: what stands in the hole, without the stop string.
        logprob: the sum of its tokens' natural-log probabilities; None where the engine gives none.
        tokens: how many tokens it has.
        finished: False where it was cut off at ``max_tokens``.
    """

    text: str
    logprob: float | None
    tokens: int
    finished: bool


@dataclass(frozen=True)
class Usage:
    """What a call cost."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True)
class Completions:
    """Choices, best first where log-probabilities are known."""

    choices: tuple[Choice, ...]
    usage: Usage


@dataclass(frozen=True)
class Ranking:
    """Natural-log probability of each alternative, in the order asked."""

    logprobs: tuple[float, ...]
    usage: Usage


class Completer(Protocol):
    """A completion model. Thread-safe; every failure is a ``ModelError``."""

    @property
    def model(self) -> str:
        """The model's name, as shown in evidence."""

    @property
    def context_length(self) -> int:
        """Tokens that prompt and completion may have together."""

    def complete(
        self,
        prefix: str,
        suffix: str,
        *,
        n: int = 1,
        stop: Sequence[str] = (),
        max_tokens: int = 64,
        seed: int = 0,
        temperature: float = 0.0,
    ) -> Completions:
        """Fill the hole between ``prefix`` and ``suffix``; both are trimmed to the model's own context length."""

    def rank(self, prefix: str, suffix: str, alternatives: Sequence[str]) -> Ranking:
        """Score each alternative as the text of the hole."""

    def close(self) -> None:
        """Let connections and memory go. Further calls raise ``ModelUnavailable``."""


class CannotRank(ModelProtocolError):
    """This server completes, but gives no log-probabilities of a given text. Completing still works."""
