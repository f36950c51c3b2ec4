"""Everybody who has to do with a pull request, each once."""

from __future__ import annotations

from collections.abc import Iterable

from reviewbot.domain.conversation import Conversation, Permission, Person
from reviewbot.domain.gate import Member


class People:
    """Gathers members; what is learned of one later is added to what is known. Logins are told apart without case.

    The account that stands for all who were deleted is nobody, and is left out.

    Args:
        ghost: that account's login.
    """

    def __init__(self, ghost: str) -> None:
        self._ghost = ghost
        self._found: dict[str, Member] = {}

    def add(self, person: Person, emails: Iterable[str] = (), permission: Permission = Permission.NONE) -> None:
        """Somebody, with addresses of theirs, and with what they may do where that was asked."""
        if person.login == self._ghost:
            return
        old = self._found.get(person.login.casefold(), Member(person))
        known = old.emails | {email for email in emails if email}
        self._found[person.login.casefold()] = Member(old.person, known, max(old.permission, permission))

    def get(self, login: str) -> Person | None:
        """Who has this login, as far as they were added."""
        found = self._found.get(login.casefold())
        return None if found is None else found.person

    @property
    def members(self) -> tuple[Member, ...]:
        """All of them."""
        return tuple(self._found.values())


def speakers(talk: Conversation) -> tuple[Person, ...]:
    """Whoever wrote something, or resolved a thread on lines."""
    writers = [comment.author for thread in talk.threads for comment in thread.comments]
    resolvers = [thread.resolved_by for thread in talk.threads if thread.resolved_by is not None]
    return (*(note.author for note in talk.notes), *writers, *resolvers)
