"""Child processes of ``reviewbot up``: started, watched, restarted with back-off, and stopped, leaving none behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, Queue

from reviewbot.domain.errors import ReviewbotError

# Becomes the child's command, having asked the kernel to end it when we end, however that is (PR_SET_PDEATHSIG).
_LAUNCH = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""
_CRASHES = 5  # deaths within _CRASH_SECONDS after which a restart is no use
_CRASH_SECONDS = 60.0


class CrashLoop(ReviewbotError):
    """A child dies again and again."""


@dataclass(frozen=True)
class Command:
    """What to run.

    Attributes:
        name: for messages. argv: an absolute path and its arguments. environment: on top of ours.
        ready: begins the line on its standard output that says it is ready; None where ``answers`` tells.
        answers: whether it is up, where it prints nothing.
        start_seconds: how long it may take to get ready. stop_seconds: and to stop, before it is killed.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: str | None = None
    answers: Callable[[], bool] | None = None
    start_seconds: float = 60.0
    stop_seconds: float = 10.0


class Child:
    """One child, in a session of its own so that Ctrl-C in the terminal reaches us alone."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self._process: subprocess.Popen[str] | None = None
        self._lines: Queue[str] = Queue()
        self._deaths: list[float] = []

    def start(self, stopping: Callable[[], bool] = lambda: False) -> str:
        """Start it and wait until it is ready; the line that said so. Ends early when ``stopping``.

        Raises:
            CrashLoop: it did not get ready.
        """
        launch = [sys.executable, "-I", "-c", _LAUNCH, str(os.getpid()), *self.command.argv]
        self._lines = Queue()
        self._process = subprocess.Popen(
            launch,
            env={**os.environ, **self.command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=_read, args=(self._process, self._lines), daemon=True).start()
        end = time.monotonic() + self.command.start_seconds
        while time.monotonic() < end and self.alive and not stopping():
            line = self._ready()
            if line is not None:
                return line
        if stopping():
            return ""
        raise CrashLoop(f"The {self.command.name} did not start: its last words are above.")

    def _ready(self) -> str | None:
        if self.command.answers is not None:
            time.sleep(0.02)
            return "" if self.command.answers() else None
        with contextlib.suppress(Empty):
            line = self._lines.get(timeout=0.1)
            if self.command.ready is not None and line.startswith(self.command.ready):
                return line
        return None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def died(self, now: float) -> float:
        """Note a death; seconds to wait before the restart, doubled with each one lately.

        Raises:
            CrashLoop: there were too many.
        """
        self._deaths = [at for at in self._deaths if at > now - _CRASH_SECONDS] + [now]
        if len(self._deaths) >= _CRASHES:
            raise CrashLoop(f"The {self.command.name} died {_CRASHES} times within a minute: its last words are above.")
        self._sweep()
        return 0.25 * float(2 ** len(self._deaths))

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Ask it to end, wait, then kill it and whatever it started."""
        if self._process is None:
            return
        if self.alive:
            self._process.terminate()
        end = time.monotonic() + self.command.stop_seconds
        while self.alive and time.monotonic() < end and not hurry():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.1)
        self._sweep()
        self._process.wait()

    def _sweep(self) -> None:
        """Kill what is left of its session."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _read(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    """Take the child's output to its end, so that it never blocks on a full pipe."""
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line.rstrip("\n"))
