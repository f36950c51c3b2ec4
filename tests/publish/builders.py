"""Suggestions and reviews whose defaults are all fine."""

from __future__ import annotations

from typing import Any

from reviewbot.domain.change import LineRange
from reviewbot.domain.review import Review, Stats
from reviewbot.domain.suggestion import Evidence, ProofLevel, Suggestion, Withheld

WHY = "`json.load` raises `json.JSONDecodeError` when the file is not JSON; nothing in `load` handles it."
EVIDENCE = (
    Evidence("parse", True, "the whole file parses after the edit"),
    Evidence("fault", True, "json.JSONDecodeError: before, it escapes; after, it is handled", level=ProofLevel.REGION),
)


def suggestion(**changes: Any) -> Suggestion:
    fields: dict[str, Any] = {
        "id": "0123456789abcdef",
        "kind": "fix",
        "rule": "py.unhandled.json-decode",
        "path": "a.py",
        "lines": LineRange(20, 21),
        "original": "y = 1\nz = 2\n",
        "replacement": "try:\n    y = 1\n    z = 2\nexcept ValueError:\n    y = z = 0\n",
        "exceptions": ("json.JSONDecodeError",),
        "confidence": 0.9,
        "origin": "template",
        "why": WHY,
        "evidence": EVIDENCE,
    }
    return Suggestion(**{**fields, **changes})


def review(*suggestions: Suggestion, head: str = "b" * 40, more: int = 0, notes: tuple[str, ...] = ()) -> Review:
    withheld = (Withheld("a.py", 3, "not proven"),)
    return Review("a" * 40, head, suggestions, withheld, more, notes, Stats())
