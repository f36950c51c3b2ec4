"""Notes of commits from which others say that they were picked: ``(cherry picked from commit …)``.

Anyone may write that line, and the note is of other line numbers, so what comes of it is a hint: lines that the commit
brings with exactly the text of a machine's line of the same file there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, Strength
from reviewbot.policy.provenance.combine import MACHINE
from reviewbot.policy.provenance.diffs import Diffs
from reviewbot.policy.provenance.git_ai import Note
from reviewbot.policy.provenance.history import Commit
from reviewbot.policy.provenance.notes import read_notes
from reviewbot.policy.provenance.room import Room

_MOST = 200  # commits that are looked up
_MOST_BYTES = 4 * 1024 * 1024  # of a file


def hints_of_picked(
    room: Room, refs: Sequence[str], commits: Sequence[Commit], diffs: Diffs
) -> dict[tuple[str, str], list[tuple[LineRange, Claim]]]:
    """By commit and path, the lines that the picked commits' notes call a machine's.

    Args:
        refs: the ids of the notes' refs.
    """
    asked = [(commit, source) for commit in commits for source in commit.picked][:_MOST]
    if not refs or not asked:
        return {}
    read = read_notes(room, refs, list(dict.fromkeys(source for _, source in asked))).of
    found: defaultdict[tuple[str, str], list[tuple[LineRange, Claim]]] = defaultdict(list)
    for commit, source in asked:
        for note in read.get(source, ()):
            paths = [p for p in note.files if "\n" not in p and any(p in diffs[commit.id, q] for q in commit.parents)]
            said = _texts(room, source, note, paths)
            for parent in commit.parents:
                for path in paths:
                    found[commit.id, path] += _brought(diffs, (commit.id, parent), path, said[path])
    return dict(found)


def _texts(room: Room, source: str, note: Note, paths: Sequence[str]) -> Mapping[str, Mapping[bytes, Claim]]:
    """By path, the text of each line that a note calls a machine's."""
    files = room.read([f"{source}:{path}" for path in paths], _MOST_BYTES)
    said: dict[str, dict[bytes, Claim]] = {}
    for path, file in zip(paths, files, strict=True):
        lines = file.data.split(b"\n") if file and file.data else []
        claims = ((line, note.claim(path, at)) for at, line in enumerate(lines, start=1) if line.strip())
        said[path] = {
            line: replace(claim, strength=Strength.HINT, detail=f"{claim.detail}, from which it says it was picked")
            for line, claim in claims
            if claim is not None and claim.kind in MACHINE
        }
    return said


def _brought(
    diffs: Diffs, step: tuple[str, str], path: str, said: Mapping[bytes, Claim]
) -> Iterator[tuple[LineRange, Claim]]:
    diff = diffs[step].get(path)
    for block in diff.blocks if diff else ():
        for line, text in enumerate(block.new, start=block.new_start):
            if text in said:
                yield LineRange(line, line), said[text]
