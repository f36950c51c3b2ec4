"""What one run, before and after, says about a mend: alike, mended, or wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending import lost_cause
from reviewbot.languages.python.mending.experiment import RAISE

Sight = Mapping[str, Any]
"""What ``fault_program.watch`` tells of one side."""


@dataclass(frozen=True)
class Run:
    """One run on both sides. ``exception`` is what was injected, empty where nothing was."""

    exception: str
    before: Sight
    after: Sight


@dataclass(frozen=True)
class Verdict:
    """``mended``: the smell shows before and not after. ``wrong``: why the run speaks against the mend."""

    mended: bool = False
    wrong: str | None = None


ALIKE = Verdict()
_ALL = ("kind", "type", "detail", "escaped", "cause", "marks", "digest")


def alike(run: Run, but: tuple[str, ...] = ()) -> bool:
    """Whether both sides saw the same."""
    return all(run.before[name] == run.after[name] for name in _ALL if name not in but)


def cause(mend: Mend, run: Run) -> Verdict:
    """The new exception has the caught one for its cause, and nothing else differs."""
    if not alike(run, but=("cause",)):
        return Verdict(wrong="the edit changes more than the cause")
    if run.before["cause"] == run.after["cause"]:
        return ALIKE
    if (run.before["cause"], run.after["cause"]) == ("none", "injected"):
        return Verdict(mended=True)
    return Verdict(wrong="`__cause__` is not the caught exception after the edit")


def missing(mend: Mend, shown: Sequence[Run], others: Sequence[Run]) -> str | None:
    """What the runs leave unproven; None where they show all of the mend at work."""
    if not shown:
        return "no run shows a difference that the edit makes"
    if not any(run.before["kind"] != "endless" for run in (*shown, *others)):
        return "the statements do not end"
    if mend.rule == lost_cause.RULE and len(_last_raises(shown)) < mend.spots:
        return "a raise was not reached with the fault injected"
    return None


def _last_raises(shown: Sequence[Run]) -> set[int]:
    return {run.after["marks"][-1] for run in shown if run.after["marks"] and run.after["marks"][-1] >= RAISE}
