"""Makes the failure of a row happen, and says what was seen: the class, its bases, and the call that raised it."""

from __future__ import annotations

import ast
import os
import re
import traceback
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType, TracebackType

from tests.rules.provoked.row import Row

HERE = Path(__file__).resolve().parent
HELPERS = {"row.py", "harness.py", "servers.py"}
LONGEST_MESSAGE = 120


class NotProvokedError(AssertionError):
    """A row raised nothing, or raised it elsewhere than in the call that it names."""


@dataclass(frozen=True)
class Seen:
    """What one row raised.

    Attributes:
        raised: the exception's class by module and name.
        bases: its base classes in the same way, nearest first, up to but without ``Exception``.
        call: the expression that raised it, as it stands in the row's module.
        message: its text, without what changes from run to run.
    """

    raised: str
    bases: tuple[str, ...]
    call: str
    message: str


@dataclass
class _Witness(AbstractContextManager[None]):
    """Takes whatever is raised in its block."""

    error: BaseException | None = field(default=None)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        self.error = error
        return isinstance(error, Exception)


def see(row: Row, folder: Path) -> Seen:
    """Make the failure of a row happen in that empty folder.

    Raises:
        NotProvokedError: nothing was raised, or not by a call of the row's callable.
    """
    witness = _Witness()
    with _surroundings(), witness:
        row.provoke(folder)
    try:
        return _described(row, witness.error, folder)
    finally:
        witness.error = None  # its frames hold this one: the circle would keep files and sockets open


def _described(row: Row, error: BaseException | None, folder: Path) -> Seen:
    if error is None:
        raise NotProvokedError(f"{row.name} raised nothing: change its row for {row.exception}.")
    place = raising(error)
    if place is None or not speaks_of(place, row.name):
        where = ast.unparse(place) if place else "nowhere in a row"
        said = "".join(traceback.format_exception_only(error)).strip()
        raise NotProvokedError(f"{row.name} did not raise it, but {where} ({said}): mend its row for {row.exception}.")
    kind = type(error)
    bases = tuple(qualified(c) for c in kind.__mro__[1:] if c not in (Exception, BaseException, object))
    return Seen(qualified(kind), bases, ast.unparse(place), _steady(str(error), folder))


def qualified(kind: type) -> str:
    """The name of a class with its module; built-ins are bare."""
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def raising(error: BaseException) -> ast.expr | None:
    """The innermost expression of a row's module through which an exception came."""
    found: tuple[FrameType, int] | None = None
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(HERE) and path.name not in HELPERS:
            found = trace.tb_frame, trace.tb_lasti
        trace = trace.tb_next
    if found is None:
        return None
    code = found[0].f_code
    start, end, column, end_column = list(code.co_positions())[found[1] // 2]
    if start is None or end is None or column is None or end_column is None:
        return None
    return _smallest(code.co_filename, (start, column), (end, end_column))


def _smallest(path: str, start: tuple[int, int], end: tuple[int, int]) -> ast.expr | None:
    around = [
        node
        for node in _expressions(path)
        if (node.lineno, node.col_offset) <= start and end <= (node.end_lineno or 0, node.end_col_offset or 0)
    ]
    return min(around, key=_size, default=None)


@cache
def _expressions(path: str) -> tuple[ast.expr, ...]:
    tree = ast.parse(Path(path).read_bytes())
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.expr))


def _size(node: ast.expr) -> int:
    return sum(1 for _ in ast.walk(node))


def speaks_of(place: ast.expr, name: str) -> bool:
    """Whether an expression names the callable, or subscripts where the name ends in ``[]``."""
    if name.endswith("[]"):
        return any(isinstance(node, ast.Subscript) for node in ast.walk(place))
    last = name.rpartition(".")[2]
    return any(
        (isinstance(node, ast.Attribute) and node.attr == last) or (isinstance(node, ast.Name) and node.id == last)
        for node in ast.walk(place)
    )


@contextmanager
def _surroundings() -> Iterator[None]:
    """No proxy of whoever runs it, and no deprecation in place of the failure."""
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    for name in proxies:
        del os.environ[name]
    try:
        with warnings.catch_warnings():
            for kind in (DeprecationWarning, EncodingWarning):
                warnings.simplefilter("ignore", kind)
            yield
    finally:
        os.environ.update(proxies)


def _steady(message: str, folder: Path) -> str:
    text = message.replace(str(folder.resolve()), "FOLDER").replace(str(folder), "FOLDER")
    text = re.sub(r"0x[0-9a-f]+|\d{5,}|(?<=pid=)\d+|(?<=psm_)\w+|(?<=tmp)\w{8}\b", "N", text)
    return " ".join(text.split())[:LONGEST_MESSAGE]
