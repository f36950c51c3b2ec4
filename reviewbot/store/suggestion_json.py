"""A suggestion as versioned JSON and back, without loss: what is stored today is carried through pushes for months."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import StoreError
from reviewbot.domain.suggestion import Evidence, ProofLevel, Suggestion

VERSION = 1
_T = TypeVar("_T")
_SURROGATE = re.compile("[\ud800-\udfff]")


def dump(suggestion: Suggestion) -> str:
    """ASCII alone, so that any database keeps it; text that holds a surrogate is written as UTF-8 in hexadecimal."""
    s = suggestion
    return json.dumps(
        {
            "version": VERSION,
            "id": _text(s.id),
            "kind": _text(s.kind),
            "rule": _text(s.rule),
            "path": _text(s.path),
            "start_line": s.lines.start,
            "end_line": s.lines.end,
            "original": _text(s.original),
            "replacement": _text(s.replacement),
            "exceptions": [_text(name) for name in s.exceptions],
            "confidence": s.confidence,
            "origin": _text(s.origin),
            "why": _text(s.why),
            "evidence": [_evidence(one) for one in s.evidence],
            "function": None if s.function is None else _text(s.function),
            "model": None if s.model is None else _text(s.model),
            "new_file": s.new_file,
        },
        separators=(",", ":"),
    )


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "check": _text(one.check),
        "ok": one.ok,
        "detail": _text(one.detail),
        "seconds": one.seconds,
        "level": one.level.value,
    }


def _text(text: str) -> object:
    """JSON would join a high and a low surrogate that stand side by side to one character."""
    return {"hex": text.encode("utf-8", "surrogatepass").hex()} if _SURROGATE.search(text) else text


def load(text: str) -> Suggestion:
    """The suggestion that ``dump`` was given.

    Raises:
        StoreError: it cannot be read, or was written by another version.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _unreadable("it is no JSON") from None
    reading = _Fields(found)
    if reading.take("version", int) != VERSION:
        raise _unreadable("another version wrote it")
    suggestion = _suggestion(reading)
    reading.end()
    return suggestion


def _suggestion(given: _Fields) -> Suggestion:
    return Suggestion(
        id=given.text("id"),
        kind=given.text("kind"),
        rule=given.text("rule"),
        path=given.text("path"),
        lines=_lines(given.take("start_line", int), given.take("end_line", int)),
        original=given.text("original"),
        replacement=given.text("replacement"),
        exceptions=tuple(_any_text("exceptions", name) for name in given.take("exceptions", list)),
        confidence=given.number("confidence"),
        origin=given.text("origin"),
        why=given.text("why"),
        evidence=tuple(_read_evidence(one) for one in given.take("evidence", list)),
        function=given.text_or_none("function"),
        model=given.text_or_none("model"),
        new_file=given.take("new_file", bool),
    )


def _read_evidence(found: object) -> Evidence:
    given = _Fields(found)
    level = given.take("level", str)
    if level not in list(ProofLevel):
        raise _unreadable("its field level is wrong")
    check, ok = given.text("check"), given.take("ok", bool)
    evidence = Evidence(check, ok, given.text("detail"), given.number("seconds"), ProofLevel(level))
    given.end()
    return evidence


def _lines(start: int, end: int) -> LineRange:
    try:
        return LineRange(start, end)
    except ValueError:
        raise _unreadable("its lines are no range") from None


class _Fields:
    """An object of the JSON whose fields are taken one by one, each of exactly its type, until none is left."""

    def __init__(self, found: object) -> None:
        if not isinstance(found, dict):
            raise _unreadable("a part of it is no object")
        self._left: dict[str, object] = dict(found)

    def take(self, name: str, kind: type[_T]) -> _T:
        value = self._pop(name)
        if type(value) is not kind:  # a bool is an int to isinstance
            raise _unreadable(f"its field {name} is wrong")
        return value

    def number(self, name: str) -> float:
        value = self._pop(name)
        if type(value) is int and abs(value) < 1 << 53:
            return float(value)
        if type(value) is not float:
            raise _unreadable(f"its field {name} is wrong")
        return value

    def text(self, name: str) -> str:
        return _any_text(name, self._pop(name))

    def text_or_none(self, name: str) -> str | None:
        value = self._pop(name)
        return None if value is None else _any_text(name, value)

    def end(self) -> None:
        if self._left:
            raise _unreadable(f"it has the unknown field {min(self._left)}")

    def _pop(self, name: str) -> object:
        if name not in self._left:
            raise _unreadable(f"its field {name} is missing")
        return self._left.pop(name)


def _any_text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or list(value) != ["hex"] or not isinstance(value["hex"], str):
        raise _unreadable(f"its field {name} is wrong")
    try:
        return bytes.fromhex(value["hex"]).decode("utf-8", "surrogatepass")
    except ValueError:
        raise _unreadable(f"its field {name} is wrong") from None


def _unreadable(why: str) -> StoreError:
    return StoreError(
        f"A stored suggestion cannot be read, {why}: use the version that wrote it, or delete the record."
    )
