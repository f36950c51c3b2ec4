"""What the gate comes to: plain data, with a reason for every line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind
from reviewbot.repo_config.ai import Mode


class State(StrEnum):
    """What the gate says of a head."""

    PASS = "pass"
    FAIL = "fail"
    """Something that no review clears: it must change, or be overridden."""
    PENDING = "pending"
    """It waits for people."""
    ERROR = "error"
    """Something could not be checked, which is no pass."""


class Outcome(StrEnum):
    """What the gate says of some lines."""

    EXEMPT = "exempt"
    """Nothing is asked of them."""
    CLEARED = "cleared"
    OVERRIDDEN = "overridden"
    WAITING = "waiting"
    BLOCKED = "blocked"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Clearance:
    """Who cleared lines, at which head, and how (``approval``, ``sign-off`` or ``thread``)."""

    by: str
    commit: str
    how: str


@dataclass(frozen=True)
class Judged:
    """Some lines and what is said of them.

    Attributes:
        path, lines: at the head. kind: what they count as for the policy.
        source: how that is known, in words: ``note of 1a2b3c4: cursor``.
        outcome: what is said of them. why: sentences: what is missing or wrong, or why nothing is asked.
        who: one sentence on who could clear them; empty where nobody needs to, or nobody can.
        cleared: who has. claims: the evidence, each record that spoke of them, the strongest first.
    """

    path: str
    lines: LineRange
    kind: OriginKind
    source: str
    outcome: Outcome
    why: tuple[str, ...] = ()
    who: str = ""
    cleared: tuple[Clearance, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Overridden:
    """The gate was lifted for this head: by whom, and for what reason."""

    by: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a head.

    Attributes:
        state: what it comes to; ``mode`` says whether that blocks. head: the commit that it holds for.
        lines: every changed line, in runs, in the order of files and lines.
        problems: what could not be checked, sentences. override: what lifted it.
        notes: what else a reader should know.
    """

    state: State
    mode: Mode
    head: str
    lines: tuple[Judged, ...] = ()
    problems: tuple[str, ...] = ()
    override: Overridden | None = None
    notes: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether the merge is refused."""
        return self.mode is Mode.ENFORCE and self.state is not State.PASS

    @property
    def unreviewed(self) -> tuple[Judged, ...]:
        """The lines that keep it from passing."""
        return tuple(one for one in self.lines if one.outcome in _OPEN)


_OPEN = frozenset({Outcome.WAITING, Outcome.BLOCKED, Outcome.UNCHECKED})
