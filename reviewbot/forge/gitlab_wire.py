"""Fields of GitLab's answers: what is missing or of a wrong type is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from reviewbot.domain.errors import ForgeUnavailable

GHOST = "ghost"
"""Whom GitLab shows for an account that was deleted."""

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")

Object = Mapping[str, Any]
_T = TypeVar("_T")


def an_object(data: object) -> Object:
    """``data``, which must be an object.

    Raises:
        ForgeUnavailable: it is none.
    """
    if not isinstance(data, Mapping):
        raise ForgeUnavailable("GitLab's answer is no object: if it stays so, check GitLab's address.")
    return data


def child(data: Object, name: str) -> Object:
    """The object that ``data`` has under ``name``.

    Raises:
        ForgeUnavailable: it is not there.
    """
    if not isinstance(data.get(name), Mapping):
        raise _wrong(name)
    return an_object(data[name])


def children(data: Object, name: str) -> Sequence[Object]:
    """The objects of a list, or of a GraphQL connection's ``nodes``.

    Raises:
        ForgeUnavailable: it is not there, or one is no object.
    """
    found = data.get(name)
    return objects(found.get("nodes") if isinstance(found, Mapping) else found, name)


def next_cursor(page: Object, before: str | None) -> str | None:
    """Where the page of a GraphQL connection after ``page`` begins; None where it is the last.

    Args:
        before: where ``page`` itself began.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type, or the next page is the same again.
    """
    info = child(page, "pageInfo")
    if not flag(info, "hasNextPage"):
        return None
    after = text(info, "endCursor")
    if after == before:
        raise ForgeUnavailable("GitLab gives the same page again and again: trying again later.")
    return after


def objects(found: object, name: str) -> Sequence[Object]:
    """``found``, which must be a list of objects; ``name`` says in an error what it is.

    Raises:
        ForgeUnavailable: it is none.
    """
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise _wrong(name)
    return found


def text(data: Object, name: str) -> str:
    """A text that is not empty.

    Raises:
        ForgeUnavailable: it is not there, or it is empty.
    """
    value = _field(data, name, str)
    if not value:
        raise _wrong(name)
    return value


def number(data: Object, name: str) -> int:
    """A whole number; ``True`` is none.

    Raises:
        ForgeUnavailable: it is not there.
    """
    value = _field(data, name, int)
    if isinstance(value, bool):
        raise _wrong(name)
    return value


def line_number(data: Object, name: str) -> int | None:
    """A line's number, which may be null.

    Raises:
        ForgeUnavailable: it is something else.
    """
    if data.get(name) is None:
        return None
    value = number(data, name)
    if value < 1:
        raise _wrong(name)
    return value


def flag(data: Object, name: str) -> bool:
    """True or false.

    Raises:
        ForgeUnavailable: it is not there.
    """
    return _field(data, name, bool)


def words(data: Object, name: str) -> str:
    """A text that may be empty.

    Raises:
        ForgeUnavailable: it is not there.
    """
    return _field(data, name, str)


def moment(data: Object, name: str) -> float:
    """A time, such as ``2026-04-15T10:00:00.123Z``, as seconds since the epoch.

    Raises:
        ForgeUnavailable: it is not there, or is none, or has no time zone.
    """
    try:
        found = datetime.fromisoformat(text(data, name))
    except ValueError:
        raise _wrong(name) from None
    if found.tzinfo is None:
        raise _wrong(name)
    return found.timestamp()


def commit_id(data: Object, name: str) -> str:
    """A commit's full id; empty where it is null.

    Raises:
        ForgeUnavailable: it is something else.
    """
    value = data.get(name)
    if value is not None and not (isinstance(value, str) and _COMMIT.fullmatch(value)):
        raise _wrong(name)
    return value or ""


def _field(data: Object, name: str, kind: type[_T]) -> _T:
    value = data.get(name)
    if not isinstance(value, kind):
        raise _wrong(name)
    return value


def _wrong(name: str) -> ForgeUnavailable:
    return ForgeUnavailable(f"GitLab's answer has no usable field {name}: if it stays so, check GitLab's address.")
