from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from reviewbot.domain.errors import ConfigError, ModelProtocolError, ModelUnavailable
from reviewbot.model import engines, starter, transformers_engine
from reviewbot.model.engines import ModelOptions, connect, open_completer
from reviewbot.model.in_process import InProcess
from reviewbot.model.protocol import Completer
from reviewbot.model.transport import Limits
from tests.model.toy import Dialect, ToyNetwork, ToyServer


def test_none_is_no_model() -> None:
    with open_completer("none") as completer:
        assert completer is None


@pytest.mark.parametrize(
    "spec", ["", "non", "Starter", "/no/such/folder", "hub:one-word", "model.bin", "localhost:8000"]
)
def test_typo_lists_what_is_allowed(spec: str) -> None:
    with (
        pytest.raises(ConfigError, match="names no model; use none, starter, the folder") as caught,
        open_completer(spec),
    ):
        raise AssertionError
    assert "http://127.0.0.1:8000/v1" in str(caught.value)


def test_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names no model"), open_completer(str(tmp_path)):
        raise AssertionError


def test_server_is_not_asked_before_it_is_used_and_closed_after() -> None:
    with ToyServer(Dialect()) as server:
        with open_completer(f"{server.url}#toy", ModelOptions(family="plain")) as completer:
            assert completer is not None
            assert completer.model == "toy"
        with pytest.raises(ModelUnavailable, match="closed"):
            completer.complete("a", "b")
    with open_completer("http://127.0.0.1:9/v1") as completer:
        assert completer is not None


def test_model_that_is_not_served() -> None:
    with ToyServer(Dialect()) as server, open_completer(f"{server.url}#a%2Fb") as completer:
        assert completer is not None
        with pytest.raises(ModelProtocolError, match="has no model 'a/b'; it serves toy"):
            _ = completer.model


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sources: list[str] = []

    def load(source: str, **_: object) -> InProcess:
        sources.append(source)
        return InProcess(ToyNetwork())

    monkeypatch.setattr(transformers_engine, "load", load)
    return sources


def test_folder_and_hub_id_go_to_transformers(loaded: list[str], tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    for spec in (str(tmp_path), "hub:ByteDance-Seed/Seed-Coder-8B-Base"):
        with open_completer(spec) as completer:
            assert completer is not None
    assert loaded == [str(tmp_path), "ByteDance-Seed/Seed-Coder-8B-Base"]


def test_gguf_file_and_starter_are_embedded(gguf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(starter, "fetch", lambda cache: asked.append(cache) or gguf)
    with open_completer("starter", ModelOptions(cache=tmp_path, threads=1, parallel=1, context=64)) as completer:
        assert completer is not None
        assert completer.context_length == 256  # llama.cpp gives a slot 256 tokens at least
        assert completer.complete("a = ", "", max_tokens=1).choices
    assert asked == [tmp_path]
    with pytest.raises(ModelUnavailable):
        completer.complete("a", "b")


def test_every_completer_has_the_protocol_s_signatures() -> None:
    for kind in (engines.OpenAIServer, InProcess):
        for name in ("complete", "rank", "close"):
            ours, asked = (inspect.signature(getattr(cls, name)) for cls in (kind, Completer))
            assert ours == asked


def test_options_reach_the_connection() -> None:
    completer = connect("http://127.0.0.1:9/v1#x", ModelOptions(limits=Limits(parallel=3), family="granite"))
    assert completer._client._transport._places._initial_value == 3
    completer.close()
