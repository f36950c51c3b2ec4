from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pytest

from reviewbot.domain.errors import ModelUnavailable
from reviewbot.model.engines import connect
from reviewbot.model.in_process import InProcess
from reviewbot.model.protocol import Completer
from tests.model.conformance import CHECKS
from tests.model.toy import Dialect, LlamaDialect, ToyNetwork, ToyServer

# With the `transformers` extra its engine is tested here as well; without, by benchmarks/model_conformance.py.
TORCH = ["transformers"] if find_spec("torch") and find_spec("gguf") else []
NAMES = ["embedded", "vllm", "llama", "in process", *TORCH]


@pytest.fixture(params=NAMES)
def completer(request: pytest.FixtureRequest) -> Iterator[Completer]:
    if request.param == "embedded":
        yield request.getfixturevalue("embedded")
    elif request.param == "transformers":
        yield request.getfixturevalue("transformed")
    elif request.param == "in process":
        yield InProcess(ToyNetwork())
    else:
        with ToyServer(Dialect() if request.param == "vllm" else LlamaDialect()) as server:
            client = connect(server.url)
            yield client
            client.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_completer(completer: Completer, check: Callable[[Completer], None]) -> None:
    check(completer)


@pytest.mark.parametrize("name", ["vllm", "in process"])
def test_closed_completer_refuses(name: str) -> None:
    with ToyServer(Dialect()) as server:
        completer: Completer = connect(server.url) if name == "vllm" else InProcess(ToyNetwork())
        assert completer.complete("a", "b").choices
        completer.close()
        completer.close()
        for call in (lambda: completer.complete("a", "b"), lambda: completer.rank("a", "b", ["c"])):
            with pytest.raises(ModelUnavailable, match="closed"):
                call()
