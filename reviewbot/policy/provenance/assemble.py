"""From single lines to runs of one origin, with what is said beside history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, Origin
from reviewbot.policy.provenance.combine import beside, hinted, hints, ordered
from reviewbot.policy.provenance.settle import Known
from reviewbot.policy.provenance.spans import Spans


@dataclass
class Beside:
    """What is said by the head's text, and by what speaks of a file or of the whole pull request.

    Attributes:
        said: by path, of the head's lines. hints: of all lines. of_file: by path, of all of its lines.
        unknown: the commit to name where nobody knows who brought a line.
    """

    said: Mapping[str, Spans]
    hints: Sequence[Claim]
    of_file: Mapping[str, Sequence[Claim]]
    unknown: str
    _joined: dict[tuple[str, Known, tuple[Claim, ...]], Known] = field(default_factory=dict)

    def of(self, path: str, line: int, known: Known) -> Known:
        """History's word on a line with all others'."""
        said = self.said[path].at(line) if path in self.said else ()
        key = (path if path in self.of_file else "", known, said)
        if key not in self._joined:
            self._joined[key] = self._join(path, known, said)
        return self._joined[key]

    def _join(self, path: str, known: Known, said: tuple[Claim, ...]) -> Known:
        claims = ordered([*known.claims, *said, *self.of_file.get(path, ()), *self.hints])
        kind = hinted(beside(known.kind, said), hints(claims))
        return Known(known.commit or self.unknown, kind, claims)


def assembled(added: Mapping[str, Sequence[LineRange]], history: Iterator[Known], others: Beside) -> Iterator[Origin]:
    """Each added line in one origin, neighbours that are alike in one.

    Args:
        history: its word on each of the lines, in their order.
    """
    for path, ranges in added.items():
        for where in ranges:
            known = ((line, others.of(path, line, next(history))) for line in range(where.start, where.end + 1))
            for one, run in groupby(known, itemgetter(1)):
                lines = [line for line, _ in run]
                yield Origin(path, LineRange(lines[0], lines[-1]), one.kind, one.commit, one.claims)
