"""The audit log only grows, without gaps, whoever writes; and what is changed below it is found."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from reviewbot.domain.audit import Entry, read_body
from reviewbot.domain.canonical import NotCanonical
from reviewbot.domain.chain import ORIGIN, Link
from reviewbot.domain.errors import StoreError
from reviewbot.policy.audit import Tampered, verify
from reviewbot.store.audit import AuditLog
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from tests.store.audit_entries import merge, verdict
from tests.store.audit_writer import main as write_alone
from tests.store.test_migrations import move

_DROP = ("audit_grows", "audit_no_update", "audit_no_delete")


@pytest.fixture
def log(database: Database) -> AuditLog:
    return AuditLog(database)


def read(log: AuditLog, first: int = 1) -> list[Link]:
    with log.links(first) as links:
        return list(links)


def entries(log: AuditLog) -> list[Entry]:
    return [read_body(link.body.decode()) for link in read(log) if link.body is not None]


def unguard(database: Database) -> None:
    """What whoever owns the tables can do."""
    with database.write() as connection:
        for name in _DROP:
            connection.execute(text(f"DROP TRIGGER {name}" + ("" if database.is_sqlite else " ON audit")))


def execute(database: Database, statement: str) -> None:
    with database.write() as connection:
        connection.execute(text(statement))


def test_an_empty_log_begins_at_the_origin(log: AuditLog) -> None:
    assert log.head() == ORIGIN and read(log) == [] and log.append([]) == ORIGIN
    assert verify(read(log)).head == ORIGIN


def test_what_is_written_is_read_as_it_was_with_every_odd_character(log: AuditLog) -> None:
    written: list[Entry] = [verdict(1), merge(1), verdict(2, repository="Ä/\0", override=None, lines=())]
    head = log.append(written[:1])
    assert head.seq == 1
    head = log.append(written[1:])
    assert entries(log) == written
    assert log.head() == head == verify(read(log)).head
    assert [link.seq for link in read(log, 2)] == [2, 3]


def test_all_or_none(log: AuditLog) -> None:
    with pytest.raises(NotCanonical):
        log.append([verdict(1), verdict(2**53)])
    assert read(log) == []


def test_ten_threads_write_one_chain(log: AuditLog) -> None:
    start = threading.Barrier(10)

    def work(number: int) -> None:
        start.wait(10)
        for each in range(4):
            log.append([verdict(number * 10 + each), merge(number * 10 + each)])

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    assert verify(read(log)).count == 80
    numbers = [entry.number for entry in entries(log)]
    assert sorted(numbers) == sorted(2 * [n * 10 + e for n in range(10) for e in range(4)])
    assert numbers[::2] == numbers[1::2], "entries of one call stand together"


def test_processes_write_one_chain(database: Database, log: AuditLog) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", write_alone.__module__, url]
    writers = [subprocess.Popen([*command, str(number * 100), "8"]) for number in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert verify(read(log)).count == 24
    assert sorted(e.number for e in entries(log)) == [n * 100 + i for n in range(3) for i in range(8)]


def test_a_writer_past_the_lock_cannot_fork_the_chain(database: Database, log: AuditLog) -> None:
    log.append([verdict(1), verdict(2)])
    for seq, previous in [(2, read(log)[0].hash), (4, read(log)[1].hash), (3, read(log)[0].hash), (0, "0" * 64)]:
        with pytest.raises(StoreError):
            execute(database, f"INSERT INTO audit (seq, previous, hash, body) VALUES ({seq}, '{previous}', 'h', '1')")
    assert verify(read(log)).count == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = '1' WHERE seq = 1",
        "UPDATE audit SET seq = 9 WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
        "TRUNCATE audit",
    ],
)
def test_the_database_itself_refuses_to_change_a_record(database: Database, log: AuditLog, statement: str) -> None:
    log.append([verdict(1), verdict(2), verdict(3)])
    before = read(log)
    assert log.guarded()
    with pytest.raises(StoreError):
        execute(database, statement)
    assert read(log) == before


_HASH = "'" + "f" * 64 + "'"


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["UPDATE audit SET body = replace(body, 'pass', 'fail') WHERE seq = 3"], 3),
        ([f"UPDATE audit SET hash = {_HASH} WHERE seq = 3"], 3),
        ([f"UPDATE audit SET previous = {_HASH} WHERE seq = 3"], 3),
        (["UPDATE audit SET body = '' WHERE seq = 3"], 3),
        (["UPDATE audit SET seq = 99 WHERE seq = 3"], 3),
        (["UPDATE audit SET seq = 0 WHERE seq = 3"], 0),
        (["UPDATE audit SET seq = -3 WHERE seq = 3"], -3),
        (["DELETE FROM audit WHERE seq = 1"], 1),
        (["DELETE FROM audit WHERE seq = 3"], 3),
        (["DELETE FROM audit WHERE seq IN (3, 4)"], 3),
        (["UPDATE audit SET seq = 99 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4"], 3),
        (["INSERT INTO audit SELECT 7, previous, hash, body FROM audit WHERE seq = 6"], 7),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_what_is_changed_below_the_triggers_is_found(
    database: Database, log: AuditLog, statements: list[str], named: int
) -> None:
    log.append([verdict(number) for number in range(1, 7)])
    unguard(database)
    assert not log.guarded()
    for statement in statements:
        execute(database, statement)
    with pytest.raises(Tampered) as raised:
        verify(read(log))
    assert raised.value.seq == named and str(abs(named)) in str(raised.value)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("value", ["CAST(x'ff00fe' AS TEXT)", "7", "x'80'", "zeroblob(3)", "1.5"])
def test_bytes_that_are_no_text_name_their_record(database: Database, log: AuditLog, value: str) -> None:
    """SQLite keeps anything anywhere. Fails when the driver decodes it: the message would name no record."""
    log.append([verdict(number) for number in range(1, 4)])
    unguard(database)
    for column in ("previous", "hash", "body"):
        execute(database, f"CREATE TABLE kept AS SELECT {column} AS it FROM audit WHERE seq = 2")
        execute(database, f"UPDATE audit SET {column} = {value} WHERE seq = 2")
        with pytest.raises(Tampered, match="Record 2 was altered"):
            verify(read(log))
        execute(database, f"UPDATE audit SET {column} = (SELECT it FROM kept) WHERE seq = 2")
        execute(database, "DROP TABLE kept")
    assert verify(read(log)).count == 3


def test_the_log_is_read_a_few_rows_at_a_time(log: AuditLog) -> None:
    """Fails when the driver fetches everything first: a writer's later row would not matter, the memory would."""
    log.append([verdict(number, lines=()) for number in range(1, 1201)])
    with log.links() as links:
        assert next(links).seq == 1
        assert sum(1 for _ in links) == 1199


