"""What a row of provoked failures is, and what several of them need."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

NO_FD = 1_000_000
"""A descriptor that is not open: above what a process may have."""

NOBODY = 65_534


class Row(NamedTuple):
    """One failure to make happen.

    Attributes:
        name: the callable, as ``rules/raises`` names it.
        exception: the failure of its entry that the row claims to show; what is really raised is not written here.
        provoke: makes it happen, given an empty folder; the call that fails must stand in it, or in a function of the
            same module.
    """

    name: str
    exception: str
    provoke: Callable[[Path], object]


def written(folder: Path, content: bytes | str, name: str = "file") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def closed_port() -> int:
    """A port of the loopback interface on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def connected() -> tuple[socket.socket, socket.socket]:
    """Two ends of a connection."""
    return socket.socketpair()


@contextmanager
def taken_port() -> Iterator[int]:
    """A port of the loopback interface on which somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, also where the tests run as root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def with_handle(path: Path, call: Callable[[io.BufferedReader], object]) -> object:
    """Call with the file, opened for reading."""
    with path.open("rb") as file:
        return call(file)


def on_file(folder: Path, call: Callable[[int], object]) -> object:
    """Call with the descriptor of a plain file, which is no terminal."""
    with written(folder, "x").open() as file:
        return call(file.fileno())
