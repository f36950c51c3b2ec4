"""What is said when a review that a person asked for is done and posted nothing."""

from __future__ import annotations

from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.sending import send, words_for
from reviewbot.domain.event import CommentRef, PullRequestRef
from reviewbot.visit.outcome import Outcome


def report(ref: PullRequestRef, comment: CommentRef, outcome: Outcome, colleagues: Colleagues) -> None:
    """Answer the person who asked, unless the review speaks for itself. Said once, however often it is called.

    Raises:
        ForgeError: it could not be said.
    """
    if outcome.url is not None or outcome.superseded:
        return
    talk = colleagues.visit.forge.conversation(ref)
    if talk.find(comment) is None:
        return
    words = words_for(talk.pull, colleagues)
    send(
        colleagues.visit.forge, talk, comment, words.nothing_found(talk.pull.head), f"asked:{comment.kind}:{comment.id}"
    )
