"""Whether a person answered a suggestion, and what they said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.conversation import Comment, Person, Thread
from reviewbot.domain.record import Record, State


class AnswerKind(StrEnum):
    """How a person answered, the plainest "no" first."""

    DOWNVOTED = "downvoted"
    """A 👎 on the suggestion's comment."""
    RESOLVED = "resolved"
    """They resolved its thread."""
    DELETED = "deleted"
    """They deleted its thread."""
    REPLIED = "replied"
    """They wrote something in its thread."""


@dataclass(frozen=True)
class Answer:
    """What a person answered.

    Attributes:
        kind: how. by: their login; None where the forge does not say.
        words: what they wrote in the thread, commands and quotations left out; may be empty.
    """

    kind: AnswerKind
    by: str | None = None
    words: str = ""


def answer(record: Record, thread: Thread | None, is_command: Callable[[str], bool]) -> Answer | None:
    """The plainest answer that a person gave to ``record``; None where nobody did.

    What bots do is no answer, nor what we do ourselves. A person whom the forge does not name resolved the thread
    (GitHub forgets deleted accounts) unless the record is gone, since then it was we. To take a person's "resolve" for
    ours would bring a suggestion back that somebody put aside; to take ours for a person's would only keep us silent.

    Args:
        record: which suggestion. thread: its thread as the forge shows it now; None where there is none.
        is_command: whether one line is a command to the bot; a comment of nothing else is no answer.
    """
    if thread is None:
        return None if record.thread is None else Answer(AnswerKind.DELETED)
    said = [(c.author.login, words) for c in thread.comments if c.author.human and (words := _words(c, is_command))]
    voter = next((p for p in thread.first.downvoted_by if p.human), None)
    if voter is not None:
        return _by(AnswerKind.DOWNVOTED, voter, said)
    if thread.resolved and _is_persons(thread.resolved_by, record):
        return _by(AnswerKind.RESOLVED, thread.resolved_by, said)
    return Answer(AnswerKind.REPLIED, *said[0]) if said else None


def _is_persons(resolver: Person | None, record: Record) -> bool:
    return record.state is not State.GONE if resolver is None else resolver.human


def _by(kind: AnswerKind, person: Person | None, said: list[tuple[str, str]]) -> Answer:
    """Who answered without words may have given the reason in words before."""
    login = None if person is None else person.login
    return Answer(kind, login, next((words for by, words in said if by == login), ""))


def _words(comment: Comment, is_command: Callable[[str], bool]) -> str:
    """A comment without its commands and without what it only quotes, as a reply by mail does."""
    lines = comment.body.splitlines()
    return "\n".join(line for line in lines if not is_command(line) and not line.lstrip().startswith(">")).strip()
