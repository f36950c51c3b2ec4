from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.model import starter
from reviewbot.model.engines import ModelOptions, open_completer
from reviewbot.model.protocol import Completer
from reviewbot.model.transformers_engine import load


@pytest.fixture(scope="session")
def gguf() -> Path:
    """The real starter model. `make test` has put it into the cache; without it this fails, it does not skip."""
    return starter.fetch(starter.default_cache())


@pytest.fixture(scope="session")
def embedded(gguf: Path) -> Iterator[Completer]:
    with open_completer(str(gguf), ModelOptions(threads=1, context=256)) as completer:
        assert completer is not None
        yield completer


@pytest.fixture(scope="session")
def transformed(gguf: Path) -> Completer:
    """Asked for only where torch is installed."""
    return load(str(gguf), threads=1, context=256)
