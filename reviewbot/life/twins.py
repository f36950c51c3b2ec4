"""Which of a review's suggestions are new on the pull request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reviewbot.domain.record import Outcome, Record, State
from reviewbot.domain.suggestion import Suggestion, content_key, fingerprint
from reviewbot.life.carry import Sight, Spot

_NONE: Mapping[str, Sight] = {}


def select(
    candidates: Sequence[Suggestion], records: Sequence[Record], sights: Mapping[str, Sight] = _NONE
) -> tuple[Suggestion, ...]:
    """The candidates that were not made before on this pull request, each with an id of its own; order is kept.

    Left out is what overlaps a standing suggestion; what is the same as a record in the same place, whatever became of
    that; and what is the same as one that a person answered, wherever it stands. Only a record that was withdrawn makes
    room for the same words in the same place: its text fits no more, and its thread is closed.

    Args:
        candidates: found at the head. records: all of the pull request.
        sights: what was seen of the records at this head, by id, so that places are compared that hold there. A record
            without one is taken to stand where it says.
    """
    answered = {_content(r.suggestion) for r in records if _answered(r)}
    places = [(record, _spot(record, sights)) for record in records]
    new = [c for c in candidates if _content(c) not in answered and not any(_stands(c, r, s) for r, s in places)]
    names = _names(new, {record.id for record in records})
    return tuple(replace(one, id=name) for one, name in zip(new, names, strict=True))


def named(suggestion: Suggestion, records: Sequence[Record]) -> Suggestion:
    """``suggestion`` under a fingerprint that no record has: what a person asked for is made, whatever was before."""
    return replace(suggestion, id=_names([suggestion], {record.id for record in records})[0])


def _answered(record: Record) -> bool:
    """Whether a person spoke to it, and did not take it: then its twins are not wanted either."""
    return record.state is State.ANSWERED and record.outcome is not Outcome.APPLIED


def _stands(candidate: Suggestion, record: Record, spot: Spot | None) -> bool:
    """Whether ``record`` already says at ``spot`` what ``candidate`` would, or stands in its way."""
    if spot is None or not spot.overlaps(Spot(candidate.path, candidate.lines)):
        return False
    if record.state in (State.STANDING, State.PROPOSED):
        return True
    return _content(record.suggestion) == _content(candidate) and record.outcome is not Outcome.WITHDRAWN


def _spot(record: Record, sights: Mapping[str, Sight]) -> Spot | None:
    seen = sights.get(record.id)
    return Spot(record.suggestion.path, record.suggestion.lines) if seen is None else seen.place or seen.remains


def _names(new: Sequence[Suggestion], taken: set[str]) -> list[str]:
    """A free fingerprint for each, counted in the order of paths and lines, so that every run gives the same."""
    names: dict[int, str] = {}
    for at in sorted(range(len(new)), key=lambda i: (new[i].path, new[i].lines)):
        twin = 0
        while (name := fingerprint(new[at].rule, _subject(new[at]), twin)) in taken:
            twin += 1
        taken.add(name)
        names[at] = name
    return [names[at] for at in range(len(new))]


def _content(suggestion: Suggestion) -> str:
    return content_key(suggestion.rule, _subject(suggestion))


def _subject(suggestion: Suggestion) -> str:
    """What tells suggestions of one rule apart: the text that is replaced, or the name of the file that is made."""
    return suggestion.path if suggestion.new_file else suggestion.original
