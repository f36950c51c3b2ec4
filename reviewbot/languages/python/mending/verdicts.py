"""What one run, before and after, says about a mend: alike, mended, or wrong. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending import bare_except, finally_jump, handler_order, leaked_file, lost_cause
from reviewbot.languages.python.mending.experiment import EVERYDAY
from reviewbot.languages.python.mending.marking import HANDLER, RAISE

Sight = Mapping[str, Any]
"""What ``fault_program.watch`` tells of one side."""


@dataclass(frozen=True)
class Run:
    """One run on both sides.

    Attributes:
        exception: what was injected, empty where nothing was.
        before, after: what each side saw.
        until: all that the second side saw is what the first saw up to the jump in its ``finally``.
    """

    exception: str
    before: Sight
    after: Sight
    until: bool = False


@dataclass(frozen=True)
class Verdict:
    """``mended``: the smell shows before and not after. ``wrong``: why the run speaks against the mend."""

    mended: bool = False
    wrong: str | None = None


ALIKE = Verdict()
_UNBOUND = {"NameError", "UnboundLocalError"}
"""What a jump's own value raises where the failure came before the name was bound."""
_GOES_ON = {"fell", "returned", "continued", "broke"}
_ALL = ("kind", "type", "detail", "escaped", "cause", "marks", "digest", "left_open")


def alike(run: Run, but: tuple[str, ...] = ()) -> bool:
    """Whether both sides saw the same."""
    return all(run.before[name] == run.after[name] for name in _ALL if name not in but)


def cause(mend: Mend, run: Run) -> Verdict:
    """The new exception has the caught one for its cause, and nothing else differs."""
    if not alike(run, but=("cause",)):
        return Verdict(wrong="the edit changes more than the cause")
    if run.before["cause"] == run.after["cause"]:
        return ALIKE
    if run.before["cause"] == "none" and run.after["cause"] in {"injected", "context"}:
        return Verdict(mended=True)
    return Verdict(wrong="`__cause__` is not the caught exception after the edit")


def bare(mend: Mend, run: Run) -> Verdict:
    """What ends a program was swallowed and escapes now; everything else is handled as before."""
    if alike(run):
        return ALIKE
    swallowed = run.before["kind"] in _GOES_ON
    if run.exception in mend.exceptions and swallowed and run.after["escaped"]:
        return Verdict(mended=True)
    return Verdict(wrong="it is handled otherwise than before")


def order(mend: Mend, run: Run) -> Verdict:
    """What the lower clause names was taken by the upper one and is taken by its own now; nothing else differs."""
    if alike(run):
        return ALIKE
    before, after = run.before["marks"], run.after["marks"]
    upper = HANDLER + 1 in before and HANDLER not in before
    own = HANDLER in after and HANDLER + 1 not in after
    if run.exception in mend.exceptions and upper and own:
        return Verdict(mended=True)
    return Verdict(wrong="it does not reach the clause that it should")


def jump(mend: Mend, run: Run) -> Verdict:
    """What was thrown away goes on its way; where nothing was, nothing differs."""
    if alike(run):
        return ALIKE
    lost = run.before["kind"] in _GOES_ON or (run.before["type"] in _UNBOUND and run.after["escaped"])
    if lost and run.until and run.after["kind"] in {"raised", "exit"}:
        return Verdict(mended=True)
    return Verdict(wrong="the edit changes more than what becomes of an exception")


def leak(mend: Mend, run: Run) -> Verdict:
    """The file is closed now, and nothing else differs."""
    if not alike(run, but=("left_open",)):
        return Verdict(wrong="the edit changes more than whether the file is closed")
    if run.before["left_open"] == run.after["left_open"]:
        return ALIKE
    if run.before["left_open"] == 1 and run.after["left_open"] == 0:
        return Verdict(mended=True)
    return Verdict(wrong="a file is left open after the edit")


def telling(mend: Mend, run: Run) -> bool:
    """Whether a mended run shows it by the very exception that was injected."""
    if mend.rule == lost_cause.RULE:
        return bool(run.after["cause"] == "injected")
    if mend.rule == leaked_file.RULE:
        return bool(run.exception and run.after["escaped"])
    if mend.rule == handler_order.RULE:
        return bool(run.exception)
    return bool(run.exception) and run.before["kind"] in _GOES_ON and bool(run.after["escaped"])


def missing(mend: Mend, shown: Sequence[Run], others: Sequence[Run]) -> str | None:
    """What the runs leave unproven; None where they show all of the mend at work."""
    shown = [run for run in shown if telling(mend, run)]
    if not shown:
        return "no run shows a difference that the edit makes"
    return _STILL_MISSING[mend.rule](mend, shown, others)


def _raises_reached(mend: Mend, shown: Sequence[Run], others: Sequence[Run]) -> str | None:
    """Each mended raise was the last thing that a run passed."""
    last = {run.after["marks"][-1] for run in shown if run.after["marks"] and run.after["marks"][-1] >= RAISE}
    return None if len(last) >= mend.spots else "a raise was not reached with the fault injected"


def _still_handles(mend: Mend, shown: Sequence[Run], others: Sequence[Run]) -> str | None:
    everyday = [run for run in others if run.exception in EVERYDAY and HANDLER in run.after["marks"]]
    return None if everyday else "nothing shows that an ordinary failure is still handled"


def _every_class(mend: Mend, shown: Sequence[Run], others: Sequence[Run]) -> str | None:
    left = set(mend.exceptions) - {run.exception for run in shown}
    return f"{min(left)} was not seen to reach its clause" if left else None


def _escapes(mend: Mend, shown: Sequence[Run], others: Sequence[Run]) -> str | None:
    """A run without a fault comes to the same end as before."""
    ends = [run for run in others if not run.exception and run.after["kind"] in _GOES_ON]
    return None if ends else "no run without a fault comes to an end"


def _both_ways(mend: Mend, shown: Sequence[Run], others: Sequence[Run]) -> str | None:
    """Where the file cannot be opened at all, both are alike."""
    unopened = [run for run in others if run.exception in mend.exceptions]
    return None if unopened else "nothing shows what becomes of a file that cannot be opened"


_STILL_MISSING: Mapping[str, Callable[[Mend, Sequence[Run], Sequence[Run]], str | None]] = {
    lost_cause.RULE: _raises_reached,
    bare_except.RULE: _still_handles,
    handler_order.RULE: _every_class,
    finally_jump.RULE: _escapes,
    leaked_file.RULE: _both_ways,
}
