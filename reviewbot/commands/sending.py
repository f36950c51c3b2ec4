"""Answers: in the thread of the comment, or in the conversation; each once."""

from __future__ import annotations

from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.words import Words, words
from reviewbot.domain.conversation import Conversation, Reaction
from reviewbot.domain.errors import ForgeDenied, ForgeRejected, SourceError
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.domain.tone import Tone
from reviewbot.forge.protocol import Forge
from reviewbot.publish import markers
from reviewbot.publish.publish import own_markers
from reviewbot.repo_config import in_force


def send(forge: Forge, talk: Conversation, to: CommentRef, text: str, *names: str) -> None:
    """Say ``text`` to the comment ``to``, marked with ``names``, unless the first of them marks one of our own already.

    To a comment on the diff that was deleted meanwhile nothing is said: in the conversation nobody would know why.

    Raises:
        ForgeError: it could not be said.
    """
    thread = talk.thread_of(to)
    if names[0] in own_markers(talk) or (thread is None and to.kind is CommentKind.LINE):
        return
    body = f"{text}\n\n{markers.write(names)}"
    if thread is None:
        forge.say(talk.pull.ref, body)
    else:
        forge.reply(talk.pull.ref, thread, body)


def say_new(forge: Forge, ref: PullRequestRef, text: str, *names: str) -> None:
    """Say ``text`` in the conversation, without looking what stands: for a comment that is in no thread."""
    forge.say(ref, f"{text}\n\n{markers.write(names)}")


def react(forge: Forge, ref: PullRequestRef, to: CommentRef, reaction: Reaction) -> None:
    """Leave an emoji. It is a courtesy: where the forge will not have it, the answer comes all the same."""
    if to.kind is CommentKind.REVIEW:
        return
    try:
        forge.react(ref, to, reaction)
    except (ForgeDenied, ForgeRejected):
        return


def words_for(pull: PullRequest, colleagues: Colleagues) -> Words:
    """The sentences in the language that the base branch asks for; in English where its settings cannot be read."""
    using = colleagues.visit
    branch = f"refs/heads/{pull.base_branch}"
    try:
        repository = using.mirrors.fetch(pull.clone_url, [branch], using.forge.clone_environment(pull.ref))
        base = repository.resolve(using.mirrors.name(branch))
        owner = using.organisations.find(pull, using.mirrors, using.forge.clone_environment)
        return words(in_force(repository, base, owner).config.tone)
    except SourceError:
        return words(Tone.EN)
