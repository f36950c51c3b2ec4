"""What the audit log holds: a verdict of the gate with all that it rests on, or the merge of a pull request."""

from __future__ import annotations

import typing
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any

from reviewbot.domain.canonical import NotCanonical, canonical, parse_canonical
from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind

VERSION = 1
"""Of the entries' fields. A field more or less is another version; older ones are read for ever."""


@dataclass(frozen=True)
class Clearing:
    """Who cleared lines, looking at which commit, and how: ``approval``, ``sign-off``, ``thread``."""

    by: str
    commit: str
    how: str


@dataclass(frozen=True)
class Judgement:
    """What the gate said of some lines.

    Attributes:
        path, lines: at the head. kind: what they counted as. outcome: what was said of them, such as ``cleared``.
        claims: the evidence, each record that spoke of them. cleared: who cleared them.
        why: the gate's sentences.
    """

    path: str
    lines: LineRange
    kind: OriginKind
    outcome: str
    claims: tuple[Claim, ...] = ()
    cleared: tuple[Clearing, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Override:
    """Who lifted the gate, and the reason given."""

    by: str
    reason: str


@dataclass(frozen=True)
class VerdictEntry:
    """What the gate said of a head.

    Attributes:
        at: milliseconds since the epoch. forge, repository, number: the pull request; number 0 where there is none.
        head: the commit it holds for. base: the commit that the change was taken from, a full id.
        policy: SHA-256 of the policy in force, in hexadecimal. mode: ``off``, ``report`` or ``enforce``.
        state: ``pass``, ``fail``, ``pending`` or ``error``. lines: every changed line, in runs.
        override: what lifted it. problems: what could not be checked.
        patches: digests by which the change is known again after a squash or a rebase: of the whole change first, then
            of each commit; empty where they were not computed. See ``reviewbot.policy.released``.
    """

    at: int
    forge: str
    repository: str
    number: int
    head: str
    base: str
    policy: str
    mode: str
    state: str
    lines: tuple[Judgement, ...] = ()
    override: Override | None = None
    problems: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()


@dataclass(frozen=True)
class MergeEntry:
    """The forge said that a pull request is merged: with which head, and as which commit of the target branch."""

    at: int
    forge: str
    repository: str
    number: int
    head: str
    commit: str


Entry = VerdictEntry | MergeEntry
_TYPES: dict[str, type[VerdictEntry | MergeEntry]] = {"verdict": VerdictEntry, "merge": MergeEntry}


def body(entry: Entry) -> str:
    """An entry in canonical JSON.

    Raises:
        NotCanonical: a number in it is too large.
    """
    kind = next(name for name, made in _TYPES.items() if isinstance(entry, made))
    return canonical({"type": kind, "version": VERSION, **_plain(entry)})


def read_body(text: str) -> Entry:
    """The entry that ``body`` was given.

    Raises:
        NotCanonical: it is none of this version.
    """
    value = parse_canonical(text)
    said = (value.pop("type", None), value.pop("version", None)) if isinstance(value, dict) else (None, None)
    kind = _TYPES.get(str(said[0]))
    if kind is None or type(said[1]) is not int or said[1] != VERSION:
        raise NotCanonical(f"The record is no entry of version {VERSION}: read it with a newer reviewbot.")
    made = _load(kind, value)
    assert isinstance(made, VerdictEntry | MergeEntry)
    return made


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of an entry
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _load(kind: Any, value: Any) -> Any:  # noqa: ANN401 - a field's type and its value
    """``value`` as ``kind``, which is one of the few that entries are made of; nothing is converted or guessed."""
    if isinstance(kind, UnionType):  # X | None
        return None if value is None else _load(typing.get_args(kind)[0], value)
    if typing.get_origin(kind) is tuple:
        _expect(isinstance(value, list))
        return tuple(_load(typing.get_args(kind)[0], item) for item in value)
    if is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        _expect(isinstance(value, dict) and value.keys() == hints.keys())
        return _made(kind, {name: _load(hint, value[name]) for name, hint in hints.items()})
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
