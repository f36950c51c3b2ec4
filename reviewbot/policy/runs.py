"""Runs of lines to decide about: plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Origin
from reviewbot.policy.owners import Ownership


@dataclass(frozen=True)
class Stood:
    """Where a run of the head's lines stood, line by line as it does now, at a commit that somebody reviewed."""

    commit: str
    path: str
    lines: LineRange


@dataclass(frozen=True)
class Found:
    """What a scanner finds on a line of the head."""

    scanner: str
    rule: str
    line: int
    message: str


@dataclass(frozen=True)
class Run:
    """Lines of the head that the change adds, all of one origin and one past.

    Attributes:
        origin: what they are and where. stood: at which reviewed commits they stood; the head need not be among them.
        owners: who owns the file by CODEOWNERS. findings: of the scanners, on these very lines.
    """

    origin: Origin
    stood: tuple[Stood, ...] = ()
    owners: tuple[Ownership, ...] = ()
    findings: tuple[Found, ...] = ()

    @property
    def path(self) -> str:
        """The file at the head."""
        return self.origin.path

    @property
    def lines(self) -> LineRange:
        """The lines at the head."""
        return self.origin.lines

    def at(self, commit: str, head: str) -> Stood | None:
        """Where the run stood at ``commit``; None where it did not."""
        if commit == head:
            return Stood(head, self.path, self.lines)
        return next((one for one in self.stood if one.commit == commit), None)

    def part(self, lines: LineRange) -> Run:
        """The run cut down to some of its lines."""
        down, up = lines.start - self.lines.start, lines.end - self.lines.end
        stood = tuple(replace(one, lines=LineRange(one.lines.start + down, one.lines.end + up)) for one in self.stood)
        findings = tuple(one for one in self.findings if one.line in lines)
        return replace(self, origin=replace(self.origin, lines=lines), stood=stood, findings=findings)
