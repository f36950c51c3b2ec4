"""What the knowledge says really happens: each failure is made to happen, and compared with entry and record."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.knowledge_check import RULES
from tests.rules.provoked import ROWS, Row, harness, libraries, record
from tests.rules.provoked.harness import NotProvokedError, Seen, see
from tests.rules.provoked.record import CALLABLES, LIBRARIES, difference, disagreement, key

STANDARD, LIBRARY = record.read(record.STANDARD), record.read(record.LIBRARY)
ALL = [*ROWS, *libraries.ROWS]


@pytest.mark.parametrize("row", ALL, ids=key)
def test_knowledge_and_record_agree_with_what_is_seen(row: Row, tmp_path: Path) -> None:
    seen = see(row, tmp_path)
    assert disagreement(row, seen) is None
    assert difference(row, seen, STANDARD if LIBRARIES[row.name] == "python" else LIBRARY) is None


@pytest.mark.parametrize(("rows", "committed"), [(ROWS, STANDARD), (libraries.ROWS, LIBRARY)])
def test_a_record_holds_the_rows_and_nothing_else(rows: list[Row], committed: dict[str, object]) -> None:
    assert committed["seen"].keys() == {key(row) for row in rows}
    assert committed["callables"] == len({row.name for row in rows})


def test_enough_callables_of_the_standard_library_are_tried() -> None:
    tried = {row.name for row in ROWS}
    assert {LIBRARIES[name] for name in tried} == {"python"}
    assert len(tried) >= 300


def test_the_page_says_how_many_there_are() -> None:
    page = (RULES.parent.parent / "docs" / "knowledge.md").read_text(encoding="utf-8")
    for committed, where in ((STANDARD, "of the standard library"), (LIBRARY, "of libraries that are installed")):
        counts = f"{len(committed['seen'])} failures of {committed['callables']} callables {where}"
        assert counts in " ".join(page.split())


def test_what_is_shown_to_people_is_tried() -> None:
    """At a likelihood of 0.5 an unguarded call is suggested for; docs/knowledge.md names those that cannot be tried."""
    shown = {
        f"{name} {failure['exception']}"
        for name, entry in CALLABLES.items()
        for failure in entry["raises"]
        if LIBRARIES[name] == "python" and failure["likelihood"] >= 0.5
    }
    cannot = {"os.getlogin OSError", "platform.freedesktop_os_release OSError"}
    assert shown - {key(row) for row in ROWS} == cannot


def test_no_failure_is_tried_twice() -> None:
    assert len({key(row) for row in ALL}) == len(ALL)


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


@pytest.mark.parametrize(
    ("raised", "call", "python", "says"),
    [
        ("ValueError", "int('x')", record.PYTHON, None),
        ("ValueError", "int('y')", record.PYTHON, "of int('y'), where the record has ValueError of int('x')"),
        ("TypeError", "int('x')", record.PYTHON, "TypeError was seen of int('x'), where the record has ValueError"),
        ("TypeError", "int('x')", "2.7", None),
    ],
)
def test_a_change_since_the_record_is_found(raised: str, call: str, python: str, says: str | None) -> None:
    row = Row("int", "ValueError", lambda _: None)
    committed = {"python": python, "seen": {"int ValueError": {"raised": "ValueError", "call": "int('x')"}}}
    problem = difference(row, Seen(raised, (), call, ""), committed)
    assert problem is None if says is None else problem and says in problem
