"""Who wrote something on GitHub, spelled as REST spells it."""

from __future__ import annotations

from reviewbot.domain.conversation import Person
from reviewbot.forge.github_json import Json, get_optional, get_text

GHOST = "ghost"
"""Whom GitHub shows for an account that was deleted."""

_BOT = "[bot]"


def read_person(data: Json, name: str, ours: str) -> Person:
    """The account ``name`` of a comment, a review or a pull request, from REST or GraphQL; ``ghost`` for ``null``.

    GraphQL calls an App's account ``NAME`` with ``__typename`` ``Bot``, REST calls the same ``NAME[bot]``: the latter
    it is, so that nobody who registers ``NAME`` is taken for the App.

    Args:
        ours: our own login.

    Raises:
        ForgeUnavailable: it has no login.
    """
    account = get_optional(data, name)
    if account is None:
        return Person(GHOST)
    login = get_text(account, "login")
    if account.get("__typename") == "Bot" and not login.endswith(_BOT):
        login += _BOT
    bot = login.endswith(_BOT) or account.get("type") == "Bot"
    return Person(login, bot=bot, ours=login.casefold() == ours.casefold())
