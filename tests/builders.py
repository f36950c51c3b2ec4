"""Domain objects for tests: every default is fine, a test overrides the one fact that it is about."""

from __future__ import annotations

from typing import Any

from reviewbot.domain.change import LineRange
from reviewbot.domain.review import Review, Stats
from reviewbot.domain.suggestion import Evidence, ProofLevel, Suggestion, Withheld, fingerprint

BASE = "1" * 40
HEAD = "2" * 40

ORIGINAL = "data = json.load(open('config.json'))\n"
REPLACEMENT = """try:
    data = json.load(open('config.json'))
except FileNotFoundError:
    raise SystemExit('config.json is missing')
except json.JSONDecodeError as exc:
    raise SystemExit(f'config.json is not JSON: {exc}')
"""


def evidence(**facts: Any) -> Evidence:
    """A passed check."""
    return Evidence(**{"check": "parse", "ok": True, "detail": "the file parses", "seconds": 0.01} | facts)


def suggestion(**facts: Any) -> Suggestion:
    """A fix of line 3 of ``app.py``, proven by running it."""
    original = facts.get("original", ORIGINAL)
    proofs = (evidence(), evidence(check="fault", detail="escapes before, handled after", level=ProofLevel.REGION))
    defaults: dict[str, Any] = {
        "id": fingerprint("py.unhandled.json-decode", original),
        "kind": "fix",
        "rule": "py.unhandled.json-decode",
        "path": "app.py",
        "lines": LineRange(3, 3),
        "original": original,
        "replacement": REPLACEMENT,
        "exceptions": ("FileNotFoundError", "json.JSONDecodeError"),
        "confidence": 0.93,
        "origin": "template",
        "why": "`json.load` raises `json.JSONDecodeError` when the file is not JSON; nothing here handles it.",
        "evidence": proofs,
    }
    return Suggestion(**defaults | facts)


def withheld(**facts: Any) -> Withheld:
    """A place that no handler fits."""
    return Withheld(**{"path": "app.py", "line": 7, "reason": "names: x may be unbound"} | facts)


def stats(**facts: Any) -> Stats:
    """Of a small review without a model."""
    return Stats(**{"files": 1, "changed_lines": 5, "seconds": {"total": 1.5, "detect": 0.1}} | facts)


def review(*suggestions: Suggestion, **facts: Any) -> Review:
    """A review with these suggestions and nothing else to tell."""
    defaults: dict[str, Any] = {
        "base": BASE,
        "head": HEAD,
        "suggestions": suggestions,
        "withheld": (),
        "more": 0,
        "notes": (),
        "stats": stats(),
    }
    return Review(**defaults | facts)
