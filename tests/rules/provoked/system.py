"""Failures of users, signals, terminals, locks and logs, made to happen."""

from __future__ import annotations

import concurrent.futures
import ctypes
import curses
import fcntl
import grp
import io
import logging
import logging.config
import logging.handlers
import mmap
import os
import pwd
import readline
import resource
import signal
import socket
import subprocess
import sys
import sysconfig
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.rules.provoked.row import Row, closed_port, on_file, with_handle, written

NO_ID = 4_000_000
NO_REQUEST = 99_999


def _thread_signal(_: Path) -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(signal.signal, signal.SIGUSR1, signal.SIG_IGN).result()


def _signal_ended(_: Path) -> None:
    child = subprocess.Popen(["true"])
    descriptor = os.pidfd_open(child.pid)
    try:
        child.wait()
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)
    finally:
        os.close(descriptor)


def _flock_twice(folder: Path) -> None:
    path = written(folder, "x")
    with path.open() as one, path.open() as two:
        fcntl.flock(one, fcntl.LOCK_EX)
        fcntl.flock(two, fcntl.LOCK_EX | fcntl.LOCK_NB)


HOLDER = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); input()"


def _lockf_twice(folder: Path) -> None:
    """A process does not stand in its own way here: another one holds the lock."""
    path, pipe = folder / "x", subprocess.PIPE
    with (
        subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=pipe, stdout=pipe) as holder,
        path.open("a") as file,
    ):
        try:
            assert holder.stdout is not None
            holder.stdout.readline()
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            holder.communicate(b"\n")


def _limit(_: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (2, 1))


def _attributes(descriptor: int) -> None:
    termios.tcsetattr(descriptor, termios.TCSANOW, [0, 0, 0, 0, 0, 0, [b"\0"] * 32])


@contextmanager
def _terminal(name: str) -> Iterator[None]:
    before = os.environ.get("TERM")
    os.environ["TERM"] = name
    try:
        yield
    finally:
        del os.environ["TERM"]
        os.environ.update({"TERM": before} if before is not None else {})


def _curses(call: str) -> None:
    with _terminal("no-such-terminal"):
        if call == "initscr":
            curses.initscr()
        else:
            curses.wrapper(print)


def _map_for_writing(folder: Path) -> None:
    with written(folder, "x").open("rb") as file:
        mmap.mmap(file.fileno(), 1, access=mmap.ACCESS_WRITE)


def _basic_config(_: Path) -> None:
    """As in a program that has no handlers yet."""
    root = logging.getLogger()
    before, root.handlers = root.handlers, []
    try:
        logging.basicConfig(level="LOUD", stream=io.StringIO())
    finally:
        root.handlers = before


def _syslog(_: Path) -> None:
    logging.handlers.SysLogHandler(("127.0.0.1", closed_port()), socktype=socket.SOCK_STREAM)


ROWS = [
    Row("pwd.getpwnam", "KeyError", lambda _: pwd.getpwnam("no-such-user")),
    Row("pwd.getpwuid", "KeyError", lambda _: pwd.getpwuid(NO_ID)),
    Row("grp.getgrnam", "KeyError", lambda _: grp.getgrnam("no-such-group")),
    Row("grp.getgrgid", "KeyError", lambda _: grp.getgrgid(NO_ID)),
    Row("signal.signal", "ValueError", _thread_signal),
    Row("signal.signal", "OSError", lambda _: signal.signal(signal.SIGKILL, signal.SIG_IGN)),
    Row("signal.Signals", "ValueError", lambda _: signal.Signals(999)),
    Row("signal.setitimer", "signal.ItimerError", lambda _: signal.setitimer(signal.ITIMER_VIRTUAL, -1)),
    Row("signal.pidfd_send_signal", "ProcessLookupError", _signal_ended),
    Row("fcntl.flock", "BlockingIOError", _flock_twice),
    Row("fcntl.lockf", "BlockingIOError", _lockf_twice),
    Row("fcntl.fcntl", "OSError", lambda d: on_file(d, lambda fd: fcntl.fcntl(fd, NO_REQUEST))),
    Row("fcntl.ioctl", "OSError", lambda d: on_file(d, lambda fd: fcntl.ioctl(fd, termios.TIOCGWINSZ, b"12345678"))),
    Row("resource.setrlimit", "ValueError", _limit),
    Row("resource.getrlimit", "ValueError", lambda _: resource.getrlimit(NO_REQUEST)),
    # terminals
    Row("termios.tcgetattr", "termios.error", lambda d: on_file(d, termios.tcgetattr)),
    Row("termios.tcsetattr", "termios.error", lambda d: on_file(d, _attributes)),
    Row("tty.setraw", "termios.error", lambda d: on_file(d, tty.setraw)),
    Row("tty.setcbreak", "termios.error", lambda d: on_file(d, tty.setcbreak)),
    Row("curses.setupterm", "curses.error", lambda d: on_file(d, lambda fd: curses.setupterm("no-such-terminal", fd))),
    Row("curses.initscr", "curses.error", lambda _: _curses("initscr")),
    Row("curses.wrapper", "curses.error", lambda _: _curses("wrapper")),
    Row("readline.read_history_file", "FileNotFoundError", lambda d: readline.read_history_file(d / "none")),
    Row("readline.write_history_file", "OSError", lambda d: readline.write_history_file(d / "no" / "x")),
    # memory and libraries
    Row("ctypes.CDLL", "OSError", lambda _: ctypes.CDLL("libnosuchlibrary.so")),
    Row("ctypes.PyDLL", "OSError", lambda _: ctypes.PyDLL("libnosuchlibrary.so")),
    Row("ctypes.cdll.LoadLibrary", "OSError", lambda _: ctypes.cdll.LoadLibrary("libnosuchlibrary.so")),
    Row("mmap.mmap", "ValueError", lambda d: with_handle(written(d, ""), lambda file: mmap.mmap(file.fileno(), 0))),
    Row("mmap.mmap", "OSError", _map_for_writing),
    Row("sysconfig.get_path", "KeyError", lambda _: sysconfig.get_path("klingon")),
    # logs
    Row("logging.FileHandler", "FileNotFoundError", lambda d: logging.FileHandler(d / "no" / "log")),
    Row(
        "logging.handlers.RotatingFileHandler",
        "FileNotFoundError",
        lambda d: logging.handlers.RotatingFileHandler(d / "no" / "log"),
    ),
    Row(
        "logging.handlers.TimedRotatingFileHandler",
        "FileNotFoundError",
        lambda d: logging.handlers.TimedRotatingFileHandler(d / "no" / "log"),
    ),
    Row("logging.handlers.SysLogHandler", "OSError", _syslog),
    Row("logging.config.dictConfig", "ValueError", lambda _: logging.config.dictConfig({})),
    Row("logging.config.fileConfig", "KeyError", lambda d: logging.config.fileConfig(written(d, "[a]"))),
    Row("logging.basicConfig", "ValueError", _basic_config),
    Row("logging.Logger.setLevel", "ValueError", lambda _: logging.getLogger("x").setLevel("LOUD")),
]
