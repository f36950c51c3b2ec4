"""Where the head's lines stood at the commits that people reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.policy.runs import Run, Stood
from reviewbot.source.linemap import FileMap, line_map
from reviewbot.source.repository import Repository


def with_past(
    repository: Repository, runs: Iterable[Run], head: str, commits: Iterable[str]
) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """The runs, cut wherever their past differs, with where they stood; and the commits that are not there any more.

    Args:
        head: the commit of the runs. commits: full ids of what was reviewed.

    Raises:
        SourceError: git refused.
    """
    placed, lost = tuple(runs), []
    for commit in dict.fromkeys(commits):
        if commit == head:
            continue
        try:
            repository.resolve(commit)
        except RevisionNotFound:
            lost.append(commit)
            continue
        back = line_map(repository, head, commit)
        placed = tuple(part for run in placed for part in _at(run, back.of(run.path), commit))
    return placed, tuple(lost)


def _at(run: Run, back: FileMap, commit: str) -> Iterator[Run]:
    """``run`` in parts that stood at ``commit`` as a whole, or where no line did."""
    for lines, there in _images(run.lines, back):
        part = run.part(lines) if lines != run.lines else run
        if there is None or back.new_path is None:
            yield part
        else:
            stood = Stood(commit, back.new_path, LineRange(there, there + len(lines) - 1))
            yield replace(part, stood=(*part.stood, stood))


def _images(lines: LineRange, back: FileMap) -> Sequence[tuple[LineRange, int | None]]:
    """The lines in parts, each with the place of its first line at the other commit; None where they were not there."""
    found: list[tuple[LineRange, int | None]] = []
    start, first = lines.start, back.line(lines.start)
    for number in range(lines.start + 1, lines.end + 1):
        there = back.line(number)
        if there != (None if first is None else first + number - start):
            found.append((LineRange(start, number - 1), first))
            start, first = number, there
    return [*found, (LineRange(start, lines.end), first)]
