"""Accounts of those who have to do with a merge request."""

from __future__ import annotations

from collections.abc import Iterable

from reviewbot.domain.conversation import Person
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gate_people import People
from reviewbot.forge.gitlab_accounts import Accounts
from reviewbot.forge.gitlab_errors import Missing
from reviewbot.forge.gitlab_wire import GHOST, Object, an_object, number, text


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
