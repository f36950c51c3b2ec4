"""Run a command and read what it writes, up to a limit of time and of bytes."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

_CHUNK = 1 << 16
_GRACE = 5.0  # seconds for a killed process tree to let go of its pipes


@dataclass
class Captured:
    """What a command did. ``status`` is None when it was killed by us."""

    status: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    timed_out: bool = False
    flooded: bool = False
    seconds: float = 0.0


def capture(
    argv: Sequence[str],
    *,
    seconds: float,
    output_bytes: int,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    pass_fds: Sequence[int] = (),
) -> Captured:
    """Run ``argv`` with nothing on stdin and return what it wrote.

    Raises:
        OSError: the command could not be started.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=None if env is None else dict(env),
        cwd=cwd,
        pass_fds=tuple(pass_fds),
        start_new_session=True,  # so that what it started can be killed with it
    )
    assert process.stdout is not None
    assert process.stderr is not None
    seen = Captured()
    with process, process.stdout as out, process.stderr as err:
        try:
            parts = _read(seen, out, err, began + seconds, output_bytes)
        finally:
            if process.poll() is None and (seen.timed_out or seen.flooded):
                _kill(process)
        status = _wait(process, began + seconds, seen)
    seen.status = None if seen.timed_out or seen.flooded else status
    seen.stdout, seen.stderr = (bytes(part[:output_bytes]) for part in parts)
    seen.seconds = time.monotonic() - began
    return seen


def _read(seen: Captured, out: IO[bytes], err: IO[bytes], until: float, limit: int) -> tuple[bytearray, bytearray]:
    """Read both pipes to their end, to the deadline or to the limit."""
    parts = (bytearray(), bytearray())
    with selectors.DefaultSelector() as waiting:
        for pipe, part in zip((out, err), parts, strict=True):
            waiting.register(pipe, selectors.EVENT_READ, part)
        while waiting.get_map() and not seen.timed_out and not seen.flooded:
            ready = waiting.select(max(0.0, until - time.monotonic()))
            seen.timed_out = not ready and time.monotonic() >= until
            for key, _ in ready:
                chunk = key.fileobj.read1(_CHUNK)  # type: ignore[union-attr]
                key.data.extend(chunk)
                seen.flooded = seen.flooded or len(key.data) > limit
                if not chunk:
                    waiting.unregister(key.fileobj)
    return parts


def _wait(process: subprocess.Popen[bytes], until: float, seen: Captured) -> int:
    """The exit status; a command that closed its pipes but does not end is killed at its deadline."""
    try:
        return process.wait(max(0.0, until - time.monotonic()) if not (seen.timed_out or seen.flooded) else _GRACE)
    except subprocess.TimeoutExpired:
        seen.timed_out = True
        _kill(process)
        return process.wait(_GRACE)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the command and everything in its session that has not left it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
