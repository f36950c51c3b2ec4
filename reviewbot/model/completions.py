"""From a server's answer to choices: everything it was asked to keep to is checked, because some servers ignore it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reviewbot.domain.errors import ModelProtocolError
from reviewbot.model.fim import cut
from reviewbot.model.protocol import Choice, Completions, Usage
from reviewbot.model.wire import CompletionAnswer, CompletionChoice

_COMPLETE = ("stop", "eos_token", "stop_sequence")


def completions(answer: CompletionAnswer, n: int, stops: tuple[str, ...], max_tokens: int) -> Completions:
    """The choices in ``answer``, best first.

    Raises:
        ModelProtocolError: more choices or longer ones than were asked for.
    """
    if len(answer.choices) > n:
        raise ModelProtocolError(
            f"The model server gave {len(answer.choices)} completions where {n} were asked for; update it."
        )
    return joined([Completions(tuple(choice(given, stops, max_tokens) for given in answer.choices), usage(answer))])


def joined(parts: Sequence[Completions]) -> Completions:
    """All choices of several calls, best first by their log-probability a token."""
    choices = [choice for part in parts for choice in part.choices]
    return Completions(
        tuple(sorted(choices, key=_likelihood, reverse=True)), sum((part.usage for part in parts), Usage())
    )


def usage(answer: CompletionAnswer) -> Usage:
    """What a call cost."""
    counts = answer.usage
    return Usage(1, counts.prompt_tokens, counts.completion_tokens) if counts else Usage(1)


def choice(given: CompletionChoice, stops: tuple[str, ...], max_tokens: int) -> Choice:
    """One choice, cut at the first stop string or control token that the server let through.

    Its log-probability is that of the tokens in its text; None where the server gives none.

    Raises:
        ModelProtocolError: it is longer than ``max_tokens``.
    """
    pieces = _pieces(given)
    if len(pieces) > max_tokens + 1:  # the token that ended it may be listed
        raise ModelProtocolError("The model server gave a longer completion than was asked for; update it.")
    shorter = cut(given.text, stops)
    text = given.text if shorter is None else shorter
    inside = _inside(pieces, text)
    whole = Choice(text, None, len(inside), given.finish_reason in _COMPLETE or shorter is not None)
    known = [value for _, value in inside if value is not None]
    return replace(whole, logprob=sum(min(0.0, v) for v in known)) if inside and len(known) == len(inside) else whole


def _pieces(given: CompletionChoice) -> list[tuple[str, float | None]]:
    """The tokens' texts with their log-probabilities, in either dialect."""
    found = given.logprobs
    if found is None:
        return []
    if found.content is not None:
        return [(entry.token, entry.logprob) for entry in found.content]
    if found.tokens is None or found.token_logprobs is None:
        return []
    if len(found.tokens) != len(found.token_logprobs):
        raise ModelProtocolError("The model server gave another number of tokens than of log-probabilities; update it.")
    return list(zip(found.tokens, found.token_logprobs, strict=True))


def _inside(pieces: list[tuple[str, float | None]], text: str) -> list[tuple[str, float | None]]:
    """The pieces that begin inside ``text``: servers list the tokens of the stop string, too."""
    inside, length = [], 0
    for piece in pieces:
        if length >= len(text):
            break
        inside.append(piece)
        length += len(piece[0])
    return inside


def _likelihood(item: Choice) -> float:
    """Log-probability a token, so that a short choice is not better for being short."""
    return item.logprob / max(1, item.tokens) if item.logprob is not None else float("-inf")
