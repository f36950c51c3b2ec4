"""Which review covers which lines: an approval all that stood at its head, a sign-off what it names there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.policy.reviews import Review, Said
from reviewbot.policy.runs import Run


class Words:
    """What stands, to be asked for run by run: a change of 500 files may have as many sign-offs."""

    def __init__(self, reviews: Iterable[Review]) -> None:
        self._everywhere: list[tuple[int, Review]] = []
        self._at: dict[tuple[str, str], list[tuple[int, Review]]] = {}
        for entry in enumerate(reviews):
            path = entry[1].path
            place = self._everywhere if path is None else self._at.setdefault((entry[1].commit, path), [])
            place.append(entry)

    def about(self, run: Run, head: str) -> tuple[Review, ...]:
        """Those that name no file, or the file of ``run`` as it was called at their head; oldest first."""
        places = {(head, run.path), *((one.commit, one.path) for one in run.stood)}
        found = [*self._everywhere, *(entry for place in places for entry in self._at.get(place, ()))]
        return tuple(review for _, review in sorted(found, key=lambda entry: entry[0]))


def covers(review: Review, run: Run, head: str) -> bool:
    """Whether ``review`` speaks for each line of ``run``: they stood at its head as they do now, and it means them."""
    there = run.at(review.commit, head)
    if there is None or review.said is Said.OVERRODE:
        return False
    if review.said is Said.APPROVED or _whole(review):
        return True
    if review.path != there.path:
        return False
    if review.lines is None:
        return review.said is Said.SIGNED_OFF
    return review.lines.covers(there.lines)


def cut(run: Run, reviews: Iterable[Review], head: str) -> tuple[Run, ...]:
    """``run`` in parts, each of which every sign-off and thread means wholly or not at all."""
    starts = {run.lines.start}
    for review in reviews:
        there = run.at(review.commit, head)
        if review.lines is None or there is None or there.path != review.path:
            continue
        shift = run.lines.start - there.lines.start
        starts |= {review.lines.start + shift, review.lines.end + shift + 1}
    return _parts(run, sorted(start for start in starts if start in run.lines))


def _parts(run: Run, starts: Sequence[int]) -> tuple[Run, ...]:
    if len(starts) == 1:
        return (run,)
    ends = [start - 1 for start in starts[1:]] + [run.lines.end]
    return tuple(run.part(LineRange(start, end)) for start, end in zip(starts, ends, strict=True))


def _whole(review: Review) -> bool:
    """``/seed reviewed`` without a path. A thread always names lines; one that does not means nothing."""
    return review.said is Said.SIGNED_OFF and review.path is None and review.lines is None
