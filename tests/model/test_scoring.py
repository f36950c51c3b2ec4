from __future__ import annotations

import pytest

from reviewbot.domain.errors import ModelProtocolError
from reviewbot.model import scoring
from reviewbot.model.engines import connect
from reviewbot.model.scoring import Task
from tests.model.toy import Dialect, LlamaDialect, ToyServer


@pytest.mark.parametrize(
    ("prompt", "wholes", "expected"),
    [
        ([1, 2], [[1, 2, 3], [1, 2, 4, 5]], Task((1, 2), ((3,), (4, 5)))),
        # One alternative joins the prompt's last token: both are scored from before it.
        ([1, 2, 9], [[1, 2, 3], [1, 2, 9, 4]], Task((1, 2), ((3,), (9, 4)))),
        # What the alternatives share beyond the prompt is theirs.
        ([1], [[1, 2, 3], [1, 2, 4]], Task((1,), ((2, 3), (2, 4)))),
        ([1, 2], [[1, 2]], Task((1, 2), ((),))),
    ],
)
def test_task(prompt: list[int], wholes: list[list[int]], expected: Task) -> None:
    assert scoring.task(prompt, wholes) == expected


@pytest.mark.parametrize(("prompt", "wholes"), [([1, 2], [[3, 2, 1]]), ([], [[1]])])
def test_tokens_with_nothing_in_common_are_refused(prompt: list[int], wholes: list[list[int]]) -> None:
    with pytest.raises(ModelProtocolError):
        scoring.task(prompt, wholes)


def test_grammar_names_tokens() -> None:
    assert scoring.grammar([7, 12]) == "root ::= <[7]> <[12]>"


@pytest.mark.parametrize(("rest", "done"), [((1, 2, 3), 2), ((1, 2), 2), ((2,), 0), ((), 0), ((1, 3), 1)])
def test_unknown(rest: tuple[int, ...], done: int) -> None:
    assert scoring.unknown({(1,): -1.0, (1, 2): -2.0}, rest) == done


@pytest.mark.parametrize("dialect", [Dialect, LlamaDialect])
def test_values_are_those_of_the_model(dialect: type[Dialect]) -> None:
    alternatives = ["raise Oops", "raise Other(1)", "return", "é"]
    with ToyServer(dialect()) as server:
        completer = connect(server.url)
        found = completer.rank("def f():\n    ", "", alternatives)
        completer.close()
        toy = server.dialect.toy
        shared = toy.encode("def f():\n   ")  # the toy joins the last space with a word
        for value, text in zip(found.logprobs, alternatives, strict=True):
            tokens = toy.encode("def f():\n    " + text)
            expected = sum(v or 0.0 for v in toy.logprobs(tokens)[len(shared) :])
            assert value == pytest.approx(expected)


def test_one_call_on_vllm_and_no_token_twice_on_llama() -> None:
    alternatives = ["raise Oops", "raise Other", "raise Oops", "return"]
    calls = {}
    for dialect in (Dialect(), LlamaDialect()):
        with ToyServer(dialect) as server:
            completer = connect(server.url)
            usage = completer.rank("f:", "", alternatives).usage
            completer.close()
            calls[type(dialect)] = server.posted("/v1/completions")
            assert usage.calls == len(calls[type(dialect)])
    assert len(calls[Dialect]) == 1
    assert len(calls[Dialect][0]["prompt"]) == 4
    # "raise" is scored once; the second "raise Oops" costs nothing.
    assert [body["max_tokens"] for body in calls[LlamaDialect]] == [2, 1, 1]
