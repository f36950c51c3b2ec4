from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.stack import Stack


@pytest.fixture
def make_stack(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    with ExitStack() as closing:

        def make(**settings: object) -> Stack:
            stack = Stack(tmp_path, **settings)
            closing.callback(stack.close)
            stack.start_broker()
            return stack

        yield make
