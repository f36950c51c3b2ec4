from __future__ import annotations

import pytest

from reviewbot.domain.errors import ConfigError, ModelProtocolError
from reviewbot.model import transformers_engine
from reviewbot.model.in_process import InProcess
from tests.model.toy import CONTEXT, ToyNetwork


def test_cut_at_the_stop_with_the_tokens_before_it() -> None:
    network = ToyNetwork()
    (choice,) = InProcess(network).complete("go", "", stop=["\n"], max_tokens=5).choices
    assert (choice.text, choice.tokens, choice.finished) == (" alpha beta", 2, True)
    values = network.toy.logprobs(network.encode("go alpha beta"))
    assert choice.logprob == pytest.approx(sum(v or 0.0 for v in values[2:]))


def test_prompt_and_completion_stay_in_the_context() -> None:
    network = ToyNetwork()
    InProcess(network).complete("x = 1\n" * 500, "", max_tokens=10)
    assert CONTEXT // 2 < network.longest <= CONTEXT


def test_no_room() -> None:
    with pytest.raises(ModelProtocolError, match="too few"):
        InProcess(ToyNetwork()).complete("a", "", max_tokens=CONTEXT)


def test_family_by_override_frames_the_hole() -> None:
    seen = []

    network = ToyNetwork()
    network.encode = lambda text: seen.append(text) or network.toy.encode(text)
    InProcess(network, "starcoder").complete("P", "S", max_tokens=2)
    assert "<fim_prefix>P<fim_suffix>S<fim_middle>" in seen


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transformers_engine, "find_spec", lambda name: None)
    with pytest.raises(
        ConfigError, match=r"needs torch, transformers, accelerate, gguf; run: pip install 'reviewbot\[tra"
    ):
        transformers_engine.load("x.gguf", threads=1)
