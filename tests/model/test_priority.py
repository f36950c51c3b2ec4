"""Commands before reviews: what vLLM is told, and no other server."""

from __future__ import annotations

import json

import pytest

from reviewbot.model.engines import ModelOptions, connect
from tests.model.http_server import Scripted
from tests.model.test_faults import GOOD, MODELS, answer

OTHER = answer({"data": [{"id": "m", "owned_by": "somebody", "max_model_len": 100}]})


@pytest.mark.parametrize(
    ("models", "priority", "told"),
    [(MODELS, 10, 10), (MODELS, 0, 0), (MODELS, None, None), (OTHER, 10, None)],
)
def test_who_is_told_a_priority(models: object, priority: int | None, told: int | None) -> None:
    with Scripted(models, GOOD) as server:  # type: ignore[arg-type]
        completer = connect(server.url, ModelOptions(priority=priority))
        completer.complete("a", "b", max_tokens=4)
        completer.close()
        assert server.requests[-1][1].get("priority") == told
    assert json.dumps(server.requests[-1][1]).count("priority") == (told is not None)
