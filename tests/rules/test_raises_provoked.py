"""What the knowledge says of the standard library really happens: each failure is made to happen."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.knowledge_check import files, resolve
from tests.rules.provoked import ROWS, Row

CALLABLES = {
    name: entry for d in files().values() if d["library"] == "python" for name, entry in d["callables"].items()
}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.name}-{row.exception}" for row in ROWS])
def test_it_raises_exactly_what_is_listed(row: Row, tmp_path: Path) -> None:
    listed = [failure["exception"] for failure in CALLABLES[row.name]["raises"]]
    assert row.exception in listed
    with pytest.raises(resolve(row.exception)) as caught:
        row.provoke(tmp_path)
    assert caught.type is resolve(row.exact or row.exception)


def test_enough_callables_are_tried() -> None:
    assert len({row.name for row in ROWS}) >= 80


def test_no_failure_is_tried_twice() -> None:
    assert len({(row.name, row.exception) for row in ROWS}) == len(ROWS)
