"""The caller, the repository, its commits and their statuses."""

from __future__ import annotations

from tests.fakes.github.access import Answer, page, problem
from tests.fakes.github.model import Status
from tests.fakes.github.rest.call import Call


def get_user(call: Call) -> Answer:
    if call.token.installation:
        return problem(403, "Resource not accessible by integration")
    return Answer(200, call.shapes.self_user(call.token.user))


def get_rate_limit(call: Call) -> Answer:
    resources = {}
    for resource in ("core", "search", "graphql"):
        headers = call.hub.limits.headers(call.token, resource)
        resources[resource] = {n: int(headers[f"x-ratelimit-{n}"]) for n in ("limit", "remaining", "reset", "used")}
    return Answer(200, {"resources": resources, "rate": resources["core"]})


def get_repository(call: Call) -> Answer:
    return Answer(200, call.shapes.full_repository(call.repo()))


def get_commit(call: Call) -> Answer:
    repo = call.repo()
    sha = call.hub.store(repo).resolve(call.names["ref"])
    if sha is None:
        return problem(422, f"No commit found for SHA: {call.names['ref']}")
    return Answer(200, call.shapes.commit(repo, call.hub.store(repo), sha))


def list_statuses(call: Call) -> Answer:
    repo = call.repo()
    sha = call.hub.store(repo).resolve(call.names["ref"])
    found = [status for status in reversed(repo.statuses) if status.sha == sha]
    return page(call.url, call.query, found, lambda status: call.shapes.status(repo, status))


def create_status(call: Call) -> Answer:
    repo = call.repo()
    sha = call.hub.store(repo).resolve(call.names["sha"])
    if sha is None:
        return problem(422, f"No commit found for SHA: {call.names['sha']}")
    told = {name: call.body.get(name) for name in ("description", "target_url")}
    context = call.body.get("context", "default")
    status = Status(
        call.hub.id(), sha, call.body["state"], context, **told, user=call.token.user, created=call.hub.now()
    )
    repo.statuses.append(status)
    return Answer(201, call.shapes.status(repo, status))
