"""Suggestions, their evidence, and what was withheld."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.change import LineRange


class ProofLevel(StrEnum):
    """How far a suggestion was proven (DESIGN: proof has levels)."""

    STATIC = "static"
    REGION = "region"
    FUNCTION = "function"
    TESTS = "tests"


@dataclass(frozen=True)
class Evidence:
    """One check on one suggestion.

    Attributes:
        check: its name: ``parse``, ``minimal``, ``names``, ``ruff``, ``bandit``, ``semgrep``, ``fault``, ``same``.
        ok: whether it passed.
        detail: what was seen, in one sentence.
        seconds: how long it took.
        level: the proof's level to which it belongs.
    """

    check: str
    ok: bool
    detail: str
    seconds: float = 0.0
    level: ProofLevel = ProofLevel.STATIC


@dataclass(frozen=True)
class Suggestion:
    """A proven edit: ``replacement`` for the head's ``lines`` of ``path``.

    ``original`` is the exact text that stands there; a suggestion is only ever placed on that very text.
    """

    id: str
    kind: str
    rule: str
    path: str
    lines: LineRange
    original: str
    replacement: str
    exceptions: tuple[str, ...]
    confidence: float
    origin: str
    why: str
    evidence: tuple[Evidence, ...]
    function: str | None = None
    model: str | None = None
    new_file: bool = False

    @property
    def level(self) -> ProofLevel:
        """The highest level that all checks up to it passed."""
        order = list(ProofLevel)
        reached = {e.level for e in self.evidence if e.ok}
        return max(reached, key=order.index, default=ProofLevel.STATIC)


@dataclass(frozen=True)
class Withheld:
    """Something that was not suggested, and why."""

    path: str
    line: int
    reason: str


def content_key(rule: str, original: str) -> str:
    """What a suggestion is about, wherever it stands: the rule and the words of the lines, white space aside."""
    return hashlib.sha256(_key(rule, original).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fingerprint(rule: str, original: str, twin: int = 0) -> str:
    """A stable id of 16 hexadecimal digits. It survives a renamed file, moved code and other line numbers.

    Args:
        rule: the rule's id. original: the text of the region; white space does not count.
        twin: tells equal places of one pull request apart, counted from 0 in the order of paths and lines.
    """
    key = "\0".join([_key(rule, original), str(twin)])
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _key(rule: str, original: str) -> str:
    return "\0".join([rule, " ".join(original.split())])
