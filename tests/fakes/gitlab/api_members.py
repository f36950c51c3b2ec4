"""The REST operations on members of projects and groups, and the list of projects."""

from __future__ import annotations

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.access import not_found, page
from tests.fakes.gitlab.call import Call, Stop, truth
from tests.fakes.gitlab.model import Level, Repository, User


def list_projects(call: Call) -> Answer:
    """Projects that the caller sees; with `membership`, those they are a member of.

    https://docs.gitlab.com/api/projects/#list-all-projects
    """
    least = max(int(call.given.get("min_access_level") or 0), Level.GUEST if truth(call.given.get("membership")) else 0)
    found = [repo for repo in call.hub.repositories.values() if _sees(call, repo, least)]
    found = [] if truth(call.given.get("archived")) else found
    found.sort(key=lambda repo: repo.id, reverse=call.given.get("sort") != "asc")
    return page(call.url, call.query, found, lambda repo: call.shapes.project(repo, call.hub.level(repo, call.user)))


def _sees(call: Call, repo: Repository, least: int) -> bool:
    level = call.hub.level(repo, call.user)
    return level >= least and (level > Level.NONE or not repo.private)


# Members: https://docs.gitlab.com/api/project_members/ and https://docs.gitlab.com/api/group_members/


def list_direct_members(call: Call) -> Answer:
    """Those of the project itself."""
    repo = call.repo()
    return _page(call, repo.members)


def list_members(call: Call) -> Answer:
    """Those of the groups above too."""
    repo = call.repo()
    levels = {user.login: call.hub.level(repo, user) for user in call.hub.users.values() if user.kind != "Group"}
    return _page(call, levels)


def get_member(call: Call) -> Answer:
    """A member, with what a group above gives; 404 for who is none."""
    repo = call.repo()
    user = next((one for one in call.hub.users.values() if str(one.id) == call.names["user_id"]), None)
    level = call.hub.level(repo, user) if user else Level.NONE
    return Answer(200, call.shapes.member(user, level)) if user and level else not_found()


def list_direct_group_members(call: Call) -> Answer:
    """Those of the group itself."""
    return _page(call, call.hub.groups[_group(call)].members)


def list_group_members(call: Call) -> Answer:
    """Those of the groups above too; each once, with the most that they may do."""
    return _page(call, call.hub.group_levels(_group(call)))


def _group(call: Call) -> str:
    """The group's path. A private one is not there for who is neither in it nor in one of its projects."""
    wanted = call.names["group_id"]
    path = next((one for one in call.hub.groups if wanted in (one, str(call.hub.user(one).id))), None)
    if path is None or (call.hub.groups[path].private and not _is_near(call, path)):
        raise Stop(not_found("Group"))
    return path


def _is_near(call: Call, path: str) -> bool:
    inside = [repo for repo in call.hub.repositories.values() if f"{repo.full_name}/".startswith(f"{path}/")]
    levels = call.hub.group_levels(path)
    return call.user.login in levels or any(call.hub.level(repo, call.user) for repo in inside)


def _page(call: Call, levels: dict[str, Level]) -> Answer:
    members: list[tuple[User, Level]] = [(call.hub.user(login), level) for login, level in levels.items() if level]
    return page(call.url, call.query, members, lambda member: call.shapes.member(*member))
