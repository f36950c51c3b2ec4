"""Who is who on GitLab: ourselves, bots, and what somebody may do."""

from __future__ import annotations

from functools import cached_property

from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gitlab_api import Api, project_path
from reviewbot.forge.gitlab_errors import Missing
from reviewbot.forge.gitlab_people import member_permission, stranger_permission
from reviewbot.forge.gitlab_wire import GHOST, an_object, flag, number, objects, text


class Accounts:
    """Asks one GitLab about accounts. What does not change is asked once. Thread-safe."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._bots: dict[int, bool] = {}

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
        doing = f"asking what somebody may do in {ref.repository}"
        users = objects(self._api.get(doing, "/users", username=login), "users")
        user = next((one for one in users if text(one, "username").casefold() == login.casefold()), None)
        if user is None or text(user, "state") != "active":
            return Permission.NONE
        project = project_path(ref.repository)
        try:
            member = an_object(self._api.get(doing, f"{project}/members/all/{number(user, 'id')}"))
        except Missing:
            return stranger_permission(an_object(self._api.get(doing, project)))
        return member_permission(member)

    def _is_bot(self, user: int) -> bool:
        if user not in self._bots:
            found = an_object(self._api.get("asking whether somebody is a bot", f"/users/{user}"))
            self._bots[user] = flag(found, "bot")
        return self._bots[user]
