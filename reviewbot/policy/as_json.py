"""A verdict as JSON: the contract that ``docs/policy.md`` describes."""

from __future__ import annotations

import json
from typing import Any

from reviewbot.policy.verdict import Judged, Outcome, Verdict

SCHEMA = 1
"""Rises when a key changes its meaning or goes away; a new key does not raise it."""

_REVIEWED = frozenset({Outcome.CLEARED, Outcome.OVERRIDDEN})


def to_json(verdict: Verdict, base: str) -> str:
    """The document, in ASCII alone; a path that is no UTF-8 keeps its bytes."""
    return json.dumps({"schema": SCHEMA, "base": base, "head": verdict.head, "policy": to_document(verdict)}, indent=2)


def to_document(verdict: Verdict) -> dict[str, Any]:
    """What stands under ``policy``, also in a review's JSON."""
    lifted = verdict.override
    return {
        "state": verdict.state.value,
        "mode": verdict.mode.value,
        "unreviewed": [_judged(one) for one in verdict.unreviewed],
        "reviewed": [_judged(one) for one in verdict.lines if one.outcome in _REVIEWED],
        "override": {"by": lifted.by, "reason": lifted.reason} if lifted else None,
        "problems": list(verdict.problems),
        "notes": list(verdict.notes),
    }


def _judged(one: Judged) -> dict[str, Any]:
    return {
        "path": one.path,
        "start_line": one.lines.start,
        "end_line": one.lines.end,
        "kind": one.kind.value,
        "source": one.source,
        "outcome": one.outcome.value,
        "why": list(one.why),
        "who": one.who,
        "cleared": [{"by": c.by, "commit": c.commit, "how": c.how} for c in one.cleared],
    }
