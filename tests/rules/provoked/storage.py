"""Failures of pickles, key-value files and SQLite, made to happen."""

from __future__ import annotations

import dbm
import io
import marshal
import pickle
import shelve
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.rules.provoked.row import Row, with_handle, written

NOWHERE = type("Nowhere", (), {})
"""A class that no module has under its name, so that pickle cannot find it again."""


NO_CLASS, NO_MODULE = b"cjson\nNone_Such\n.", b"cno_such_module\nX\n."
"""Pickles of a class: its opcode "c" has the names of module and class after it, each on a line."""


def _no_data(folder: Path) -> str:
    """A key-value file of the kind that each Python has, whose data cannot be opened: a folder is in the way."""
    written(folder, "", "x.dir")
    (folder / "x.dat").mkdir()
    return str(folder / "x")


@contextmanager
def _table() -> Iterator[sqlite3.Connection]:
    """A database with one table of unique numbers."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table t (a unique)")
        yield database


def _on_table(call: Callable[[sqlite3.Connection], object]) -> object:
    with _table() as database:
        return call(database)


@contextmanager
def _two(folder: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """Two connections to one database with 100 rows; the second one does not wait for locks."""
    with closing(sqlite3.connect(folder / "db")) as one, closing(sqlite3.connect(folder / "db", timeout=0)) as two:
        one.execute("create table t (a)")
        one.executemany("insert into t values (?)", [(n,) for n in range(100)])
        one.commit()
        yield one, two


def _locked_execute(folder: Path) -> None:
    with _two(folder) as (one, two):
        one.execute("begin exclusive")
        two.execute("select * from t")


def _locked_script(folder: Path) -> None:
    with _two(folder) as (one, two):
        one.execute("begin exclusive")
        two.executescript("insert into t values (1)")


def _locked_commit(folder: Path) -> None:
    with _two(folder) as (one, two):
        reading = one.execute("select * from t")
        reading.fetchone()
        two.execute("insert into t values (1)")
        two.commit()


def _backup_into_transaction(_: Path) -> None:
    with _table() as one, _table() as two:
        two.execute("insert into t values (1)")
        one.backup(two)


ROWS = [
    Row("pickle.load", "pickle.UnpicklingError", lambda d: with_handle(written(d, "what"), pickle.load)),
    Row("pickle.load", "EOFError", lambda d: with_handle(written(d, ""), pickle.load)),
    Row("pickle.loads", "pickle.UnpicklingError", lambda _: pickle.loads(b"what")),
    Row("pickle.loads", "EOFError", lambda _: pickle.loads(b"")),
    Row("pickle.load", "AttributeError", lambda d: with_handle(written(d, NO_CLASS), pickle.load)),
    Row("pickle.load", "ImportError", lambda d: with_handle(written(d, NO_MODULE), pickle.load)),
    Row("pickle.loads", "AttributeError", lambda _: pickle.loads(NO_CLASS)),
    Row("pickle.loads", "ImportError", lambda _: pickle.loads(NO_MODULE)),
    Row("pickle.Unpickler.load", "pickle.UnpicklingError", lambda _: pickle.Unpickler(io.BytesIO(b"what")).load()),
    Row("pickle.dump", "pickle.PicklingError", lambda _: pickle.dump(NOWHERE(), io.BytesIO())),
    Row("pickle.dumps", "pickle.PicklingError", lambda _: pickle.dumps(NOWHERE())),
    Row("marshal.load", "EOFError", lambda d: with_handle(written(d, ""), marshal.load)),
    Row("marshal.load", "ValueError", lambda d: with_handle(written(d, "what"), marshal.load)),
    Row("marshal.loads", "EOFError", lambda _: marshal.loads(b"")),
    Row("marshal.loads", "ValueError", lambda _: marshal.loads(b"what")),
    Row("marshal.dumps", "ValueError", lambda _: marshal.dumps(object())),
    Row("shelve.open", "OSError", lambda d: shelve.open(_no_data(d), "r")),  # noqa: SIM115
    Row("shelve.Shelf[]", "KeyError", lambda _: shelve.Shelf({})["a"]),
    Row("dbm.open", "OSError", lambda d: dbm.open(_no_data(d))),  # noqa: SIM115
    # SQLite
    Row("sqlite3.connect", "sqlite3.OperationalError", lambda d: sqlite3.connect(d / "no" / "db")),
    Row("sqlite3.Connection.execute", "sqlite3.OperationalError", _locked_execute),
    Row(
        "sqlite3.Connection.execute",
        "sqlite3.IntegrityError",
        lambda _: _on_table(lambda db: db.execute("insert into t values (1), (1)")),
    ),
    Row(
        "sqlite3.Connection.executemany",
        "sqlite3.IntegrityError",
        lambda _: _on_table(lambda db: db.executemany("insert into t values (?)", [(1,), (1,)])),
    ),
    Row(
        "sqlite3.Connection.executemany",
        "sqlite3.OperationalError",
        lambda _: _on_table(lambda db: db.executemany("insert into missing values (?)", [(1,)])),
    ),
    Row("sqlite3.Connection.executescript", "sqlite3.OperationalError", _locked_script),
    Row("sqlite3.Connection.commit", "sqlite3.OperationalError", _locked_commit),
    Row("sqlite3.Connection.backup", "sqlite3.OperationalError", _backup_into_transaction),
    Row(
        "sqlite3.Cursor.execute",
        "sqlite3.OperationalError",
        lambda _: _on_table(lambda db: db.cursor().execute("select * from missing")),
    ),
    Row(
        "sqlite3.Cursor.execute",
        "sqlite3.IntegrityError",
        lambda _: _on_table(lambda db: db.cursor().execute("insert into t values (1), (1)")),
    ),
    Row(
        "sqlite3.Cursor.executemany",
        "sqlite3.IntegrityError",
        lambda _: _on_table(lambda db: db.cursor().executemany("insert into t values (?)", [(1,), (1,)])),
    ),
    Row(
        "sqlite3.Cursor.executemany",
        "sqlite3.OperationalError",
        lambda _: _on_table(lambda db: db.cursor().executemany("insert into missing values (?)", [(1,)])),
    ),
    Row(
        "sqlite3.Cursor.executescript",
        "sqlite3.OperationalError",
        lambda _: _on_table(lambda db: db.cursor().executescript("select * from missing")),
    ),
]
