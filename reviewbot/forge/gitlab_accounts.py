"""Who is who on GitLab: ourselves, bots, and what somebody may do."""

from __future__ import annotations

from functools import cached_property

from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gitlab_api import Api, project_path
from reviewbot.forge.gitlab_errors import Missing
from reviewbot.forge.gitlab_people import member_permission, stranger_permission
from reviewbot.forge.gitlab_wire import GHOST, Object, an_object, flag, number, objects, text


class Accounts:
    """Asks one GitLab about accounts. What does not change is asked once. Thread-safe."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[int, tuple[bool, str]] = {}

    @cached_property
    def login(self) -> str:
        """Who we are."""
        return text(an_object(self._api.get("asking whose token it is", "/user")), "username")

    def person(self, author: object) -> Person:
        """An account in an answer of REST, which does not say there whether it is a bot.

        Raises:
            ForgeError: GitLab could not be asked, or a field is missing or of a wrong type.
        """
        if author is None:
            return Person(GHOST)
        data = an_object(author)
        login = text(data, "username")
        return Person(login, self._is_bot(number(data, "id")), login.casefold() == self.login.casefold())

    def permission(self, ref: PullRequestRef, login: str) -> Permission:
        """What somebody may do in the project now. See ``Forge``."""
        user = self.find(ref, login)
        return Permission.NONE if user is None else self.permission_of(ref, user)

    def find(self, ref: PullRequestRef, login: str) -> Object | None:
        """The account with this name, as ``GET /users`` gives it; None where there is none."""
        users = objects(self._api.get(_asking(ref), "/users", username=login), "users")
        return next((one for one in users if text(one, "username").casefold() == login.casefold()), None)

    def permission_of(self, ref: PullRequestRef, user: Object) -> Permission:
        """What an account, as REST gives it, may do in the project now."""
        if text(user, "state") != "active":
            return Permission.NONE
        doing, project = _asking(ref), project_path(ref.repository)
        try:
            member = an_object(self._api.get(doing, f"{project}/members/all/{number(user, 'id')}"))
        except Missing:
            return stranger_permission(an_object(self._api.get(doing, project)))
        return member_permission(member)

    def public_email(self, user: int) -> str:
        """The address that an account shows to everybody; empty where it shows none."""
        return self._ask(user)[1]

    def _is_bot(self, user: int) -> bool:
        return self._ask(user)[0]

    def _ask(self, user: int) -> tuple[bool, str]:
        if user not in self._known:
            found = an_object(self._api.get("asking whether somebody is a bot", f"/users/{user}"))
            self._known[user] = flag(found, "bot"), str(found.get("public_email") or "")
        return self._known[user]


def _asking(ref: PullRequestRef) -> str:
    return f"asking what somebody may do in {ref.repository}"
