"""Fields of GitHub's JSON: what is missing or of a wrong type is said, never guessed.

Every reader raises ``ForgeUnavailable`` for an answer that is not what the API promises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from reviewbot.domain.errors import ForgeUnavailable

Json = Mapping[str, object]

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def as_object(data: object) -> Json:
    """``data``, which has to be an object."""
    if not isinstance(data, Mapping):
        raise ForgeUnavailable("GitHub's answer is no object: if it stays so, check the API's address.")
    return data


def get_object(data: Json, name: str) -> Json:
    """The object ``name``."""
    value = data.get(name)
    if not isinstance(value, Mapping):
        raise wrong(name)
    return value


def get_optional(data: Json, name: str) -> Json | None:
    """The object ``name``; None where GitHub says ``null``, or nothing."""
    return None if data.get(name) is None else get_object(data, name)


def get_objects(data: Json, name: str) -> list[Json]:
    """The list of objects ``name``."""
    value = data.get(name)
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise wrong(name)
    return value


def get_text(data: Json, name: str) -> str:
    """The text ``name``, which is not empty."""
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise wrong(name)
    return value


def get_words(data: Json, name: str) -> str:
    """What somebody wrote: ``name``, which may be empty or ``null``. See ``storable``."""
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise wrong(name)
    return storable(value or "")


def get_number(data: Json, name: str) -> int:
    """The number ``name``, which is at least 1."""
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise wrong(name)
    return value


def get_optional_number(data: Json, name: str) -> int | None:
    """The number ``name``; None where GitHub says ``null``, or nothing."""
    return None if data.get(name) is None else get_number(data, name)


def get_flag(data: Json, name: str) -> bool:
    """Whether ``name``."""
    value = data.get(name)
    if not isinstance(value, bool):
        raise wrong(name)
    return value


def get_moment(data: Json, name: str) -> float:
    """The time ``name``, which GitHub gives in ISO 8601 with its zone, in seconds since the epoch."""
    text = get_text(data, name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise wrong(name)
    return moment.timestamp()


def get_commit(data: Json, name: str) -> str:
    """The full commit id ``name``; empty where it is all zeros, which stands for no commit."""
    text = get_text(data, name)
    if not _COMMIT.fullmatch(text):
        raise wrong(name)
    return text if text.strip("0") else ""


def storable(text: str) -> str:
    """``text`` without what UTF-8 and PostgreSQL's ``text`` cannot hold: JSON may carry lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


def wrong(name: str) -> ForgeUnavailable:
    """The error for a field that is missing or unusable."""
    return ForgeUnavailable(f"GitHub's answer has no usable field {name}: if it stays so, check the API's address.")
