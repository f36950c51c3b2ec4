"""A review as JSON: the contract that ``docs/review.schema.json`` publishes."""

from __future__ import annotations

import json
from typing import Any

from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Evidence, Suggestion

SCHEMA = 1
"""Rises when a key changes its meaning or goes away; a new key does not raise it."""

_STEPS = ("total", "checkout", "detect", "propose", "verify", "screen")


def to_json(review: Review) -> str:
    """The document, in ASCII alone so that it survives every pipe; a path that is no UTF-8 keeps its bytes."""
    return json.dumps(to_document(review), indent=2)


def to_document(review: Review) -> dict[str, Any]:
    """The document as plain data."""
    return {
        "schema": SCHEMA,
        "base": review.base,
        "head": review.head,
        "suggestions": [_suggestion(s) for s in review.suggestions],
        "more": review.more,
        "withheld": [{"path": w.path, "line": w.line, "reason": w.reason} for w in review.withheld],
        "notes": [*review.notes, *review.details],
        # A review alone asks nobody who has approved what, and what was not checked is no pass.
        "policy": {"state": "pending", "unreviewed": []},
        "stats": _stats(review),
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": suggestion.id,
        "kind": suggestion.kind,
        "rule": suggestion.rule,
        "path": suggestion.path,
        "start_line": suggestion.lines.start,
        "end_line": suggestion.lines.end,
        "original": suggestion.original,
        "replacement": suggestion.replacement,
        "new_file": suggestion.new_file,
        "exceptions": list(suggestion.exceptions),
        "confidence": suggestion.confidence,
        "origin": suggestion.origin,
        "model": suggestion.model,
        "why": suggestion.why,
        "evidence": [_evidence(e) for e in suggestion.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "check": evidence.check,
        "ok": evidence.ok,
        "detail": evidence.detail,
        "seconds": round(evidence.seconds, 4),
        "level": evidence.level.value,
    }


def _stats(review: Review) -> dict[str, Any]:
    stats = review.stats
    return {
        "files": stats.files,
        "changed_lines": stats.changed_lines,
        "model_calls": stats.model_calls,
        "prompt_tokens": stats.prompt_tokens,
        "completion_tokens": stats.completion_tokens,
        "seconds": {step: round(stats.seconds.get(step, 0.0), 4) for step in _STEPS},
    }
