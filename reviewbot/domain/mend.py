"""Mends: small edits that take a smell away, other than a guard around a call."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.change import LineRange


@dataclass(frozen=True)
class Mend:
    """One smell in how failures are handled, and the edit that takes it away. Nothing of it is proven yet.

    Attributes:
        path: the file, relative to the repository's root.
        rule: the rule's id, such as ``py.mend.lost-cause``.
        lines: whole lines of the head's file: a suggestion replaces exactly these.
        replacement: their new text, complete with line ends.
        confidence: how sure that its author would take it, 0 to 1.
        function: dotted name of the function it stands in, None at module level.
        why: what is wrong there, in half a sentence; what the proof saw completes it.
        at: the line on which the statement that is proven begins.
        subjects: which handlers of that statement it is about, counted from 0; the smell's own first.
        exceptions: what is injected to show the difference, by canonical names.
        others: what is injected beside that, to show that nothing else differs.
        spots: how many places of the statement it mends.
        finding: the linter's rule that marks the smell and must be gone after the edit; None where no linter has it.
        alike: linters' rules that mark what is left of the same smell: they may take the finding's place.
    """

    path: str
    rule: str
    lines: LineRange
    replacement: str
    confidence: float
    function: str | None
    why: str
    at: int
    subjects: tuple[int, ...] = ()
    exceptions: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    spots: int = 1
    finding: str | None = None
    alike: tuple[str, ...] = ()
