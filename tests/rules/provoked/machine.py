"""Failures of the system and code, made to happen."""

from __future__ import annotations

import ast
import concurrent.futures
import ctypes
import fcntl
import grp
import http.client
import http.cookies
import importlib
import importlib.metadata
import importlib.resources
import inspect
import logging
import logging.config
import mmap
import pathlib
import pkgutil
import pwd
import signal
import termios
import tokenize
import zipimport
from pathlib import Path

from tests.rules.provoked.row import Row, on_terminal, with_handle, written


def _lock_twice(folder: Path) -> None:
    path = written(folder, "x")
    with path.open() as one, path.open() as two:
        fcntl.flock(one, fcntl.LOCK_EX)
        fcntl.flock(two, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _thread_signal(_: Path) -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(signal.signal, signal.SIGUSR1, signal.SIG_IGN).result()


ROWS = [
    # system
    Row("pwd.getpwnam", "KeyError", lambda _: pwd.getpwnam("no-such-user")),
    Row("grp.getgrnam", "KeyError", lambda _: grp.getgrnam("no-such-group")),
    Row("signal.signal", "ValueError", _thread_signal),
    Row("fcntl.flock", "BlockingIOError", _lock_twice),
    Row("termios.tcgetattr", "termios.error", on_terminal(termios.tcgetattr)),
    Row("ctypes.CDLL", "OSError", lambda _: ctypes.CDLL("libnosuchlibrary.so")),
    Row("mmap.mmap", "ValueError", lambda d: with_handle(written(d, ""), lambda f: mmap.mmap(f.fileno(), 0))),
    Row("logging.FileHandler", "FileNotFoundError", lambda d: logging.FileHandler(d / "no" / "log")),
    Row("logging.config.dictConfig", "ValueError", lambda _: logging.config.dictConfig({})),
    Row("logging.Logger.setLevel", "ValueError", lambda _: logging.getLogger("x").setLevel("LOUD")),
    # code
    Row("importlib.import_module", "ImportError", lambda _: importlib.import_module("no_such"), "ModuleNotFoundError"),
    Row(
        "importlib.metadata.version",
        "importlib.metadata.PackageNotFoundError",
        lambda _: importlib.metadata.version("no-such-package"),
    ),
    Row("importlib.resources.files", "ModuleNotFoundError", lambda _: importlib.resources.files("no_such")),
    Row("pkgutil.get_data", "FileNotFoundError", lambda _: pkgutil.get_data("json", "none")),
    Row("inspect.getsource", "OSError", lambda _: inspect.getsource(eval("lambda: 0"))),
    Row("inspect.signature", "ValueError", lambda _: inspect.signature(dict.pop)),
    Row("ast.parse", "SyntaxError", lambda _: ast.parse("1 +")),
    Row("ast.literal_eval", "ValueError", lambda _: ast.literal_eval("a")),
    Row("ast.literal_eval", "SyntaxError", lambda _: ast.literal_eval("1 +")),
    Row("tokenize.open", "SyntaxError", lambda d: tokenize.open(written(d, "# coding: klingon"))),  # noqa: SIM115
    Row("zipimport.zipimporter", "zipimport.ZipImportError", lambda d: zipimport.zipimporter(str(written(d, "x")))),
    Row("pathlib.Path.with_name", "ValueError", lambda _: pathlib.Path("/").with_name("x")),
    Row(
        "http.cookies.SimpleCookie.load", "http.cookies.CookieError", lambda _: http.cookies.SimpleCookie({"a b": "c"})
    ),
]
