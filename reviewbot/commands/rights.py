"""Who may give which command, decided from what the forge says at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.commands.grammar import Command, Name
from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.event import PullRequest

NEEDED = {
    Name.FIX: Permission.WRITE,
    Name.TEST: Permission.WRITE,
    Name.REVIEW: Permission.WRITE,
    Name.REJECT: Permission.WRITE,
    Name.REVIEWED: Permission.WRITE,
    Name.OVERRIDE: Permission.WRITE,
    Name.PAUSE: Permission.WRITE,
    Name.RESUME: Permission.WRITE,
    Name.EXPLAIN: Permission.READ,
    Name.HELP: Permission.READ,
    Name.STATUS: Permission.READ,
}
"""What each command takes: writing for what changes anything, reading for what only tells."""


class Why(StrEnum):
    """Why a command is refused."""

    NOT_HUMAN = "not-human"
    """A bot gave it, or we did."""
    TOO_OFTEN = "too-often"
    """This person gave too many in the last hour."""
    NEEDS_WRITE = "needs-write"
    NEEDS_READ = "needs-read"
    ONLY_REVIEW = "only-review"
    """The author of a fork's pull request may ask for its review, and for nothing that changes anything."""


@dataclass(frozen=True)
class Refusal:
    """A command that is not carried out. Where ``silent``, nothing is answered."""

    why: Why
    silent: bool = False


def refusal(
    command: Command, actor: Person, permission: Permission, pull: PullRequest, *, asked_in_last_hour: int, limit: int
) -> Refusal | None:
    """Why ``actor`` may not give ``command`` on ``pull``; None where they may.

    Args:
        actor: who wrote the comment, and permission: what the forge lets them do in the base repository; both asked of
            the forge, never taken from a delivery.
        asked_in_last_hour: how many commands they gave before this one, those that were refused included.
        limit: how many they may give.

    A bot is answered nothing, or two bots would talk for ever. Who asks too often is told so once. That comes before
    what they may do, so that refusals are bounded as well.
    """
    if not actor.human:
        return Refusal(Why.NOT_HUMAN, silent=True)
    if asked_in_last_hour >= limit:
        return Refusal(Why.TOO_OFTEN, silent=asked_in_last_hour > limit)
    if permission >= NEEDED[command.name] or _author_may(command, actor, pull):
        return None
    return Refusal(_lacking(command, actor, pull))


def _lacking(command: Command, actor: Person, pull: PullRequest) -> Why:
    if NEEDED[command.name] is Permission.READ:
        return Why.NEEDS_READ
    return Why.ONLY_REVIEW if _is_guest(actor, pull) else Why.NEEDS_WRITE


def _author_may(command: Command, actor: Person, pull: PullRequest) -> bool:
    return _is_guest(actor, pull) and (command.name is Name.REVIEW or NEEDED[command.name] is Permission.READ)


def _is_guest(actor: Person, pull: PullRequest) -> bool:
    """Whether they are the author of a pull request from a fork. No forge tells logins apart by case."""
    return pull.from_fork and actor.login.lower() == pull.author.lower() != ""
