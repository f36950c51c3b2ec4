"""Commands that only tell: help, status, explain."""

from __future__ import annotations

from collections import Counter

from reviewbot.commands.request import Answer, Request
from reviewbot.domain.record import State
from reviewbot.publish.phrases import EN, phrases
from reviewbot.publish.prose import prose
from reviewbot.publish.render import evidence


def help_(request: Request) -> Answer:
    """What can be asked, and by whom."""
    return Answer(request.words.help())


def status(request: Request) -> Answer:
    """What the bot did here, and what stands."""
    note, records = request.note, request.records
    states = Counter(record.state for record in records)
    outcomes = Counter(record.outcome.value for record in records if record.outcome is not None)
    return Answer(
        request.words.status(
            reviewed=note.reviewed_head,
            current=note.reviewed_head == request.pull.head,
            standing=states[State.STANDING],
            outcomes=outcomes,
            paused_by=note.paused_by if note.paused else None,
        )
    )


def explain(request: Request) -> Answer:
    """Why the suggestion of this thread was made, and what was checked."""
    record = request.record
    if record is None:
        return Answer(request.words.not_mine(), done=False)
    words = phrases(request.words.tone) if request.words.tone else EN
    one = record.suggestion
    told = request.words.explained(one.rule, one.exceptions, one.confidence)
    return Answer("\n\n".join([prose(one.why), told, evidence(one, words)]))
