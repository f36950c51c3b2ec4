"""What somebody may do, and which branches are protected."""

from __future__ import annotations

from tests.fakes.github.access import Answer, page
from tests.fakes.github.rest.call import Call, Missing

_LEGACY = {"maintain": "write", "triage": "read"}
"""`permission` knows four words; `role_name` knows them all. https://docs.github.com/en/rest/collaborators"""


def get_permission(call: Call) -> Answer:
    """404 for a login that nobody has; a stranger's is `none`, or `read` where the repository is public."""
    repo, login = call.repo(), call.names["username"]
    user = call.hub.account(login)
    if user is None:
        raise Missing
    role = call.hub.role(repo, user.login)
    shown = {**call.shapes.user(user), "role_name": role, "permissions": call.shapes.permissions(role)}
    return Answer(200, {"permission": _LEGACY.get(role, role), "role_name": role, "user": shown})


def get_branch(call: Call) -> Answer:
    repo, name = call.repo(), call.names["branch"]
    sha = call.hub.store(repo).resolve(f"refs/heads/{name}")
    if sha is None:
        raise Missing
    return Answer(200, call.shapes.branch(repo, call.hub.store(repo), name, sha))


def list_rules(call: Call) -> Answer:
    """The rules of the rulesets that hold for a branch; there need not be one of that name."""
    repo = call.repo()
    demands = [one for one in repo.demands.get(call.names["branch"], []) if one.by == "ruleset"]
    rules = [*repo.rules.get(call.names["branch"], []), *demands]
    return page(call.url, call.query, rules, lambda kind: call.shapes.rule(repo, kind))
