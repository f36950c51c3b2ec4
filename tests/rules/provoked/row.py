"""What a row of provoked failures is, and what several of them need."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One failure to make happen; ``exact`` is the class that is raised, where it is not ``exception`` itself."""

    name: str
    exception: str
    provoke: Callable[[Path], object]
    exact: str | None = None


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


def with_handle(path: Path, call: Callable[[io.BufferedReader], object]) -> object:
    with path.open("rb") as file:
        return call(file)


def on_terminal(call: Callable[[int], object]) -> Callable[[Path], object]:
    def on_file(folder: Path) -> object:
        with written(folder, "x").open() as file:
            return call(file.fileno())

    return on_file
