"""Everybody who has to do with a pull request, each once, and what those may do of whom it matters."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from reviewbot.domain.conversation import Conversation, Permission, Person
from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.gate import Member
from reviewbot.forge.github_json import as_object
from reviewbot.forge.github_people import GHOST, read_person
from reviewbot.forge.github_resources import Resources
from reviewbot.forge.github_rights import is_login, read_permission

_BOT = "[bot]"
_UNKNOWN = (404, 410)


class People:
    """Gathers members; what is learned of one later is added to what is known. Logins are told apart without case.

    The account that stands for all who were deleted is nobody, and is left out.
    """

    def __init__(self) -> None:
        self._found: dict[str, Member] = {}

    def add(self, person: Person, emails: Iterable[str] = (), permission: Permission = Permission.NONE) -> None:
        """Somebody, with addresses of theirs, and with what they may do where that was asked."""
        if person.login == GHOST:
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
    """Whoever wrote something, or resolved a thread."""
    writers = [comment.author for thread in talk.threads for comment in thread.comments]
    resolvers = [thread.resolved_by for thread in talk.threads if thread.resolved_by is not None]
    return (*(note.author for note in talk.notes), *writers, *resolvers)


def ask_rights(resources: Resources, people: People, logins: Iterable[str], ours: str) -> bool:
    """Add those with these logins, with what they may do: a request each, for each once, and none for bots.

    A login that GitHub cannot have, or does not know, is left out.

    Returns:
        Whether GitHub told; it does not tell those who may not push.
    """
    told = True
    for login in {login.casefold(): login for login in logins}.values():
        known = people.get(login)
        if login.endswith(_BOT) or (known is not None and not known.human):
            people.add(Person(login, bot=login.endswith(_BOT), ours=login.casefold() == ours.casefold()))
        elif is_login(login) and login != GHOST:
            told = _ask(resources, people, login, ours) and told
    return told


def _ask(resources: Resources, people: People, login: str, ours: str) -> bool:
    path = f"/collaborators/{quote(login, safe='')}/permission"
    try:
        answer = resources.get(path, f"asking what {login} may do", allow=_UNKNOWN)
    except ForgeDenied:
        people.add(Person(login, ours=login.casefold() == ours.casefold()))
        return False
    if answer.status not in _UNKNOWN:
        data = as_object(answer.data)
        person = Person(login) if data.get("user") is None else read_person(data, "user", ours)
        people.add(person, permission=read_permission(data))
    return True
