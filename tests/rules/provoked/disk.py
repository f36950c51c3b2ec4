"""Failures of files, archives and storage, made to happen."""

from __future__ import annotations

import bz2
import gzip
import lzma
import marshal
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

from tests.rules.provoked.row import Row, on_terminal, written


def _zip(folder: Path) -> zipfile.ZipFile:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("inside", "text")
    return zipfile.ZipFile(folder / "a.zip")


def _dead_child() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def _locked_database(folder: Path) -> None:
    path = folder / "db"
    one, two = sqlite3.connect(path), sqlite3.connect(path, timeout=0)
    try:
        one.execute("create table t (a unique)")
        one.execute("begin exclusive")
        two.execute("select * from t")
    finally:
        one.close()
        two.close()


def _row_twice(method: str) -> None:
    database = sqlite3.connect(":memory:")
    try:
        database.execute("create table t (a unique)")
        where = database.cursor() if method == "cursor" else database
        where.executemany("insert into t values (?)", [(1,), (1,)])
    finally:
        database.close()


def _query(text: str) -> None:
    database = sqlite3.connect(":memory:")
    try:
        database.cursor().execute(text)
    finally:
        database.close()


def _mismatch(folder: Path) -> None:
    written(folder, "x", "target")
    (folder / "link").symlink_to(folder / "target")
    shutil.copyfile(folder / "target", folder / "link")


ROWS = [
    # files
    Row("pathlib.Path.read_text", "FileNotFoundError", lambda d: (d / "none").read_text()),
    Row("pathlib.Path.read_text", "UnicodeDecodeError", lambda d: written(d, b"\xff").read_text("utf-8")),
    Row("pathlib.Path.read_bytes", "FileNotFoundError", lambda d: (d / "none").read_bytes()),
    Row("pathlib.Path.open", "FileNotFoundError", lambda d: (d / "none").open()),
    Row("pathlib.Path.write_text", "OSError", lambda d: (d / "no" / "x").write_text(""), "FileNotFoundError"),
    Row("pathlib.Path.unlink", "FileNotFoundError", lambda d: (d / "none").unlink()),
    Row("pathlib.Path.mkdir", "FileExistsError", lambda d: d.mkdir()),
    Row("pathlib.Path.iterdir", "FileNotFoundError", lambda d: list((d / "none").iterdir())),
    Row("pathlib.Path.relative_to", "ValueError", lambda d: d.relative_to("/no/such")),
    Row("pathlib.Path.rmdir", "OSError", lambda d: written(d, "").parent.rmdir()),
    Row("os.listdir", "FileNotFoundError", lambda d: os.listdir(d / "none")),  # noqa: PTH208
    Row("os.remove", "FileNotFoundError", lambda d: os.remove(d / "none")),  # noqa: PTH107
    Row("os.makedirs", "FileExistsError", os.makedirs),
    Row("os.stat", "FileNotFoundError", lambda d: os.stat(d / "none")),  # noqa: PTH116
    Row("os.path.getsize", "FileNotFoundError", lambda d: os.path.getsize(d / "none")),  # noqa: PTH202
    Row("os.rename", "OSError", lambda d: os.rename(d / "none", d / "x"), "FileNotFoundError"),  # noqa: PTH104
    Row("os.readlink", "OSError", os.readlink),
    Row("os.environ[]", "KeyError", lambda _: os.environ["NO_SUCH_VARIABLE_HERE"]),
    Row("os.kill", "ProcessLookupError", lambda _: os.kill(_dead_child(), 0)),
    Row("os.waitpid", "ChildProcessError", lambda _: os.waitpid(_dead_child(), 0)),
    Row("os.get_terminal_size", "OSError", on_terminal(os.get_terminal_size)),
    Row("sys.argv[]", "IndexError", lambda _: sys.argv[10_000]),
    # archives
    Row("shutil.copy", "FileNotFoundError", lambda d: shutil.copy(d / "none", d / "x")),
    Row("shutil.copyfile", "shutil.SameFileError", _mismatch),
    Row("shutil.copytree", "FileExistsError", lambda d: shutil.copytree(d, written(d, "").parent)),
    Row("shutil.rmtree", "FileNotFoundError", lambda d: shutil.rmtree(d / "none")),
    Row("shutil.unpack_archive", "shutil.ReadError", lambda d: shutil.unpack_archive(written(d, "", "a.rar"), d)),
    Row("zipfile.ZipFile", "zipfile.BadZipFile", lambda d: zipfile.ZipFile(written(d, "what"))),
    Row("zipfile.ZipFile", "FileNotFoundError", lambda d: zipfile.ZipFile(d / "none")),
    Row("zipfile.ZipFile.read", "KeyError", lambda d: _zip(d).read("none")),
    Row("zipfile.ZipFile.getinfo", "KeyError", lambda d: _zip(d).getinfo("none")),
    Row("tarfile.open", "tarfile.ReadError", lambda d: tarfile.open(written(d, "what"))),  # noqa: SIM115
    Row("gzip.decompress", "gzip.BadGzipFile", lambda _: gzip.decompress(b"what")),
    Row("gzip.decompress", "EOFError", lambda _: gzip.decompress(gzip.compress(b"x")[:-9])),
    Row("gzip.open", "FileNotFoundError", lambda d: gzip.open(d / "none")),  # noqa: SIM115
    Row("bz2.decompress", "OSError", lambda _: bz2.decompress(b"what is this")),
    Row("bz2.decompress", "ValueError", lambda _: bz2.decompress(bz2.compress(b"x")[:-1])),
    Row("lzma.decompress", "lzma.LZMAError", lambda _: lzma.decompress(b"what")),
    Row("zlib.decompress", "zlib.error", lambda _: zlib.decompress(b"what")),
    # storage
    Row("pickle.loads", "pickle.UnpicklingError", lambda _: pickle.loads(b"what")),
    Row("pickle.loads", "EOFError", lambda _: pickle.loads(b"")),
    Row("marshal.loads", "EOFError", lambda _: marshal.loads(b"")),
    Row("sqlite3.connect", "sqlite3.OperationalError", lambda d: sqlite3.connect(d / "no" / "db")),
    Row("sqlite3.Connection.execute", "sqlite3.OperationalError", _locked_database),
    Row("sqlite3.Connection.executemany", "sqlite3.IntegrityError", lambda _: _row_twice("connection")),
    Row("sqlite3.Cursor.executemany", "sqlite3.IntegrityError", lambda _: _row_twice("cursor")),
    Row("sqlite3.Cursor.execute", "sqlite3.OperationalError", lambda _: _query("select * from missing")),
]
