"""Which review covers which lines: an approval all that stood at its head, a sign-off what it names there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.policy.reviews import Review, Said
from reviewbot.policy.runs import Run


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
