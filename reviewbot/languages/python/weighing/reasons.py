"""Why a guard is wanted here: of the features that carried the probability, those that a person accepts as reasons."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.languages.python.weighing.candidates import Candidate
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.repository import Repository

_LEAST = 0.15
"""A reason moved the log-odds at least so far."""
_MOST = 2


@dataclass(frozen=True)
class Evidence:
    """What a reason is told from. ``values``: the candidate's features."""

    candidate: Candidate
    values: Mapping[str, float]
    repository: Repository
    field: Field


def reasons(moved: Mapping[str, float], evidence: Evidence) -> tuple[str, ...]:
    """At most two sentences, the weightiest first.

    Args:
        moved: how far each feature moved the log-odds, as ``Forest.reasons`` gives it.
    """
    weights: dict[Callable[[Evidence], str | None], float] = {}
    for name, weight in moved.items():
        tell = _TELLERS.get(name)
        if tell is not None:
            weights[tell] = weights.get(tell, 0.0) + weight
    told: list[str] = []
    for tell, weight in sorted(weights.items(), key=lambda item: -item[1]):
        sentence = tell(evidence) if weight >= _LEAST and len(told) < _MOST else None
        if sentence is not None:
            told.append(sentence)
    return tuple(told)


def _repository(evidence: Evidence) -> str | None:
    one, own = evidence.candidate, evidence.repository
    for key in _keys(one):
        caught = own.guards.get(key, Counter())[one.exception]
        if caught:
            uses = own.guards[key]["*"] + own.bare.get(key, 0)
            return f"This repository guards {_shown(key)} against it in {caught} of {uses} places."
    return None


def _field(evidence: Evidence) -> str | None:
    one, field = evidence.candidate, evidence.field
    for key in _keys(one):
        caught = field.guards.get(key, {}).get(one.exception, 0)
        if caught >= 3:
            return f"Of {field.uses(key)} uses of {_shown(key)} in other packages, {caught} are guarded against it."
    return None


def _escape(evidence: Evidence) -> str | None:
    one = evidence.candidate
    called = _keys(one)[0].rpartition(".")[2] if isinstance(one.node, ast.Call) else ""
    depth = evidence.repository.escapes.get(called, {}).get(one.exception)
    if depth is None:
        return None
    return f"`{called}` raises it itself." if depth == 0 else f"It escapes from what `{called}` calls."


def _twins(evidence: Evidence) -> str | None:
    function = evidence.candidate.function
    if function is None or not evidence.values["twin_catches"]:
        return None
    return f"Other functions named `{function.name}` guard against it."


def _file(evidence: Evidence) -> str | None:
    exception = evidence.candidate.exception
    if evidence.values["class_catches"]:
        return f"Other methods of this class guard against `{exception}`."
    return f"Other functions of this file guard against `{exception}`." if evidence.values["file_catches"] else None


def _promise(evidence: Evidence) -> str | None:
    if evidence.values["doc_gives"] or evidence.values["doc_fails"] or evidence.values["doc_goes_on"]:
        return "The docstring says what should happen when it fails."
    promised = evidence.values["name_or_none"] or evidence.values["name_try"] or evidence.values["annotated_optional"]
    return "The function promises an answer even when there is none." if promised else None


def _default(evidence: Evidence) -> str | None:
    told = "A default is set right before, for nothing unless this may fail."
    return told if evidence.values["default_for_nothing"] else None


def _hidden(evidence: Evidence) -> str | None:
    return "Code stands behind it that only a failure could reach." if evidence.values["hides"] else None


def _item(evidence: Evidence) -> str | None:
    told = "The loop around it goes on to the next item only when this one fails."
    return told if evidence.values["loops_once"] else None


_TELLERS: Mapping[str, Callable[[Evidence], str | None]] = {
    **dict.fromkeys(("repo", "repo_guards", "repo_any", "repo_catches"), _repository),
    **dict.fromkeys(("field", "field_any", "field_share", "field_wide"), _field),
    "escape": _escape,
    **dict.fromkeys(("twins_guarded", "twin_catches"), _twins),
    **dict.fromkeys(("file_catches", "class_catches"), _file),
    **dict.fromkeys(
        ("name_or_none", "name_try", "doc_gives", "doc_fails", "doc_goes_on", "annotated_optional"), _promise
    ),
    "default_for_nothing": _default,
    "hides": _hidden,
    "loops_once": _item,
}


def _keys(one: Candidate) -> tuple[str, ...]:
    return next((keys for node, keys in one.nodes if node is one.node), ("",))


def _shown(key: str) -> str:
    words = {"[str]": "a look-up by a name", "[int]": "a look-up by a number", "[]": "a look-up"}
    return words.get(key) or (f"reading `{key[1:]}`" if key.startswith("@") else f"`{key.lstrip('.')}`")
