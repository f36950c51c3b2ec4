"""What is said and done beside the suggestions, as far as the forge lets the bot."""

from __future__ import annotations

import logging

from reviewbot.domain.conversation import Comment, Thread
from reviewbot.domain.errors import ForgeDenied, ForgeRejected
from reviewbot.domain.event import CommentRef, PullRequestRef
from reviewbot.forge.protocol import Forge

LOG = logging.getLogger("reviewbot.worker")


def set_resolved(forge: Forge, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
    """Resolve a thread or open it again.

    An App with no more than ``contents: read`` may not (GitHub asks for ``contents: write``). Its operator chose so:
    what was said in the thread stands, and the thread stays as it is.

    Raises:
        ForgeError: anything but a refusal.
    """
    try:
        forge.set_resolved(ref, thread, resolved=resolved)
    except ForgeDenied as error:
        LOG.info("a thread stays as it is: %s", error)


def say_last(forge: Forge, ref: PullRequestRef, thread: Thread, body: str) -> None:
    """Say what became of a suggestion.

    A conversation may be locked, and a thread may be deleted between reading and answering. Neither mends by trying
    again, and neither is a reason to leave the rest of the pull request without its review.

    Raises:
        ForgeError: anything but a refusal.
    """
    try:
        forge.reply(ref, thread, body)
    except (ForgeDenied, ForgeRejected) as error:
        LOG.info("a thread ends without a word: %s", error)


def take_back(forge: Forge, ref: PullRequestRef, comment: Comment) -> None:
    """Delete one of our own comments, where the forge lets us.

    Raises:
        ForgeError: anything but a refusal.
    """
    try:
        forge.delete(ref, comment.ref)
    except (ForgeDenied, ForgeRejected) as error:
        LOG.info("a comment of ours stays: %s", error)


def say_aside(forge: Forge, ref: PullRequestRef, body: str, standing: CommentRef | None = None) -> CommentRef | None:
    """Say something in the conversation, or give the comment ``standing`` this text; None where the forge refuses.

    What is said there comes after the review: a locked conversation is no reason to make the review once more.

    Raises:
        ForgeError: anything but a refusal.
    """
    try:
        if standing is None:
            return forge.say(ref, body)
        forge.edit(ref, standing, body)
    except (ForgeDenied, ForgeRejected) as error:
        LOG.info("the conversation takes no comment: %s", error)
        return None
    return standing
