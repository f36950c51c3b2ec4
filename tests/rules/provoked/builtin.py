"""Failures of built-in functions and containers, made to happen."""

# ruff: noqa: F522, F524, F521, PTH123, SIM115

from __future__ import annotations

import asyncio
import collections
import contextvars
import graphlib
import heapq
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import contextmanager
from pathlib import Path

from tests.rules.provoked.row import Row, as_nobody, written


def _not_utf8(folder: Path) -> io.TextIOWrapper:
    return written(folder, b"\xff").open(encoding="utf-8")


def _read(folder: Path) -> None:
    with _not_utf8(folder) as file:
        file.read()


def _readline(folder: Path) -> None:
    with _not_utf8(folder) as file:
        file.readline()


def _readlines(folder: Path) -> None:
    with _not_utf8(folder) as file:
        file.readlines()


def _write_ascii(folder: Path) -> None:
    with (folder / "x").open("w", encoding="ascii") as file:
        file.write("ä")


def _write_full_disk(_: Path) -> None:
    with io.TextIOWrapper(io.FileIO("/dev/full", "w"), write_through=True) as file:
        file.write("x")


def _open_forbidden(folder: Path) -> None:
    path = written(folder, "x")
    path.chmod(0)
    with as_nobody():
        open(path)


async def _nothing() -> AsyncIterator[int]:
    for number in ():
        yield number


async def _anext() -> None:
    await anext(_nothing())


@contextmanager
def _empty_input():
    before = sys.stdin
    with open(os.devnull) as empty:
        sys.stdin = empty
        try:
            yield
        finally:
            sys.stdin = before


def _input(_: Path) -> None:
    with _empty_input():
        input()


ROWS = [
    # built-ins
    Row("open", "FileNotFoundError", lambda d: open(d / "none")),
    Row("open", "PermissionError", _open_forbidden),
    Row("io.FileIO", "FileNotFoundError", lambda d: io.FileIO(d / "none")),
    Row("io.open_code", "FileNotFoundError", lambda d: io.open_code(str(d / "none"))),
    Row("io.TextIOWrapper.read", "UnicodeDecodeError", _read),
    Row("io.TextIOWrapper.readline", "UnicodeDecodeError", _readline),
    Row("io.TextIOWrapper.readlines", "UnicodeDecodeError", _readlines),
    Row("io.TextIOWrapper.write", "UnicodeEncodeError", _write_ascii),
    Row("io.TextIOWrapper.write", "OSError", _write_full_disk),
    Row("input", "EOFError", _input),
    Row("int", "ValueError", lambda _: int("1.5")),
    Row("int.to_bytes", "OverflowError", lambda _: (256).to_bytes(1, "big")),
    Row("float", "ValueError", lambda _: float("one")),
    Row("float.fromhex", "ValueError", lambda _: float.fromhex("xy")),
    Row("complex", "ValueError", lambda _: complex("1+")),
    Row("divmod", "ZeroDivisionError", lambda _: divmod(1, 0)),
    Row("chr", "ValueError", lambda _: chr(0x110000)),
    Row("next", "StopIteration", lambda _: next(iter(()))),
    Row("anext", "StopAsyncIteration", lambda _: asyncio.run(_anext())),
    Row("max", "ValueError", lambda _: max(())),
    Row("min", "ValueError", lambda _: min(())),
    Row("getattr", "AttributeError", lambda _: getattr(1, str("x"))),  # noqa: UP018
    Row("delattr", "AttributeError", lambda _: delattr(Row, str("x"))),  # noqa: UP018
    Row("eval", "SyntaxError", lambda _: eval("1 +")),
    Row("exec", "SyntaxError", lambda _: exec("1 +")),
    Row("compile", "SyntaxError", lambda _: compile("1 +", "x", "eval")),
    Row("__import__", "ImportError", lambda _: __import__("no_such_module")),
    # text and bytes
    Row("bytes.fromhex", "ValueError", lambda _: bytes.fromhex("xy")),
    Row("bytearray.fromhex", "ValueError", lambda _: bytearray.fromhex("xy")),
    Row("bytes.decode", "UnicodeDecodeError", lambda _: b"\xff".decode()),
    Row("bytearray.decode", "UnicodeDecodeError", lambda _: bytearray(b"\xff").decode()),
    Row("bytes.index", "ValueError", lambda _: b"a".index(b"b")),
    Row("bytes.rindex", "ValueError", lambda _: b"a".rindex(b"b")),
    Row("str.encode", "UnicodeEncodeError", lambda _: "ä".encode("ascii")),
    Row("str.index", "ValueError", lambda _: "a".index("b")),
    Row("str.rindex", "ValueError", lambda _: "a".rindex("b")),
    Row("str.format", "KeyError", lambda _: "{a}".format(b=1)),
    Row("str.format", "ValueError", lambda _: "{".format(1)),
    Row("str.format_map", "KeyError", lambda _: "{a}".format_map({})),
    # containers
    Row("list.index", "ValueError", lambda _: [1].index(2)),
    Row("list.remove", "ValueError", lambda _: [1].remove(2)),
    Row("list.pop", "IndexError", lambda _: [].pop()),
    Row("list[]", "IndexError", lambda d: d.suffixes[0]),
    Row("tuple.index", "ValueError", lambda _: (1,).index(2)),
    Row("range.index", "ValueError", lambda _: range(2).index(2)),
    Row("dict.pop", "KeyError", lambda _: {}.pop("a")),
    Row("dict.popitem", "KeyError", lambda _: {}.popitem()),
    Row("dict[]", "KeyError", lambda _: {}["a"]),
    Row("set.remove", "KeyError", lambda _: set().remove(1)),
    Row("set.pop", "KeyError", lambda _: set().pop()),
    Row("collections.deque.pop", "IndexError", lambda _: collections.deque().pop()),
    Row("collections.deque.popleft", "IndexError", lambda _: collections.deque().popleft()),
    Row("collections.deque.remove", "ValueError", lambda _: collections.deque([1]).remove(2)),
    Row("collections.deque.index", "ValueError", lambda _: collections.deque([1]).index(2)),
    Row("collections.OrderedDict.popitem", "KeyError", lambda _: collections.OrderedDict().popitem()),
    Row("collections.OrderedDict.move_to_end", "KeyError", lambda _: collections.OrderedDict().move_to_end("a")),
    Row("collections.ChainMap.pop", "KeyError", lambda _: collections.ChainMap({}, {"a": 1}).pop("a")),
    Row("heapq.heappop", "IndexError", lambda _: heapq.heappop([])),
    Row("heapq.heapreplace", "IndexError", lambda _: heapq.heapreplace([], 1)),
    Row("contextvars.ContextVar.get", "LookupError", lambda _: contextvars.ContextVar("x").get()),
    Row(
        "graphlib.TopologicalSorter.prepare",
        "graphlib.CycleError",
        lambda _: graphlib.TopologicalSorter({1: [2], 2: [1]}).prepare(),
    ),
    Row(
        "graphlib.TopologicalSorter.static_order",
        "graphlib.CycleError",
        lambda _: list(graphlib.TopologicalSorter({1: [2], 2: [1]}).static_order()),
    ),
]
