"""What is said to who asked, when the work itself says nothing: it found nothing, or was given up."""

from __future__ import annotations

from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.sending import react, send, words_for
from reviewbot.domain.conversation import Reaction
from reviewbot.domain.event import CommentRef, PullRequestRef
from reviewbot.visit.outcome import Outcome


def report(
    ref: PullRequestRef, comment: CommentRef, outcome: Outcome, colleagues: Colleagues, *, full: bool = False
) -> None:
    """Answer the person who asked, unless the review speaks for itself. Said once, however often it is called.

    Args:
        ref, comment: who asked, and where. outcome: of the review. colleagues: with what.
        full: everything was asked for; a comment that was edited to ask so is answered again.

    Raises:
        ForgeError: it could not be said.
    """
    if outcome.url is not None:
        return
    talk = colleagues.visit.forge.conversation(ref)
    is_open = talk.pull.state == "open"
    if talk.find(comment) is None or (is_open and outcome.superseded):
        return
    words = words_for(talk.pull, colleagues)
    reviewed = colleagues.visit.pulls.get(ref).reviewed_head or talk.pull.head
    text = words.nothing_found(reviewed) if is_open else words.not_open()
    send(colleagues.visit.forge, talk, comment, text, f"asked:{comment.kind}:{comment.id}:{'full' if full else 'new'}")


def apologise(ref: PullRequestRef, comment: CommentRef, colleagues: Colleagues) -> None:
    """Tell the person who asked that it was given up; without that there would be 👀 and nothing else for ever.

    Raises:
        ForgeError: it could not be said.
    """
    forge = colleagues.visit.forge
    talk = forge.conversation(ref)
    asked = talk.find(comment)
    if asked is None or not asked.author.human:
        return
    react(forge, ref, comment, Reaction.THUMBS_DOWN)
    words = words_for(talk.pull, colleagues)
    send(forge, talk, comment, words.failed(), f"given-up:{comment.kind}:{comment.id}")
