"""The records of commits and their lines, asked line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim
from reviewbot.policy.provenance.combine import near
from reviewbot.policy.provenance.git_ai import Note
from reviewbot.policy.provenance.history import Commit
from reviewbot.policy.provenance.markers import Marker
from reviewbot.policy.provenance.notes import read_notes
from reviewbot.policy.provenance.room import Room
from reviewbot.policy.provenance.spans import Spans
from reviewbot.policy.provenance.stamps import stamped
from reviewbot.policy.provenance.walk import Spot


class Evidence:
    """What is recorded of some commits. Filled by ``read``; a commit that was not read says nothing.

    Args:
        room: where git runs. notes: the ids of the notes' refs.
        markers: the marks of tools.
    """

    def __init__(self, room: Room, notes: Sequence[str], markers: Sequence[Marker]) -> None:
        self._room, self._refs, self._markers = room, notes, markers
        self._notes: dict[str, list[Note]] = {}
        self._stamps: dict[str, tuple[Claim, ...]] = {}
        self._traces: defaultdict[tuple[str, str], list[Spans]] = defaultdict(list)
        self.problems: list[str] = []

    def read(self, commits: Sequence[Commit]) -> None:
        """Take in the notes and the marks of ``commits``.

        Raises:
            SourceError: git failed, or was too slow.
        """
        notes = read_notes(self._room, self._refs, [commit.id for commit in commits])
        self._notes |= notes.of
        self.problems += notes.problems
        for commit in commits:
            self._stamps[commit.id], problem = stamped(commit, self._markers)
            self.problems += [problem] if problem else []

    def add(self, traces: Mapping[tuple[str, str], Iterable[tuple[LineRange, Claim]]]) -> None:
        """Take in what other records say of lines, by commit and path."""
        for place, of in traces.items():
            self._traces[place].append(Spans(of))

    def of(self, spot: Spot) -> tuple[Claim, ...]:
        """All that is said of a line of a commit."""
        commit, path, line = spot
        noted = [claim for note in self._notes.get(commit, ()) if (claim := note.claim(path, line)) is not None]
        traced = [claim for spans in self._traces.get((commit, path), ()) for claim in spans.at(line)]
        return (*noted, *traced, *self._stamps.get(commit, ()))

    def near(self, spot: Spot) -> tuple[Claim, ...]:
        """What is said of a line, hints aside."""
        return near(self.of(spot))
