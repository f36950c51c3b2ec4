"""Who is who: accounts, hands in commits, pushes, as the forge and git tell them; and which of them are one person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reviewbot.domain.conversation import Permission

FORGES = frozenset({"noreply@github.com"})
"""Addresses that a forge commits with for whoever clicked: nobody's
(https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification).
"""

_ADDRESS = re.compile(r"<([^<>]*)>\s*\Z")
_GITLAB_LOCAL = re.compile(r"\d+-(.+)")


@dataclass(frozen=True)
class Account:
    """An account, as the forge shows it now.

    Attributes:
        login: its name. emails: every address that is known for it.
        bot: it is no person: an App, a token's account, a service account, or ourselves.
        permission: what it may do in the repository at this moment.
    """

    login: str
    emails: frozenset[str] = frozenset()
    bot: bool = False
    permission: Permission = Permission.NONE


@dataclass(frozen=True)
class Commit:
    """Whose hands were in a commit, by e-mail address or login.

    Attributes:
        id: its full id. author, committer: addresses as they stand in it. co_authors: those of its trailers.
        logins: whom the forge takes its author and its committer for, and who made it in the forge's web editor.
        trailers: all of its trailers, keys and values.
    """

    id: str
    author: str
    committer: str
    co_authors: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    trailers: tuple[tuple[str, str], ...] = ()

    @property
    def hands(self) -> frozenset[str]:
        """Everyone who has a part in it; a forge that commits for somebody is nobody."""
        committer = () if address(self.committer) in FORGES else (self.committer,)
        return frozenset((self.author, *committer, *self.co_authors, *self.logins))


@dataclass(frozen=True)
class Push:
    """A push to the head branch. ``update``: a clean merge of the base alone, so that it changed nobody's lines."""

    by: str
    after: str
    before: str = ""
    update: bool = False


@dataclass(frozen=True)
class People:
    """Everyone who has to do with a pull request.

    Attributes:
        author: the login of whoever opened it. accounts: those that are known.
        pushes: oldest first. commits: of the change, by their ids.
    """

    author: str
    accounts: tuple[Account, ...] = ()
    pushes: tuple[Push, ...] = ()
    commits: Mapping[str, Commit] = field(default_factory=dict)

    def account(self, login: str) -> Account | None:
        """The account of that name; no forge tells logins apart by case."""
        return self._by_login.get(login.lower())

    @cached_property
    def _by_login(self) -> dict[str, Account]:
        return {one.login.lower(): one for one in reversed(self.accounts)}

    def heads(self, head: str) -> tuple[str, ...]:
        """``head``, and the heads before it from which only updates led to it, newest first."""
        return tuple(after for after, _ in self._back(head))

    def last_pusher(self, head: str) -> str | None:
        """Who made the push that brought the lines of ``head``; None where the pushes do not tell."""
        *_, (_, push) = self._back(head)
        return push.by if push is not None and not push.update else None

    def _back(self, head: str) -> list[tuple[str, Push | None]]:
        """Each of ``heads`` with the newest push that led there, looked for among those before the one after it."""
        steps: list[tuple[str, Push | None]] = []
        at, end = head, len(self.pushes)
        while True:
            index = next((i for i in range(end - 1, -1, -1) if self.pushes[i].after == at), None)
            if not steps and index != end - 1:  # something was pushed that we do not know, or after this head
                index = None
            push = None if index is None else self.pushes[index]
            steps.append((at, push))
            if index is None or push is None or not push.update or not push.before:
                return steps
            at, end = push.before, index


def address(name: str) -> str | None:
    """The e-mail address in ``name``, as a mailbox compares: without capitals and without ``+`` and what follows it."""
    found = _ADDRESS.search(name)
    text = (found[1] if found else name).strip().lower()
    local, at, domain = text.rpartition("@")
    if not local or not at:
        return None
    return text if domain.startswith("users.noreply.") else f"{local.partition('+')[0] or local}@{domain}"


def key(name: str) -> str:
    """What a person is looked up by: a login, an address, or ``Name <address>``.

    An address that a forge makes up for a login is that login:
    ``ID+login@users.noreply.github.com``, ``ID-login@users.noreply.gitlab.com``.
    """
    mail = address(name)
    if mail is None:
        return f"login {name.strip().removeprefix('@').lower()}"
    local, _, domain = mail.rpartition("@")
    if not domain.startswith("users.noreply."):
        return f"mail {mail}"
    given = _GITLAB_LOCAL.fullmatch(local) if "github" not in domain and "+" not in local else None
    return f"login {given[1] if given else local.rpartition('+')[2]}"


class Identities:
    """Which names are one person: a login and every address known for it, joined wherever two share one."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._parent: dict[str, str] = {}
        for account in accounts:
            for email in account.emails:
                self._join(key(account.login), key(email))

    def of(self, name: str) -> str:
        """The person behind a login or an address: the same text for the same person."""
        return self._root(key(name))

    def all(self, names: Iterable[str]) -> frozenset[str]:
        """The persons behind several names; an empty name is nobody."""
        return frozenset(self.of(name) for name in names if name.strip())

    def _join(self, one: str, other: str) -> None:
        low, high = sorted((self._root(one), self._root(other)))
        if low != high:
            self._parent[high] = low

    def _root(self, name: str) -> str:
        while name in self._parent:
            name = self._parent[name]
        return name
