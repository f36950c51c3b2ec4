"""Stubs: objects that take part in anything, answer deterministically, and record what was done to them."""

# ruff: noqa: ANN401, D102 - a stub takes and gives anything
from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from types import GeneratorType
from typing import Any, Literal

from .world import World, short

_EXITS = {"sys.exit", "exit", "quit", "os._exit", "os.abort"}
_CONSUMERS = (".join", ".extend", ".update", ".writelines", ".union")  # methods that run through what they are given
_TEXT = {"__name__", "__qualname__", "__module__", "__file__", "__doc__"}
_NUMBER = 2
_DEEPEST = 4


class Stub:
    """Stands for anything the region did not make itself. Its label says how it came about: ``json.load(open('a'))``.

    Args:
        world: the run it belongs to. label: as above. path: its dotted path where it is part of a module.
    """

    __slots__ = ("_rb_items", "_rb_label", "_rb_nexts", "_rb_path", "_rb_world")

    def __init__(self, world: World, label: str, path: str | None = None) -> None:
        for name, value in (("world", world), ("label", short(label)), ("path", path), ("items", {}), ("nexts", 0)):
            object.__setattr__(self, f"_rb_{name}", value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            if name in _TEXT:
                return self._rb_label
            raise AttributeError(name)
        if ("attribute", name) in self._rb_items:
            return self._rb_items["attribute", name]
        path = f"{self._rb_path}.{name}" if self._rb_path else None
        if path in self._rb_world.classes:
            return self._rb_world.classes[path]
        return Stub(self._rb_world, f"{self._rb_label}.{name}", path)

    def _rb_truth(self, label: str) -> bool:
        return bool(self._rb_world.truth(label))

    def __setattr__(self, name: str, value: object) -> None:
        self._rb_world.note(f"{self._rb_label}.{name} = {describe(value)}")
        self._rb_items["attribute", name] = value

    def __delattr__(self, name: str) -> None:
        self._rb_world.note(f"del {self._rb_label}.{name}")
        self._rb_items.pop(("attribute", name), None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._rb_label.endswith(_CONSUMERS):
            args = tuple(list(a) if isinstance(a, GeneratorType) else a for a in args)
        given = [describe(a) for a in args] + [f"{k}={describe(v)}" for k, v in kwargs.items()]
        made = f"{self._rb_label}({', '.join(given)})"
        self._rb_world.note(f"call {made}")
        if self._rb_path in _EXITS:
            raise SystemExit(args[0] if args else None)
        return Stub(self._rb_world, made)

    def __getitem__(self, key: Any) -> Any:
        what = describe(key)
        self._rb_world.note(f"{self._rb_label}[{what}]")
        if ("item", what) in self._rb_items:
            return self._rb_items["item", what]
        return Stub(self._rb_world, f"{self._rb_label}[{what}]")

    def __setitem__(self, key: Any, value: Any) -> None:
        self._rb_world.note(f"{self._rb_label}[{describe(key)}] = {describe(value)}")
        self._rb_items["item", describe(key)] = value

    def __delitem__(self, key: Any) -> None:
        self._rb_world.note(f"del {self._rb_label}[{describe(key)}]")
        self._rb_items.pop(("item", describe(key)), None)

    def __contains__(self, key: Any) -> bool:
        return self._rb_truth(f"{describe(key)} in {self._rb_label}")

    def __iter__(self) -> Iterator[Any]:
        self._rb_world.note(f"iterate {self._rb_label}")
        for number in range(self._rb_world.count()):
            yield self._rb_element(number)

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(self)[::-1])

    def _rb_element(self, number: int) -> Any:
        """Keys are text, so that ``f(**stub)`` works; anything else is a stub again."""
        return (
            f"key{number}" if self._rb_label.endswith(".keys()") else Stub(self._rb_world, f"{self._rb_label}#{number}")
        )

    def _rb_next(self) -> int:
        number: int = self._rb_nexts
        object.__setattr__(self, "_rb_nexts", number + 1)
        self._rb_world.note(f"next {self._rb_label}")
        return number

    def __next__(self) -> Any:
        """Never ends by itself: ``for`` asks ``__iter__``, and whoever calls ``next`` wants an item."""
        return self._rb_element(self._rb_next())

    def __aiter__(self) -> Stub:
        return self

    async def __anext__(self) -> Any:
        number = self._rb_next()
        if number >= self._rb_world.count():
            raise StopAsyncIteration
        return self._rb_element(number)

    def __await__(self) -> Generator[None, None, Stub]:
        self._rb_world.note(f"await {self._rb_label}")
        return self
        yield  # never reached: makes this a generator, as await wants it

    def __enter__(self) -> Stub:
        self._rb_world.note(f"enter {self._rb_label}")
        return Stub(self._rb_world, f"{self._rb_label}.entered")

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: object) -> Literal[False]:
        self._rb_world.note(f"exit {self._rb_label} {kind.__name__ if kind else ''}")
        return False

    async def __aenter__(self) -> Stub:
        return self.__enter__()

    async def __aexit__(self, kind: type[BaseException] | None, value: object, traceback: object) -> Literal[False]:
        return self.__exit__(kind, value, traceback)

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        return ()

    def __bool__(self) -> bool:
        return self._rb_truth(self._rb_label)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Stub) and self._rb_label == other._rb_label:
            return True
        return self._rb_truth(f"{self._rb_label} == {describe(other)}")

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return zlib.crc32(self._rb_label.encode("utf-8", "replace"))

    def __len__(self) -> int:
        return int(self._rb_world.count())

    def __int__(self) -> int:
        return _NUMBER

    __index__ = __trunc__ = __ceil__ = __floor__ = __int__

    def __round__(self, digits: int | None = None) -> Any:
        return _NUMBER if digits is None else float(_NUMBER)

    def __float__(self) -> float:
        return float(_NUMBER)

    def __complex__(self) -> complex:
        return complex(_NUMBER)

    def __bytes__(self) -> bytes:
        return self.__str__().encode("utf-8", "replace")

    def __str__(self) -> str:
        return f"<{self._rb_label}>"

    __repr__ = __str__
    __fspath__ = __str__

    def __format__(self, spec: str) -> str:
        return f"<{self._rb_label}:{spec}>"