def test_reading_does_not_keep_writers_waiting(log: AuditLog) -> None:
    log.append([verdict(1), verdict(2)])
    with log.links() as links:
        next(links)
        log.append([verdict(3)])
        assert sum(1 for _ in links) in (1, 2)


def test_going_back_throws_no_record_away(database: Database, log: AuditLog) -> None:
    log.append([verdict(1)])
    with pytest.raises(StoreError, match="export it"):
        move(database, "0001")
    migrate(database)
    assert verify(read(log)).count == 1


def test_going_back_with_an_empty_log_and_up_again(database: Database, log: AuditLog) -> None:
    move(database, "0001")
    migrate(database)
    assert log.guarded() and log.append([verdict(1)]).seq == 1


def test_a_change_by_one_byte_anywhere_is_found(database: Database, log: AuditLog) -> None:
    log.append([verdict(number) for number in range(1, 4)])
    change: Callable[[str, int], str] = lambda text, at: text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]  # noqa: E731
    unguard(database)
    for column, at in [("hash", 0), ("hash", 63), ("previous", 31), ("body", 1), ("body", 200)]:
        with database.write() as connection:
            before = connection.scalar(text(f"SELECT {column} FROM audit WHERE seq = 2"))
            assert isinstance(before, str)
            connection.execute(text(f"UPDATE audit SET {column} = :to WHERE seq = 2"), {"to": change(before, at)})
        with pytest.raises(Tampered, match="Record 2 was altered"):
            verify(read(log))
        with database.write() as connection:
            connection.execute(text(f"UPDATE audit SET {column} = :to WHERE seq = 2"), {"to": before})
    assert verify(read(log)).count == 3
