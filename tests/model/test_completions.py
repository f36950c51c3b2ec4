from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from reviewbot.domain.errors import ModelProtocolError
from reviewbot.model.completions import choice, completions
from reviewbot.model.protocol import Usage
from reviewbot.model.wire import CompletionAnswer, CompletionChoice


def given(text: str, words: list[str], values: list[float | None], reason: str = "stop", llama: bool = False) -> Any:
    logprobs: dict[str, Any] = {"tokens": words, "token_logprobs": values}
    if llama:
        logprobs = {"content": [{"token": w, "logprob": v} for w, v in zip(words, values, strict=True)]}
    made = {"index": 0, "text": text, "finish_reason": reason, "logprobs": logprobs}
    return CompletionChoice.model_validate(made)


@pytest.mark.parametrize("llama", [False, True])
def test_counts_the_tokens_of_the_text_alone(llama: bool) -> None:
    """The token that completed the stop string is listed, but is no part of the text."""
    found = choice(given("a b", ["a", " b", "\n"], [-1.0, -2.0, -4.0], llama=llama), ("\n",), 8)
    assert (found.text, found.tokens, found.logprob, found.finished) == ("a b", 2, -3.0, True)


def test_cuts_where_the_server_ignored_the_stop() -> None:
    found = choice(given("a\nb", ["a", "\n", "b"], [-1.0, -2.0, -4.0], "length"), ("\n",), 8)
    assert (found.text, found.tokens, found.logprob, found.finished) == ("a", 1, -1.0, True)


def test_cuts_at_control_tokens() -> None:
    found = choice(given("a<|endoftext|>b", ["a", "<|endoftext|>", "b"], [-1.0, -2.0, -4.0], "length"), (), 8)
    assert (found.text, found.tokens) == ("a", 1)


@pytest.mark.parametrize("reason", ["length", "abort", "content_filter"])
def test_unfinished(reason: str) -> None:
    assert not choice(given("a", ["a"], [-1.0], reason), (), 8).finished


def test_without_log_probabilities_there_is_none() -> None:
    bare = CompletionChoice.model_validate({"index": 0, "text": "a", "finish_reason": "stop"})
    assert choice(bare, (), 8).logprob is None
    assert choice(given("ab", ["a", "b"], [None, -1.0]), (), 8).logprob is None


def test_longer_than_asked_is_refused() -> None:
    with pytest.raises(ModelProtocolError, match="longer"):
        choice(given("abcd", ["a", "b", "c", "d"], [-1.0] * 4), (), 2)


def test_unequal_lists_are_refused() -> None:
    with pytest.raises(ModelProtocolError, match="another number"):
        choice(given("ab", ["a", "b"], [-1.0]), (), 8)


def test_best_first_by_log_probability_a_token() -> None:
    raw = [given("short", ["short"], [-2.0]), given("a b c", ["a", " b", " c"], [-1.0, -1.0, -1.0])]
    bare = CompletionChoice.model_validate({"index": 2, "text": "x", "finish_reason": "stop"})
    found = completions(CompletionAnswer(choices=[bare, *raw]), 3, (), 8)
    assert [c.text for c in found.choices] == ["a b c", "short", "x"]
    assert found.usage == Usage(1)


def test_more_than_asked_is_refused() -> None:
    with pytest.raises(ModelProtocolError, match="2 completions where 1"):
        completions(CompletionAnswer(choices=[given("a", ["a"], [-1.0])] * 2), 1, (), 8)


@pytest.mark.parametrize(
    "broken",
    [
        {"choices": []},
        {"choices": [{"index": 0, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "text": 3, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "text": None, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "text": "a", "finish_reason": "because"}]},
        {"choices": [{"index": -1, "text": "a", "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "text": "a", "finish_reason": "stop", "logprobs": {"token_logprobs": [0.5]}}]},
        {"choices": [{"index": 0, "text": "a", "finish_reason": "stop", "logprobs": {"token_logprobs": ["x"]}}]},
        {"choices": [{"index": 0, "text": "a", "finish_reason": "stop"}], "usage": {"prompt_tokens": -1}},
        {"error": "no"},
        [],
    ],
)
def test_schema_refuses(broken: object) -> None:
    with pytest.raises(ValidationError):
        CompletionAnswer.model_validate(broken)


def test_rounding_over_zero_counts_as_zero() -> None:
    assert choice(given("a", ["a"], [0.0005]), (), 8).logprob == 0.0