def _binary(sign: str, swapped: bool) -> Callable[[Stub, Any], Stub]:
    def operation(self: Stub, other: Any) -> Stub:
        sides = (describe(other), self._rb_label) if swapped else (self._rb_label, describe(other))
        return Stub(self._rb_world, f"({sides[0]} {sign} {sides[1]})")

    return operation


def _order(sign: str) -> Callable[[Stub, Any], bool]:
    def operation(self: Stub, other: Any) -> bool:
        return bool(self._rb_world.truth(f"{self._rb_label} {sign} {describe(other)}"))

    return operation


def _unary(sign: str) -> Callable[[Stub], Stub]:
    return lambda self: Stub(self._rb_world, f"{sign}{self._rb_label}")


for _name, _sign in {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>", "divmod": "divmod",
}.items():  # fmt: skip
    setattr(Stub, f"__{_name}__", _binary(_sign, swapped=False))
    setattr(Stub, f"__r{_name}__", _binary(_sign, swapped=True))
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}.items():
    setattr(Stub, f"__{_name}__", _order(_sign))
for _name, _sign in {"neg": "-", "pos": "+", "invert": "~", "abs": "abs "}.items():
    setattr(Stub, f"__{_name}__", _unary(_sign))


def describe(value: object, depth: int = 0) -> str:
    """A value in words that are the same in every run: no addresses, bounded in depth and length."""
    if isinstance(value, Stub):
        return str(value._rb_label)
    if value is None or type(value) in {bool, int, float, complex, str, bytes}:
        return short(repr(value))
    if depth < _DEEPEST and type(value) in {list, tuple, set, frozenset, dict}:
        return short(f"{type(value).__name__}{_parts(value, depth)}")
    if isinstance(value, BaseException):
        return short(f"{type(value).__name__}({', '.join(describe(a, depth + 1) for a in value.args)})")
    if isinstance(value, type):
        return f"class {value.__name__}"
    name = getattr(value, "__name__", "")
    return f"<{type(value).__name__} {name}>" if isinstance(name, str) and name else f"<{type(value).__name__}>"


def _parts(value: Any, depth: int) -> str:
    if isinstance(value, dict):
        pairs = (f"{describe(k, depth + 1)}: {describe(v, depth + 1)}" for k, v in list(value.items())[:50])
        return f"{{{', '.join(pairs)}}}"
    words = [describe(part, depth + 1) for part in list(value)[:50]]
    return f"[{', '.join(sorted(words) if isinstance(value, set | frozenset) else words)}]"


def take(value: Any, shape: Any) -> Any:
    """``value`` as something that unpacks into ``shape``: None is a name, ``"*"`` a starred one, a list a pattern."""
    if shape is None or shape == "*":
        return value
    if isinstance(value, Stub):
        return [take(Stub(value._rb_world, f"{value._rb_label}#{number}"), part) for number, part in enumerate(shape)]
    if isinstance(value, tuple | list) and len(value) == len(shape) and "*" not in shape:
        return [take(item, part) for item, part in zip(value, shape, strict=True)]
    return value
