"""Everybody who has to do with a merge request, each once."""

from __future__ import annotations

from collections.abc import Iterable

from reviewbot.domain.conversation import Conversation, Permission, Person
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import Member
from reviewbot.forge.gitlab_accounts import Accounts
from reviewbot.forge.gitlab_errors import Missing
from reviewbot.forge.gitlab_wire import GHOST, Object, an_object, number, text


class People:
    """Gathers members; what is learned of one later is added to what is known.

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

    @property
    def members(self) -> tuple[Member, ...]:
        """All of them."""
        return tuple(self._found.values())


def speakers(talk: Conversation) -> tuple[Person, ...]:
    """Whoever wrote something, or resolved a thread on lines."""
    writers = [comment.author for thread in talk.threads for comment in thread.comments]
    resolvers = [thread.resolved_by for thread in talk.threads if thread.resolved_by is not None]
    return (*(note.author for note in talk.notes), *writers, *resolvers)


def know(accounts: Accounts, user: object) -> tuple[Person, str]:
    """Whose an account is that REST gives, and the address that they show.

    One that GitLab hides from us, such as a banned one, is taken for a bot: it reviews nothing.
    """
    if user is None:
        return Person(GHOST), ""
    data = an_object(user)
    try:
        return accounts.person(data), accounts.public_email(number(data, "id"))
    except Missing:
        return Person(text(data, "username"), bot=True), ""


def ask_accounts(accounts: Accounts, ref: PullRequestRef, people: People, users: Iterable[Object]) -> None:
    """Add accounts, as REST gives them, with what they may do: see ``read_facts``."""
    for user in {number(user, "id"): user for user in users}.values():
        person, email = know(accounts, user)
        people.add(person, (email,), accounts.permission_of(ref, user))


def find_accounts(accounts: Accounts, ref: PullRequestRef, logins: Iterable[str]) -> tuple[Object, ...]:
    """The accounts with these names, as REST gives them; names that nobody has are left out."""
    wanted = {login.casefold(): login for login in logins if login and login != GHOST}
    found = (accounts.find(ref, login) for login in wanted.values())
    return tuple(user for user in found if user is not None)
