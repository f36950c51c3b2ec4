"""Builders of suggestions and records: every default is fine, a test overrides one fact."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Record, State
from reviewbot.domain.suggestion import Evidence, ProofLevel, Suggestion, fingerprint

HEAD = "a" * 40


def suggestion(name: str = "one", **changes: object) -> Suggestion:
    original = f"data = json.loads({name})\n"
    made = Suggestion(
        id=fingerprint("py.unhandled.json-decode", original),
        kind="fix",
        rule="py.unhandled.json-decode",
        path="src/a.py",
        lines=LineRange(4, 4),
        original=original,
        replacement=f"try:\n    data = json.loads({name})\nexcept json.JSONDecodeError:\n    raise\n",
        exceptions=("json.JSONDecodeError",),
        confidence=0.93,
        origin="template",
        why="The text may be no JSON.",
        evidence=(Evidence("fault", True, "It was raised.", 0.25, ProofLevel.REGION),),
        function="main",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def record(name: str = "one", state: State = State.STANDING, **changes: object) -> Record:
    return replace(Record(suggestion(name), HEAD, state), **changes)  # type: ignore[arg-type]
