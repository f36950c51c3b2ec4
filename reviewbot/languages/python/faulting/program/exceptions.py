"""Exception classes, real where they can be imported, and instances of them whatever their constructors want."""

# ruff: noqa: ANN401 - the classes made here take anything
from __future__ import annotations

import builtins
import errno
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .stubs import Stub
from .world import World

_MESSAGE = "injected fault"
# What importing somebody's package may raise when it is only half there; such a package counts as not installed.
_NOT_IMPORTABLE = (ImportError, AttributeError, OSError, ValueError, TypeError, RuntimeError, SyntaxError, LookupError)
_NUMBERS = {
    "FileNotFoundError": errno.ENOENT, "PermissionError": errno.EACCES, "FileExistsError": errno.EEXIST,
    "IsADirectoryError": errno.EISDIR, "NotADirectoryError": errno.ENOTDIR, "BrokenPipeError": errno.EPIPE,
    "ConnectionRefusedError": errno.ECONNREFUSED, "ConnectionResetError": errno.ECONNRESET,
    "ConnectionAbortedError": errno.ECONNABORTED, "TimeoutError": errno.ETIMEDOUT, "InterruptedError": errno.EINTR,
    "ProcessLookupError": errno.ESRCH, "BlockingIOError": errno.EAGAIN, "ChildProcessError": errno.ECHILD,
}  # fmt: skip
# Constructor arguments of exceptions that want more than a message, by class name; from their documentation.
_ARGUMENTS: Mapping[str, Sequence[Any]] = {
    "UnicodeDecodeError": ("utf-8", b"\xff", 0, 1, _MESSAGE),
    "UnicodeEncodeError": ("ascii", "\xff", 0, 1, _MESSAGE),
    "UnicodeTranslateError": ("\xff", 0, 1, _MESSAGE),
    "JSONDecodeError": (_MESSAGE, "", 0),
    "TOMLDecodeError": (_MESSAGE,),
    "CalledProcessError": (1, ["command"]),
    "TimeoutExpired": (["command"], 1.0),
    "HTTPError": ("http://localhost/", 500, _MESSAGE, None, None),
    "IncompleteRead": (b"", 1),
    "IncompleteReadError": (b"", 1),
    "LimitOverrunError": (_MESSAGE, 1),
    "NoOptionError": ("option", "section"),
    "MissingSectionHeaderError": ("file", 1, "line"),
    "DuplicateOptionError": ("section", "option"),
    "InterpolationMissingOptionError": ("option", "section", "value", "reference"),
    "ClientError": ({"Error": {"Code": "500", "Message": _MESSAGE}}, "operation"),
}


class Classes(dict[str, type[BaseException]]):
    """Exception classes by dotted path, each made once."""

    def find(self, path: str, ancestors: Sequence[str], third_party: bool) -> type[BaseException]:
        """The class: built-in, from the standard library, installed if ``third_party``, else made up.

        A made-up class has the same name and the same ancestors, nearest first.
        """
        if path not in self:
            self[path] = self._real(path, third_party) or self._made(path, ancestors, third_party)
        return self[path]

    @staticmethod
    def _real(path: str, third_party: bool) -> type[BaseException] | None:
        if "." not in path:
            return _checked(getattr(builtins, path, None))
        known = third_party or path.partition(".")[0] in sys.stdlib_module_names
        return _import(path) if known else None

    def _made(self, path: str, ancestors: Sequence[str], third_party: bool) -> type[BaseException]:
        bases: list[type[BaseException]] = []
        for number, name in enumerate(ancestors):
            base = self.find(name, ancestors[number + 1 :], third_party)
            if not any(issubclass(other, base) for other in bases):
                bases.append(base)
        try:
            return make_class(path, tuple(bases) or (Exception,))
        except TypeError:  # built-in ancestors whose layouts cannot be joined
            return make_class(path, tuple(bases[:1]))


def _checked(found: object) -> type[BaseException] | None:
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _import(path: str) -> type[BaseException] | None:
    parts = path.split(".")
    if parts[0] not in sys.stdlib_module_names and _installed() not in sys.path:
        sys.path.append(_installed())
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
            for name in parts[cut:]:
                found = getattr(found, name)
        except _NOT_IMPORTABLE:
            continue
        return _checked(found)
    return None


def _installed() -> str:
    """Where packages lie beside this interpreter; we run without ``site``, which is slow."""
    environment = os.path.dirname(os.path.dirname(sys.executable))  # noqa: PTH120 - pathlib is not worth its import
    return f"{environment}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def make_class(path: str, bases: tuple[type[BaseException], ...]) -> type[BaseException]:
    """A class by that name whose constructor takes anything and whose instances have any attribute."""

    def new(cls: type[BaseException], *args: Any, **kwargs: Any) -> BaseException:
        return bases[0].__new__(cls)

    def initialise(self: BaseException, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.__dict__.update(kwargs)

    def attribute(self: BaseException, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(World(0, {}), f"{type(self).__name__}.{name}")

    members = {
        "__new__": new,
        "__init__": initialise,
        "__getattr__": attribute,
        "__str__": lambda self: str(self.args),
    }
    return type(path.rpartition(".")[2], bases, members)


def make_instance(kind: type[BaseException]) -> BaseException:
    """An instance of exactly that class.

    Raises:
        TypeError: it has none.
    """
    for build in _ways(kind):
        try:
            made = build()
        except _NOT_IMPORTABLE:
            continue
        if type(made) is kind:
            return made
    raise TypeError(f"{kind.__name__} cannot be made")


def _ways(kind: type[BaseException]) -> list[Callable[[], BaseException]]:
    names = [one.__name__ for one in kind.__mro__]
    ways: list[Callable[[], BaseException]] = []
    known = next((name for name in names if name in _ARGUMENTS), None)
    if known:
        ways.append(lambda: kind(*_ARGUMENTS[known]))
    if issubclass(kind, OSError):
        number = next((_NUMBERS[name] for name in names if name in _NUMBERS), errno.EIO)
        ways.append(lambda: kind(number, _MESSAGE, "injected"))
    if hasattr(kind, "from_exception_data"):  # pydantic
        ways.append(lambda: kind.from_exception_data(_MESSAGE, []))
    return [
        *ways,
        lambda: kind(_MESSAGE),
        kind,
        lambda: kind.__new__(kind, _MESSAGE),
        lambda: kind.__new__(kind),
    ]
