"""What the knowledge says really happens: each failure is made to happen, and compared with entry and record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.provoked import ROWS, Row, harness, record
from tests.rules.provoked.harness import NotProvokedError, Seen, see
from tests.rules.provoked.record import LIBRARIES, disagreement, key

RECORD = record.read()
SEEN = RECORD["seen"]


@pytest.mark.parametrize("row", ROWS, ids=key)
def test_knowledge_and_record_agree_with_what_is_seen(row: Row, tmp_path: Path) -> None:
    seen = see(row, tmp_path)
    assert disagreement(row, seen) is None
    if RECORD["python"] == record.PYTHON:
        assert (seen.raised, seen.call) == (SEEN[key(row)]["raised"], SEEN[key(row)]["call"])


def test_the_record_holds_the_rows_and_nothing_else() -> None:
    assert set(SEEN) == {key(row) for row in ROWS}


def test_enough_callables_are_tried() -> None:
    names = {row.name for row in ROWS}
    assert len([name for name in names if LIBRARIES[name] == "python"]) >= 300
    assert RECORD["callables"] == len(names)


def test_no_failure_is_tried_twice() -> None:
    assert len({key(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row("int", "ValueError", lambda _: int("1")), "raised nothing"),
        (Row("json.loads", "json.JSONDecodeError", lambda _: int("x")), "did not raise it"),
        (Row("list[]", "IndexError", lambda _: [].pop()), "did not raise it"),
    ],
)
def test_a_row_that_shows_nothing_is_refused(row: Row, says: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(harness, "HERE", Path(__file__).parent)
    with pytest.raises(NotProvokedError, match=says):
        see(row, tmp_path)


@pytest.mark.parametrize(
    ("exception", "raised", "bases", "says"),
    [
        ("FileNotFoundError", "FileNotFoundError", ("OSError",), None),
        ("PermissionError", "FileNotFoundError", ("OSError",), "lists PermissionError, but FileNotFoundError was seen"),
        ("OSError", "FileNotFoundError", ("OSError",), "does not list OSError"),
        ("KeyError", "KeyError", ("LookupError",), "does not list KeyError"),
    ],
)
def test_a_false_entry_is_found(exception: str, raised: str, bases: tuple[str, ...], says: str | None) -> None:
    row = Row("open", exception, lambda _: None)
    problem = disagreement(row, Seen(raised, bases, "open()", ""))
    assert problem is None if says is None else problem and says in problem


def test_a_subclass_is_what_a_handler_of_the_listed_one_catches() -> None:
    row = Row("socket.socket.connect", "OSError", lambda _: None)
    assert disagreement(row, Seen("ConnectionRefusedError", ("ConnectionError", "OSError"), "", "")) is None
