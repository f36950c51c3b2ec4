"""Lists that the gate asks GitLab for: open merge requests, projects, and who is behind a name of CODEOWNERS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import OpenPull
from reviewbot.forge.gitlab_accounts import Accounts
from reviewbot.forge.gitlab_api import Api, project_path
from reviewbot.forge.gitlab_wire import Object, commit_id, moment, number, objects, text

DEVELOPER = "30"
"""The least access level with which the bot can do anything about a merge request."""

# "It is possible to specify plural roles", "Roles are not inclusive of higher roles"
# (https://docs.gitlab.com/user/project/codeowners/reference/#add-a-role-as-a-code-owner).
_ROLES: Mapping[str, int] = {"developer": 30, "maintainer": 40, "owner": 50}


def open_pulls(api: Api, repository: str) -> tuple[OpenPull, ...]:
    """See ``GateForge.open_pulls``: a request for each 100. Oldest first, so that a new one moves no other's page."""
    path = f"{project_path(repository)}/merge_requests"
    doing = f"listing the open merge requests of {repository}"
    found = objects(api.pages(doing, path, state="opened", order_by="created_at", sort="asc"), "merge_requests")
    pulls = {number(one, "iid"): read_open_pull(one) for one in found}
    return tuple(pulls.values())


def read_open_pull(entry: Object) -> OpenPull:
    """One of the list; its head is empty while GitLab makes the diff.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    head, base = commit_id(entry, "sha"), text(entry, "target_branch")
    return OpenPull(number(entry, "iid"), head, base, moment(entry, "updated_at"))


def repositories(api: Api) -> tuple[str, ...]:
    """The projects in which our account has the role Developer or more. See ``GateForge.repositories``."""
    query = {"membership": "true", "min_access_level": DEVELOPER, "simple": "true", "archived": "false"}
    found = api.pages("listing our projects", "/projects", order_by="id", sort="asc", **query)
    return tuple(dict.fromkeys(text(one, "path_with_namespace") for one in objects(found, "projects")))


def members_of(api: Api, accounts: Accounts, ref: PullRequestRef, name: str) -> frozenset[str] | None:
    """See ``GateForge.members_of``.

    Of a group, and of the project for a role, direct members alone
    (https://docs.gitlab.com/user/project/codeowners/reference/#group-eligibility). A user and a group never have the
    same path, so ``@name`` is whichever there is.
    """
    doing = "asking who is behind a name of CODEOWNERS"
    try:
        if name.startswith("@@"):
            role = _ROLES.get(name[2:].casefold().removesuffix("s"))
            members = api.pages(doing, f"{project_path(ref.repository)}/members") if role else []
            return None if role is None else read_members(objects(members, "members"), role)
        user = accounts.find(ref, name[1:]) if "/" not in name else None
        if user is not None:
            return frozenset({text(user, "username")})
        group = quote(name.removeprefix("@"), safe="")
        return read_members(objects(api.pages(doing, f"/groups/{group}/members"), "members"))
    except ForgeDenied:
        return None


def read_members(entries: Iterable[Object], role: int | None = None) -> frozenset[str]:
    """The logins of those who are active; with ``role``, of those who have exactly that access level.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    return frozenset(
        text(one, "username")
        for one in entries
        if text(one, "state") == "active" and role in (None, number(one, "access_level"))
    )
