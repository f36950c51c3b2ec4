"""``pytest tests/gate/random --seed 17`` plays one sequence again, on both forges."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=None, help="play the random sequence with this number alone")
