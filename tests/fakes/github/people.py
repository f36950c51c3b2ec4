"""Whose an address is, and who is in which team.

https://docs.github.com/en/account-and-profile/setting-up-and-managing-your-personal-account-on-github/managing-email-preferences/setting-your-commit-email-address
"""

from __future__ import annotations

from tests.fakes.github.gitstore import WEB_FLOW
from tests.fakes.github.model import Repository, User
from tests.fakes.github.model_people import Team
from tests.fakes.github.state import ROLES, State

WEB = "web-flow"
"""The account that stands for whoever clicked in GitHub's pages."""


class People(State):
    """Adds addresses and teams. A person has `LOGIN@example.org` from the start, as commits of the fake are made."""

    def email(self, login: str, address: str, *, public: bool = True) -> None:
        """Tie an address to an account, as verified. GitHub shows nobody whose it is but by commits (`public`).

        Raises:
            ValueError: it is somebody else's.
        """
        with self.lock:
            user, owner = self.user(login), self.owner_of(address)
            if owner not in (None, user):
                raise ValueError(f"{address} is already in use")
            user.emails = list(dict.fromkeys([*user.emails, address]))

    def noreply(self, login: str) -> str:
        """The address that GitHub makes up for everybody."""
        user = self.user(login)
        return f"{user.id}+{user.login}@users.noreply.github.com"

    def owner_of(self, address: str) -> User | None:
        """Whose address that is, whatever its case; None where nobody's, or of an account that was deleted."""
        wanted = address.casefold()
        if wanted == WEB_FLOW.partition("<")[2].removesuffix(">"):
            return self.user(WEB)
        for user in list(self.users.values()):
            own = f"{user.login}@example.org" if user.kind == "User" else ""
            known = (own, self.noreply(user.login), *user.emails)
            if user.kind != "Organization" and wanted in (one.casefold() for one in known):
                return None if user.deleted else user
        return None

    def delete_account(self, login: str) -> None:
        """Delete an account: what it did stays, as nobody's."""
        with self.lock:
            self.user(login).deleted = True

    def account(self, login: str) -> User | None:
        """Who has a login, whatever its case; None where nobody has."""
        found = (user for user in self.users.values() if user.login.casefold() == login.casefold())
        return next((user for user in found if not user.deleted), None)

    # Teams

    def team(self, org: str, slug: str, *logins: str, parent: str | None = None) -> Team:
        """Let exactly these be in a team of an organisation; where it is new, below the team `parent`."""
        with self.lock:
            self.user(org, "Organization")
            made = self.teams.setdefault((org, slug), Team(self.id(), org, slug, parent=parent))
            made.members = [self.user(login) for login in logins]
            return made

    def grant_team(self, full_name: str, slug: str, role: str) -> None:
        """Give a team of the repository's owner, and the teams below it, a role there: one of `ROLES`."""
        if role not in ROLES:
            raise ValueError(f"no such role: {role}")
        with self.lock:
            self.teams[self.repositories[full_name].owner.login, slug].roles[full_name] = role

    def members_of(self, team: Team) -> list[User]:
        """Those of the teams below it too, each once."""
        below = [one for one in self.teams.values() if (one.org, one.parent) == (team.org, team.slug)]
        found = [*team.members, *(user for one in below for user in self.members_of(one))]
        return list({user.id: user for user in found}.values())

    def role(self, repo: Repository, login: str) -> str:
        """What somebody is in a repository, by their teams too."""
        teams = [team for team in self.teams.values() if team.org == repo.owner.login]
        mine = [team for team in teams if any(user.login == login for user in self.members_of(team))]
        given = [team.roles[repo.full_name] for team in mine if repo.full_name in team.roles]
        return max([super().role(repo, login), *given], key=ROLES.index)
