"""Where the lines of a change come from: who or what wrote them, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from reviewbot.domain.change import LineRange


class OriginKind(StrEnum):
    """Who wrote a line."""

    AI = "ai"
    HUMAN = "human"
    MIXED = "mixed"
    """A machine wrote it and a person changed it, or the records say both."""
    UNKNOWN = "unknown"
    """No record says anything: that is not the same as human."""


class Strength(IntEnum):
    """How near to the line a record is; each is worth more than those before it. None of them is proof."""

    HINT = 1
    """It speaks of the whole pull request: a branch's name, a description."""
    COMMIT = 2
    """It speaks of a commit: a trailer, an author, a committer."""
    LINE = 3
    """It speaks of these very lines: a git-ai note, an Agent Trace, a marker in the file, a suggestion of our own."""


@dataclass(frozen=True)
class Claim:
    """What one record says of some lines.

    Attributes:
        kind: AI, HUMAN or MIXED. strength: how near the record is.
        source: the reader, such as ``git-ai``, ``agent-trace``, ``trailer``, ``author``, ``committer``, ``branch``,
            ``description``, ``marker``, ``suggestion``.
        tool, model: as the record names them; None where it does not.
        requester: who asked the tool, by e-mail address or login as the record says; None where it does not.
        detail: where the record stands, in a few words for a person: ``note of 1a2b3c4``.
    """

    kind: OriginKind
    strength: Strength
    source: str
    tool: str | None = None
    model: str | None = None
    requester: str | None = None
    detail: str = ""


@dataclass(frozen=True)
class Origin:
    """A run of the head's lines that the change adds, all of one origin.

    Attributes:
        path, lines: at the head. kind: what the claims come to.
        commit: the commit that brought the lines as they are.
        claims: every record that speaks of them, the strongest first; empty for ``UNKNOWN``.
    """

    path: str
    lines: LineRange
    kind: OriginKind
    commit: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Seen:
    """Lines of which records said at an earlier ``head`` that a machine had a part in them."""

    head: str
    path: str
    lines: LineRange
    claims: tuple[Claim, ...]
