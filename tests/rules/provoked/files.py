"""Failures of files, descriptors and processes by way of ``os``, made to happen."""

# The functions of os themselves are tried here, each in its call.
# ruff: noqa: PTH101, PTH102, PTH103, PTH104, PTH105, PTH106, PTH107, PTH108, PTH115, PTH116, PTH121, PTH202, PTH203
# ruff: noqa: PTH204, PTH205, PTH208, PTH211, PLW0108

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.rules.provoked.row import NO_FD, Row, as_nobody, on_file, written

PROGRAM = "no-such-program-here"


def dead_child() -> int:
    """The number of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def _open_forbidden(folder: Path) -> None:
    path = written(folder, "x")
    path.chmod(0)
    with as_nobody():
        os.open(path, os.O_RDONLY)


def _chmod(_: Path) -> None:
    with as_nobody():
        os.chmod("/", 0o755)


def _chown(_: Path) -> None:
    with as_nobody():
        os.chown("/", 0, 0)


def _setuid(_: Path) -> None:
    with as_nobody():
        os.setuid(1)


def _setgid(_: Path) -> None:
    with as_nobody():
        os.setgid(1)


def _nice(_: Path) -> None:
    with as_nobody():
        os.nice(-5)


def _link(folder: Path) -> None:
    os.link(written(folder, "x", "a"), written(folder, "x", "b"))


def _symlink(folder: Path) -> None:
    os.symlink(folder, written(folder, "x"))


def _mkfifo(folder: Path) -> None:
    os.mkfifo(written(folder, "x"))


@contextmanager
def _programs_in(folder: Path) -> Iterator[None]:
    """Programs are looked for in that folder alone; one that may not be read would be another failure."""
    before = os.environ["PATH"]
    os.environ["PATH"] = str(folder)
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _execvp(folder: Path) -> None:
    with _programs_in(folder):
        os.execvp(PROGRAM, [PROGRAM])


def _spawnp(folder: Path) -> None:
    with _programs_in(folder):
        os.posix_spawnp(PROGRAM, [PROGRAM], {})


def _not_empty(folder: Path) -> Path:
    return written(folder, "x").parent


ROWS = [
    Row("os.environ[]", "KeyError", lambda _: os.environ["NO_SUCH_VARIABLE_HERE"]),
    Row("os.environb[]", "KeyError", lambda _: os.environb[b"NO_SUCH_VARIABLE_HERE"]),
    Row("os.environ.pop", "KeyError", lambda _: os.environ.pop("NO_SUCH_VARIABLE_HERE")),
    Row("sys.argv[]", "IndexError", lambda _: sys.argv[10_000]),
    # descriptors
    Row("os.open", "FileNotFoundError", lambda d: os.open(d / "none", os.O_RDONLY)),
    Row("os.open", "PermissionError", _open_forbidden),
    Row("os.fdopen", "OSError", lambda _: os.fdopen(NO_FD)),
    Row("os.read", "OSError", lambda _: os.read(NO_FD, 1)),
    Row("os.write", "OSError", lambda _: os.write(NO_FD, b"x")),
    Row("os.close", "OSError", lambda _: os.close(NO_FD)),
    Row("os.fstat", "OSError", lambda _: os.fstat(NO_FD)),
    Row("os.sendfile", "OSError", lambda _: os.sendfile(NO_FD, NO_FD, 0, 1)),
    Row("os.get_terminal_size", "OSError", lambda d: on_file(d, os.get_terminal_size)),
    Row("os.ttyname", "OSError", lambda d: on_file(d, os.ttyname)),
    # what is there
    Row("os.listdir", "FileNotFoundError", lambda d: os.listdir(d / "none")),
    Row("os.scandir", "FileNotFoundError", lambda d: os.scandir(d / "none")),
    Row("os.stat", "FileNotFoundError", lambda d: os.stat(d / "none")),
    Row("os.lstat", "FileNotFoundError", lambda d: os.lstat(d / "none")),
    Row("os.statvfs", "FileNotFoundError", lambda d: os.statvfs(d / "none")),
    Row("os.readlink", "OSError", lambda d: os.readlink(d)),
    Row("os.getxattr", "OSError", lambda d: os.getxattr(d, "user.none")),
    Row("os.path.getsize", "FileNotFoundError", lambda d: os.path.getsize(d / "none")),
    Row("os.path.getmtime", "FileNotFoundError", lambda d: os.path.getmtime(d / "none")),
    Row("os.path.getatime", "FileNotFoundError", lambda d: os.path.getatime(d / "none")),
    Row("os.path.getctime", "FileNotFoundError", lambda d: os.path.getctime(d / "none")),
    Row("os.path.samefile", "FileNotFoundError", lambda d: os.path.samefile(d, d / "none")),
    Row("os.path.commonpath", "ValueError", lambda _: os.path.commonpath(["/a", "b"])),
    Row("os.chdir", "FileNotFoundError", lambda d: os.chdir(d / "none")),
    # changes
    Row("os.remove", "FileNotFoundError", lambda d: os.remove(d / "none")),
    Row("os.unlink", "FileNotFoundError", lambda d: os.unlink(d / "none")),
    Row("os.rmdir", "OSError", lambda d: os.rmdir(_not_empty(d))),
    Row("os.removedirs", "OSError", lambda d: os.removedirs(_not_empty(d))),
    Row("os.rename", "OSError", lambda d: os.rename(d / "none", d / "x")),
    Row("os.renames", "OSError", lambda d: os.renames(d / "none", d / "x")),
    Row("os.replace", "OSError", lambda d: os.replace(d / "none", d / "x")),
    Row("os.makedirs", "FileExistsError", lambda d: os.makedirs(d)),
    Row("os.mkdir", "FileExistsError", lambda d: os.mkdir(d)),
    Row("os.mkdir", "FileNotFoundError", lambda d: os.mkdir(d / "no" / "x")),
    Row("os.link", "FileExistsError", _link),
    Row("os.symlink", "FileExistsError", _symlink),
    Row("os.mkfifo", "FileExistsError", _mkfifo),
    Row("os.chmod", "FileNotFoundError", lambda d: os.chmod(d / "none", 0o600)),
    Row("os.chmod", "PermissionError", _chmod),
    Row("os.chown", "PermissionError", _chown),
    Row("os.truncate", "FileNotFoundError", lambda d: os.truncate(d / "none", 0)),
    Row("os.utime", "FileNotFoundError", lambda d: os.utime(d / "none")),
    Row("os.setxattr", "OSError", lambda d: os.setxattr(d, "none", b"")),
    # processes
    Row("os.kill", "ProcessLookupError", lambda _: os.kill(dead_child(), 0)),
    Row("os.killpg", "ProcessLookupError", lambda _: os.killpg(dead_child(), 0)),
    Row("os.getpgid", "ProcessLookupError", lambda _: os.getpgid(dead_child())),
    Row("os.waitpid", "ChildProcessError", lambda _: os.waitpid(dead_child(), 0)),
    Row("os.setuid", "PermissionError", _setuid),
    Row("os.setgid", "PermissionError", _setgid),
    Row("os.nice", "PermissionError", _nice),
    Row("os.sched_setaffinity", "OSError", lambda _: os.sched_setaffinity(0, {1023})),
    Row("os.execv", "FileNotFoundError", lambda d: os.execv(d / "none", ["none"])),
    Row("os.execve", "FileNotFoundError", lambda d: os.execve(d / "none", ["none"], {})),
    Row("os.execvp", "FileNotFoundError", _execvp),
    Row("os.posix_spawn", "FileNotFoundError", lambda d: os.posix_spawn(d / "none", ["none"], {})),
    Row("os.posix_spawnp", "FileNotFoundError", _spawnp),
]
