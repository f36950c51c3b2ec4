"""Frozen dataclasses as plain data and back, for what is kept as canonical JSON."""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any

from reviewbot.domain.canonical import NotCanonical


def plain(value: Any) -> Any:  # noqa: ANN401 - any part of such data
    """Data of frozen dataclasses, enumerations and tuples as what JSON has."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def load(kind: Any, value: Any) -> Any:  # noqa: ANN401 - a field's type and its value
    """What ``plain`` was given, as ``kind``; nothing is converted or guessed.

    Raises:
        NotCanonical: it is no such data.
    """
    if isinstance(kind, UnionType):  # X | None
        return None if value is None else load(typing.get_args(kind)[0], value)
    if typing.get_origin(kind) is tuple:
        _expect(isinstance(value, list))
        return tuple(load(typing.get_args(kind)[0], item) for item in value)
    if is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        _expect(isinstance(value, dict) and value.keys() == hints.keys())
        return _made(kind, {name: load(hint, value[name]) for name, hint in hints.items()})
    if issubclass(kind, Enum):
        return _made(kind, {"value": value})
    _expect(type(value) is kind)
    return value


def _made(kind: Any, arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - a type and what it makes
    try:
        return kind(**arguments)
    except ValueError:
        raise NotCanonical(f"The record holds no {kind.__name__}: it was not written by reviewbot.") from None


def _expect(true: bool) -> None:
    if not true:
        raise NotCanonical("The record has other fields than an entry: it was not written by reviewbot.")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
