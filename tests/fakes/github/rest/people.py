"""Who pushed, who is in a team, and what a token's owner may do in which repository."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

from tests.fakes.github.access import Answer, page, problem
from tests.fakes.github.model import Repository
from tests.fakes.github.rest.call import Call, Missing, forbidden

_UNSERVED = ("actor", "time_period", "activity_type", "before")


def list_activity(call: Call) -> Answer:
    """Newest first, unless `direction` says otherwise; by cursors, not by numbers of pages."""
    repo, query = call.repo(), call.query
    if any(name in query for name in _UNSERVED):
        return problem(422, "The fake lists activities by ref only")
    wanted = query.get("ref", "")
    named = wanted if wanted.startswith("refs/") else f"refs/heads/{wanted}"
    kept = [one for one in repo.activities if not wanted or one.ref == named]
    kept.sort(key=lambda one: one.id, reverse=query.get("direction", "desc") != "asc")
    ids = ["", *(_cursor(one.id) for one in kept)]
    after = query.get("after", "")
    if after not in ids:
        return problem(422, "Invalid cursor")
    start, size = ids.index(after), min(max(int(query.get("per_page", "30")), 1), 100)
    shown = [call.shapes.activity(one) for one in kept[start : start + size]]
    following = urlencode({**query, "after": ids[start + size]}) if start + size < len(kept) else ""
    return Answer(200, shown, {"link": f'<{call.url}?{following}>; rel="next"'} if following else {})


def list_team(call: Call) -> Answer:
    """Those of the teams below it too. An organisation's teams are nobody else's business."""
    team = call.hub.teams.get((call.names["org"], call.names["team_slug"]))
    if call.token.installation and not call.token.may("members", "read"):
        return forbidden(call.token)
    if team is None:
        raise Missing
    return page(call.url, call.query, call.hub.members_of(team), call.shapes.user)


def list_own_repositories(call: Call) -> Answer:
    """Those that somebody was given a role in; where they have a token and no role at all, it is taken for `write`."""
    if call.token.installation:
        return forbidden(call.token)
    hub, token = call.hub, call.token
    mine = [repo for repo in hub.repositories.values() if hub.visible(token, repo) and _role(call, repo) != "none"]
    if call.query.get("sort", "full_name") != "full_name":
        return problem(422, "The fake sorts repositories by name only")
    mine.sort(key=lambda repo: repo.full_name)
    return page(call.url, call.query, mine, lambda repo: _with_permissions(call, repo))


def _role(call: Call, repo: Repository) -> str:
    role, anybodys = call.hub.role(repo, call.login), "none" if repo.private else "read"
    return "write" if call.login not in repo.roles and role == anybodys else role


def _with_permissions(call: Call, repo: Repository) -> dict[str, Any]:
    return {**call.shapes.repository(repo), "permissions": call.shapes.permissions(_role(call, repo))}


def _cursor(number: int) -> str:
    return base64.b64encode(str(number).encode()).decode()
