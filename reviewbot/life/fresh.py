"""What of a pull request is new to the reviewer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from reviewbot.domain.change import Change, FileChange, LineRange
from reviewbot.source.linemap import LineMap


def fresh(now: Change, before: Change | None, to: LineMap | None) -> Change:
    """``now`` with the added lines of each file cut down to those that were not reviewed with ``before``.

    A line of ``now`` is known when it is the image of a line that ``before`` added. That holds for a push, a
    force-push, a rebase, a merge of the base, another base branch, and a head that went back. A line that stood in the
    repository before and is part of the pull request only now, since its base is another, is new to it.
    What is shown stays as it is: it says where a forge takes a comment.

    Args:
        now: the change at the new head. before: the change when it was last reviewed; None where it never was.
        to: from ``before.head`` to ``now.head``; None where ``before`` is.
    """
    if before is None or to is None:
        return now
    known: dict[str, list[LineRange]] = defaultdict(list)
    for file in before.files:
        mapped = to.of(file.path)
        if mapped.new_path is not None:
            known[mapped.new_path] += [image for lines in file.added for image in mapped.images(lines)]
    return replace(now, files=tuple(_cut(file, known.get(file.path, ())) for file in now.files))


def _cut(file: FileChange, known: Iterable[LineRange]) -> FileChange:
    return replace(file, added=tuple(_without(file.added, sorted(known)))) if known else file


def _without(ranges: Iterable[LineRange], known: list[LineRange]) -> Iterable[LineRange]:
    """``ranges`` less ``known``; both ascend and neither overlaps itself."""
    at = 0
    for lines in ranges:
        start = lines.start
        while at < len(known) and known[at].end < start:
            at += 1
        next_known = at
        while next_known < len(known) and known[next_known].start <= lines.end:
            if start < known[next_known].start:
                yield LineRange(start, known[next_known].start - 1)
            start = max(start, known[next_known].end + 1)
            next_known += 1
        if start <= lines.end:
            yield LineRange(start, lines.end)
