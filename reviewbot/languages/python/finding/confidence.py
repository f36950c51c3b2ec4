"""How sure we are that an unhandled failure wants a guard right here: one pure function over a few plain facts.

The factors were set by hand so that ``flask`` and ``rich``, taken as changes from empty, stay well under ten
suggestions a thousand lines (docs/benchmarks.md) while code that reads the outside at the top of a program is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.languages.python.finding.guards import Checked
from reviewbot.languages.python.finding.handled import Care
from reviewbot.languages.python.finding.origins import Origin


class Cause(StrEnum):
    """What makes a call fail."""

    STATE = "state"
    """The state of the world: files, network, processes. Even a constant path can be missing."""
    VALUE = "value"
    """The value it is given."""


@dataclass(frozen=True)
class Features:
    """What is known about one failure of one site.

    Attributes:
        likelihood: the knowledge's word, 0 to 1.
        cause: what makes it fail.
        origin: where the input comes from.
        boundary: nobody above can handle it better: module level, ``main``, a command, a request handler, a task.
        checked: what the checks before it say.
        care: what the surroundings do.
        documented: the function's docstring says that it raises this.
        recovering: it stands in an ``except`` or ``finally`` block, where a second failure hides the first.
        promised: the function's docstring says what it gives when there is nothing to give, or that it skips.
        hands_on: the function has the callee's own name, as ``def loads(s): return json.loads(s)``: it wraps it.
    """

    likelihood: float
    cause: Cause = Cause.VALUE
    origin: Origin = Origin.UNKNOWN
    boundary: bool = False
    checked: Checked = Checked.NO
    care: Care = Care.NONE
    documented: bool = False
    recovering: bool = False
    hands_on: bool = False
    promised: bool = False


_ORIGIN = {
    (Cause.VALUE, Origin.OWN): 0.3,
    (Cause.VALUE, Origin.UNKNOWN): 0.7,
    (Cause.VALUE, Origin.CALLER): 0.8,
    (Cause.VALUE, Origin.OUTSIDE): 1.05,
    (Cause.STATE, Origin.OWN): 0.9,
    (Cause.STATE, Origin.UNKNOWN): 0.8,
    (Cause.STATE, Origin.CALLER): 0.85,
    (Cause.STATE, Origin.OUTSIDE): 1.0,
}


def confidence(features: Features) -> float:
    """The confidence, 0 to 0.99, in steps of a hundredth."""
    score = features.likelihood * _ORIGIN[features.cause, features.origin]
    if features.boundary:
        score *= 1.15
    if features.checked is Checked.SOMEHOW:
        score *= 0.5
    if features.care is Care.NARROWER:
        score *= 0.4
    if features.documented:
        score *= 0.3
    if features.promised:
        score *= 1.25
    if features.hands_on:
        score *= 0.7
    if features.recovering:
        score *= 0.9
    if features.checked is Checked.RULED_OUT or features.care is Care.HANDLED:
        score = 0.0
    return round(min(score, 0.99), 2)
