"""One step in the life of a suggestion: from what it was and what is seen now, to what it is and what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from reviewbot.domain.conversation import Thread
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.life.answers import Answer, AnswerKind
from reviewbot.life.carry import Sight

MAX_WORDS = 500
"""Characters of a person's words that are kept."""


class ActionKind(StrEnum):
    """What to do with a thread."""

    RESOLVE = "resolve"
    """Say in one sentence what became of the suggestion, and resolve."""
    REOPEN = "reopen"
    """Open it again: what it was about is back."""


@dataclass(frozen=True)
class Action:
    """Something to do on the forge; ``outcome`` and ``commit`` are what there is to say with it."""

    kind: ActionKind
    thread: str
    outcome: Outcome | None
    commit: str


@dataclass(frozen=True)
class Step:
    """The record after the step (None: forget it), and what to do."""

    record: Record | None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class View:
    """What is seen of one record at one head.

    Attributes:
        head: the commit that is looked at. sight: of the suggestion's text there.
        answer: what a person answered. thread: of the suggestion, as the forge shows it; None where there is none.
        noted: the suggestion stands in one of our notes (in a review's text), since no line takes it.
        still_fails: the failure is still found at ``sight.remains``.
        closing: the pull request is closed or merged.
    """

    head: str
    sight: Sight
    answer: Answer | None = None
    thread: Thread | None = None
    noted: bool = False
    still_fails: bool = False
    closing: bool = False


def step(record: Record, seen: View) -> Step:
    """What ``record`` is after ``seen``. The same view again changes nothing and asks for nothing."""
    match record.state:
        case State.PROPOSED:
            found = seen.thread is not None or seen.noted
            return _standing(_posted(record, seen), seen) if found else Step(None)
        case State.STANDING:
            return _standing(record, seen)
        case State.ANSWERED:
            return Step(_answered(record, seen))
        case State.GONE:
            return _gone(record, seen)


def _posted(record: Record, seen: View) -> Record:
    return replace(record, state=State.STANDING, thread=None if seen.thread is None else seen.thread.id)


def _standing(record: Record, seen: View) -> Step:
    """Applied comes before answered: GitHub resolves the thread in the name of who clicks "Commit suggestion"."""
    if seen.sight.applied:
        clicked = seen.answer.by if seen.answer and seen.answer.kind is AnswerKind.RESOLVED else None
        return _leave(replace(record, by=clicked), Outcome.APPLIED, seen)
    if seen.answer is not None:
        return Step(_answered(_heard(record, seen.answer), seen))
    if seen.sight.place is None:
        return _leave(record, _lost(seen), seen)
    return _stay(record, seen)


def _stay(record: Record, seen: View) -> Step:
    """It stands. A thread that we closed stood while the pull request was closed, when nothing was to be done."""
    outcome = Outcome.LEFT if seen.closing else None
    ours = seen.thread is not None and seen.thread.resolved_by is not None and seen.thread.resolved_by.ours
    again = record.outcome is Outcome.LEFT and ours
    return Step(_placed(_settled(record, outcome, seen), seen), _reopen(seen) if again else ())


def _answered(record: Record, seen: View) -> Record:
    """A person had the last word. What became of the lines is still watched."""
    outcome = _outcome_of_answered(record, seen)
    if outcome is Outcome.REJECTED is not record.outcome and seen.answer is not None:
        record = _heard(record, seen.answer)
    return _placed(_settled(record, outcome, seen), seen)


def _heard(record: Record, answer: Answer) -> Record:
    """``record`` with who answered and their words; words from before stay where there are no new ones."""
    reason = answer.words[:MAX_WORDS] or record.reason
    return replace(record, state=State.ANSWERED, by=answer.by, reason=reason)


def _outcome_of_answered(record: Record, seen: View) -> Outcome | None:
    if seen.sight.applied:
        return Outcome.APPLIED
    if record.outcome is Outcome.REJECTED or _rejects(seen):
        return Outcome.REJECTED
    if seen.sight.place is not None:
        return Outcome.LEFT if seen.closing else None
    return record.outcome if record.outcome not in (None, Outcome.LEFT) else _lost(seen)


def _rejects(seen: View) -> bool:
    """A 👎 always says no. Who resolves or deletes says no to what stood then; if it was mended, it was heard."""
    match None if seen.answer is None else seen.answer.kind:
        case AnswerKind.DOWNVOTED:
            return True
        case AnswerKind.RESOLVED | AnswerKind.DELETED:
            return seen.sight.place is not None
        case AnswerKind.REPLIED | None:
            return False


def _gone(record: Record, seen: View) -> Step:
    """Only its exact text brings it back, in the thread it had."""
    if seen.sight.place is None or seen.sight.applied:
        return Step(record)
    if seen.answer is None:
        back = replace(record, state=State.STANDING, by=None, reason=None)
        outcome = Outcome.LEFT if seen.closing else None
        return Step(_placed(_settled(back, outcome, seen), seen), _reopen(seen))
    return Step(_placed(_settled(_heard(record, seen.answer), Outcome.REJECTED, seen), seen))


def _leave(record: Record, outcome: Outcome, seen: View) -> Step:
    """What it was about is not there any more. Its last place is kept: the head may go back to it."""
    gone = _settled(replace(record, state=State.GONE), outcome, seen)
    if seen.closing or seen.thread is None or seen.thread.resolved:
        return Step(gone)
    return Step(gone, (Action(ActionKind.RESOLVE, seen.thread.id, outcome, seen.head),))


def _reopen(seen: View) -> tuple[Action, ...]:
    if seen.closing or seen.thread is None or not seen.thread.resolved:
        return ()
    return (Action(ActionKind.REOPEN, seen.thread.id, None, seen.head),)


def _lost(seen: View) -> Outcome:
    if seen.sight.remains is None:
        return Outcome.REMOVED
    return Outcome.WITHDRAWN if seen.still_fails else Outcome.FIXED


def _settled(record: Record, outcome: Outcome | None, seen: View) -> Record:
    """``record`` with ``outcome``; the commit is the one at which it became so."""
    if outcome is record.outcome:
        return record
    return replace(record, outcome=outcome, commit=None if outcome is None else seen.head)


def _placed(record: Record, seen: View) -> Record:
    """``record`` at its place on the new head; where it has none, its last place stays with the head it holds for."""
    if seen.sight.place is None:
        return record
    return replace(record, suggestion=seen.sight.settled(record.suggestion), head=seen.head)
