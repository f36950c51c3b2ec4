"""A ``Completer`` over a network in this process. It knows no torch: the network is handed to it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from reviewbot.domain.errors import ModelProtocolError, ModelUnavailable
from reviewbot.model import budget, scoring
from reviewbot.model.completions import joined
from reviewbot.model.fim import cut, family_of, neutralise
from reviewbot.model.protocol import Choice, Completions, Ranking, Usage


@dataclass(frozen=True)
class Sampling:
    """How to choose tokens. ``temperature`` 0 takes the likeliest; ``stops`` end a sequence."""

    n: int
    stops: tuple[str, ...]
    max_tokens: int
    seed: int
    temperature: float


@dataclass(frozen=True)
class Sequenced:
    """One generated sequence: its tokens without the end of text, their log-probabilities, and whether it ended."""

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    ended: bool


class Network(Protocol):
    """What a completer needs of a loaded model."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def context_length(self) -> int:
        """Tokens of prompt and completion together."""

    def encode(self, text: str) -> list[int]:
        """The text's tokens, with the beginning-of-text token where the model has one."""

    def decode(self, tokens: Sequence[int]) -> str:
        """The tokens' text, control tokens included."""

    def generate(self, prompt: Sequence[int], sampling: Sampling) -> list[Sequenced]:
        """Continuations of ``prompt``."""

    def score(self, shared: Sequence[int], rests: Sequence[Sequence[int]]) -> list[float]:
        """The natural-log probability of each of ``rests`` after ``shared``."""


class InProcess:
    """Completes and ranks with ``network``, one request at a time."""

    def __init__(self, network: Network, family: str | None = None) -> None:
        self._network: Network | None = network
        self._lock = threading.Lock()
        self._name, self._context = network.name, network.context_length
        self._family = family_of(network.name, family)

    @property
    def model(self) -> str:
        """The model's name."""
        return self._name

    @property
    def context_length(self) -> int:
        """Tokens that prompt and completion may have together."""
        return self._context

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
        """Fill the hole; at temperature 0 one choice is given, since all would be equal."""
        stops = (*stop, *self._family.stop)
        with self._lock:
            network = self._open()
            prompt = network.encode(self._prompt(network, prefix, suffix, max_tokens))
            found = network.generate(prompt, Sampling(n if temperature else 1, stops, max_tokens, seed, temperature))
            choices = tuple(_choice(network, sequence, stops) for sequence in found)
        used = Usage(1, len(prompt), sum(len(sequence.tokens) for sequence in found))
        return joined([Completions(choices, used)])

    def rank(self, prefix: str, suffix: str, alternatives: Sequence[str]) -> Ranking:
        """Score each alternative exactly, by a forward pass over its tokens."""
        texts = [neutralise(alternative) for alternative in alternatives]
        if not texts:
            return Ranking((), Usage())
        room = max(len(text.encode("utf-8")) for text in texts)  # a token has one byte at least
        with self._lock:
            network = self._open()
            prompt = self._prompt(network, prefix, suffix, min(room, self._context // 2))
            job = scoring.task(network.encode(prompt), [network.encode(prompt + text) for text in texts])
            values = network.score(job.shared, job.rests)
        return Ranking(tuple(values), Usage(1, len(job.shared) + sum(len(rest) for rest in job.rests), 0))

    def close(self) -> None:
        """Let the model's memory go."""
        with self._lock:
            self._network = None

    def _open(self) -> Network:
        if self._network is None:
            raise ModelUnavailable(f"{self._name} was closed; open it again.")
        return self._network

    def _prompt(self, network: Network, prefix: str, suffix: str, reserved: int) -> str:
        room = self._context - reserved - budget.FRAME_TOKENS
        if room < 1:
            raise ModelProtocolError(
                f"{self._name} has a context of {self._context} tokens, too few for {reserved} more."
            )
        tail = neutralise(suffix) if self._family.fills else ""
        sides = budget.fit(neutralise(prefix), tail, room, lambda text: len(network.encode(text)))
        return self._family.frame(*sides)


def _choice(network: Network, sequence: Sequenced, stops: tuple[str, ...]) -> Choice:
    """The sequence as a choice: cut at the first stop string or control token, with the tokens that begin before it."""
    whole = network.decode(sequence.tokens)
    shorter = cut(whole, stops)
    text = whole if shorter is None else shorter
    count = next(
        (i for i in range(len(sequence.tokens)) if len(network.decode(sequence.tokens[:i])) >= len(text)), None
    )
    used = len(sequence.tokens) if count is None else count
    made = Choice(text, None, used, sequence.ended or shorter is not None)
    return replace(made, logprob=sum(sequence.logprobs[:used])) if used else made
