"""Ranking, engine apart: which tokens of each alternative count, and what the answers say about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from reviewbot.domain.errors import ModelProtocolError
from reviewbot.model.protocol import CannotRank
from reviewbot.model.wire import CompletionChoice

Tokens = tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """What is to be scored.

    A tokenizer may join the end of a prompt with the start of what follows (``return`` + `` None``), and may do so for
    one alternative and not for another. So every alternative is tokenized together with its prompt, and scored from the
    first token at which any of them leaves the prompt's own tokens: all are then conditional on the same tokens.

    Attributes:
        shared: the tokens that all alternatives are conditional on; never empty.
        rests: the tokens of each alternative from there on.
    """

    shared: Tokens
    rests: tuple[Tokens, ...]


def task(prompt: Sequence[int], wholes: Sequence[Sequence[int]]) -> Task:
    """The task of scoring alternatives.

    Args:
        prompt: tokens of the prompt alone. wholes: of the prompt with each alternative.

    Raises:
        ModelProtocolError: the tokens have nothing in common, so that they cannot be those of the texts.
    """
    common = min((_agree(prompt, whole) for whole in wholes), default=len(prompt))
    # An empty alternative has no token of its own: it is scored 0, certain, by nothing after the prompt.
    if common < 1:
        raise ModelProtocolError(
            "The model server's tokenizer gave tokens that do not begin alike for one prompt; see its log."
        )
    return Task(tuple(prompt[:common]), tuple(tuple(whole[common:]) for whole in wholes))


def _agree(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def grammar(tokens: Sequence[int]) -> str:
    """A llama.cpp grammar that allows exactly these tokens (GBNF token literals, llama.cpp grammars/README.md)."""
    return "root ::= " + " ".join(f"<[{token}]>" for token in tokens)


def forced(choice: CompletionChoice, tokens: Sequence[int]) -> tuple[float, ...]:
    """Log-probabilities of tokens that a grammar forced on llama.cpp, which reports those from before the grammar.

    Raises:
        CannotRank: other tokens came back, so the grammar was not obeyed.
    """
    content = choice.logprobs.content if choice.logprobs else None
    if content is None or tuple(entry.id for entry in content) != tuple(tokens):
        raise CannotRank(
            "The model server did not keep to the tokens it was given, so nothing can be ranked; update it."
        )
    return tuple(min(0.0, entry.logprob) for entry in content)


def echoed(choice: CompletionChoice, whole: Tokens, shared: int) -> float:
    """The log-probability of ``whole[shared:]`` in an echoed prompt of the tokens ``whole``.

    Raises:
        CannotRank: there is not one number for each token, so the prompt was not echoed.
    """
    values = choice.logprobs.token_logprobs if choice.logprobs else None
    if values is None or len(values) != len(whole) or any(value is None for value in values[shared:]):
        raise CannotRank("The model server did not give one log-probability a token of its prompt; update it.")
    return sum(min(0.0, value) for value in values[shared:] if value is not None)


def unknown(known: Mapping[Tokens, float], rest: Tokens) -> int:
    """How many tokens of ``rest`` from its start are scored already (alternatives often begin alike)."""
    return next((n for n in range(len(rest)) if rest[: n + 1] not in known), len(rest))
