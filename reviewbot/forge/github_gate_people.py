"""What those may do of whom it matters."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeDenied
from reviewbot.forge.gate_people import People
from reviewbot.forge.github_json import as_object
from reviewbot.forge.github_people import GHOST, read_person
from reviewbot.forge.github_resources import Resources
from reviewbot.forge.github_rights import is_login, read_permission

_BOT = "[bot]"
_UNKNOWN = (404, 410)


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
