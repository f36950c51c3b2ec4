"""Where a suggestion stands on a new head: by its content, never by its number.

It is placed only where its original text stands exactly. A text that is near by, or nearly the same, is not its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Record, State
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Suggestion
from reviewbot.life.applied import is_applied
from reviewbot.life.texts import bare, occurrences, substance
from reviewbot.source.linemap import LineMap

IN_FILE = 8
"""Letters and digits, in three words at least, that a text needs to be looked for elsewhere in its file.

``}``, ``x = 1`` and ``return None`` have less and stand anywhere; ``f = open(path)`` has enough. git asks for 20 to
follow a moved line (https://git-scm.com/docs/git-blame, ``-M``), but takes any of several, and new or not; here there
must be one alone, and it must be a line that was not there before.
"""

ELSEWHERE = 16
"""The same to be looked for in other files, where more is alike: twice as much, as git asks (``-C``: 40)."""

Read = Callable[[str], SourceFile | None]
"""The text of a path at the new head; None where there is none, or it is no text."""


@dataclass(frozen=True)
class Spot:
    """Lines of a file at the new head."""

    path: str
    lines: LineRange

    def overlaps(self, other: Spot) -> bool:
        """True when one line at least is in both."""
        return self.path == other.path and self.lines.overlaps(other.lines)


@dataclass(frozen=True)
class Sight:
    """What is seen of a suggestion at the new head.

    Attributes:
        place: where its original stands exactly; None where it does not.
        applied: its replacement stands there instead; ``place`` is None then.
        remains: what stands where it stood; None where nothing does.
        end: the line end of the last line of ``place``, where it is not the original's: a file's last line may get or
            lose its line feed, and is the same line.
    """

    place: Spot | None = None
    applied: bool = False
    remains: Spot | None = None
    end: str | None = None

    def settled(self, suggestion: Suggestion) -> Suggestion:
        """The suggestion as it reads at ``place``; as it was where there is no place."""
        if self.place is None:
            return suggestion
        moved = replace(suggestion, path=self.place.path, lines=self.place.lines)
        if self.end is None:
            return moved
        original, replacement = (bare(text) + self.end if text else "" for text in (moved.original, moved.replacement))
        return replace(moved, original=original, replacement=replacement)


NOTHING = Sight()
"""Neither the suggestion's text nor anything in its place."""


def carry(record: Record, to: LineMap, read: Read, changed: Sequence[str] = ()) -> Sight:
    """What is seen of ``record`` at ``to.new``.

    What is gone comes back only where it stood, by a revert or an old head: the same text elsewhere is another place,
    and the closed thread says nothing about it.

    Args:
        record: its lines hold at ``to.old``. to: from there to the new head. read: the files at the new head.
        changed: paths at the new head that the pull request changes, in which moved code may be found.
    """
    suggestion = record.suggestion
    if suggestion.new_file:
        return _carry_new_file(suggestion, to, read)
    file, remains = _remaining(suggestion, to, read)
    if file is not None and is_applied(suggestion, to.of(suggestion.path), file):
        return Sight(applied=True, remains=remains)
    place = _in_place(suggestion, to, file, remains)
    if place is None and record.state is not State.GONE:
        place = _moved(suggestion, to, file, [f for p in changed if (f := _other(p, file, read))])
    if place is None:
        return Sight(remains=remains)
    found = file if file is not None and file.path == place.path else read(place.path)
    return Sight(place, remains=remains, end=_end(suggestion, place, found))


def carry_all(
    records: Sequence[Record], maps: Mapping[str, LineMap], read: Read, changed: Sequence[str] = ()
) -> dict[str, Sight]:
    """What is seen of each record, by its id; no two are placed on overlapping lines.

    Where two would be, the first keeps the place: those that stand come before those that are answered, and these
    before those that are gone; among equals the given order counts.

    Args:
        records: of one pull request. maps: from each record's head to the new one, by the record's head.
        read, changed: see ``carry``.
    """
    taken: list[Spot] = []
    sights: dict[str, Sight] = {}
    for record in sorted(records, key=lambda r: _ORDER[r.state]):
        sight = carry(record, maps[record.head], read, changed)
        if sight.place is not None and any(sight.place.overlaps(spot) for spot in taken):
            sight = Sight(remains=sight.remains)
        if sight.place is not None:
            taken.append(sight.place)
        sights[record.id] = sight
    return {record.id: sights[record.id] for record in records}


_ORDER = {State.STANDING: 0, State.PROPOSED: 1, State.ANSWERED: 2, State.GONE: 3}


def _remaining(suggestion: Suggestion, to: LineMap, read: Read) -> tuple[SourceFile | None, Spot | None]:
    """The file that the suggestion's file became, and what stands in place of its lines, cut at the file's end."""
    mapped = to.of(suggestion.path)
    file = None if mapped.new_path is None else read(mapped.new_path)
    where = mapped.remains(suggestion.lines)
    if file is None or where is None or where.start > len(file.lines):
        return file, None
    return file, Spot(file.path, LineRange(where.start, min(where.end, len(file.lines))))


def _in_place(suggestion: Suggestion, to: LineMap, file: SourceFile | None, remains: Spot | None) -> Spot | None:
    """Where the lines went by the diff, if they are those of the suggestion.

    Lines that changed may still read the same: the last one's line feed came or went with the file's end, or git saw
    new lines between them that may as well be seen around them. Then they are there, once, in what remains.
    """
    if file is None or remains is None or to.lost:
        return None
    for where in (to.of(suggestion.path).lines(suggestion.lines), remains.lines):
        found = [] if where is None else occurrences(suggestion.original, file, where)
        if len(found) == 1:
            return Spot(file.path, found[0])
    return None


def _end(suggestion: Suggestion, place: Spot, file: SourceFile | None) -> str | None:
    text = "" if file is None else file.slice(place.lines)
    return None if text == suggestion.original else text[len(bare(text)) :]


def _other(path: str, file: SourceFile | None, read: Read) -> SourceFile | None:
    return None if file is not None and path == file.path else read(path)


def _moved(suggestion: Suggestion, to: LineMap, file: SourceFile | None, others: Sequence[SourceFile]) -> Spot | None:
    """The one place in the same file that has the text anew; else the one in the others; None where there are more."""
    for files, needed in (([file] if file else [], IN_FILE), (others, ELSEWHERE)):
        if substance(suggestion.original) < needed:
            return None
        found = [Spot(f.path, where) for f in files for where in occurrences(suggestion.original, f)]
        if found:
            # A text that stood there before is a twin, not this one moved.
            return found[0] if len(found) == 1 and to.is_new(found[0].path, found[0].lines) else None
    return None


def _carry_new_file(suggestion: Suggestion, to: LineMap, read: Read) -> Sight:
    """A file that is to be made has its place while there is none; what was made instead remains."""
    file = read(suggestion.path)
    if file is None:
        unreadable = suggestion.path in to.added
        return NOTHING if unreadable else Sight(Spot(suggestion.path, suggestion.lines))
    made = [bare(line) for line in file.lines]
    wanted = [bare(line) for line in SourceFile(file.path, suggestion.replacement).lines]
    whole = Spot(file.path, LineRange(1, max(len(made), 1)))
    return Sight(applied=made == wanted, remains=whole)
