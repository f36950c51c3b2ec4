"""What a GitHub App asks as itself, with its JSON web token."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.access import Answer, page, problem
from tests.fakes.github.model import App, Installation
from tests.fakes.github.rest.call import Call, Missing
from tests.fakes.github.shapes import when

_RANK = {"read": 1, "write": 2, "admin": 3}


def get_app(call: Call) -> Answer:
    app = _app(call)
    return Answer(200, call.shapes.app(app, len(call.hub.installations_of(app))))


def list_installations(call: Call) -> Answer:
    return page(call.url, call.query, call.hub.installations_of(_app(call)), call.shapes.installation)


def get_installation(call: Call) -> Answer:
    return Answer(200, call.shapes.installation(_installation(call)))


def get_repository_installation(call: Call) -> Answer:
    app, name = _app(call), f"{call.names['owner']}/{call.names['repo']}"
    for installation in call.hub.installations_of(app):
        if name in call.hub.repositories_of(installation):
            return Answer(200, call.shapes.installation(installation))
    raise Missing


def list_installation_repositories(call: Call) -> Answer:
    if not call.token.installation:
        return problem(403, "You must authenticate with an installation access token in order to list repositories.")
    hub, held = call.hub, call.token.repositories
    repos = [repo for repo in hub.repositories.values() if held is None or repo.full_name in held]
    answer = page(call.url, call.query, repos, call.shapes.repository)
    answer.data = {"total_count": len(repos), "repositories": answer.data, "repository_selection": "selected"}
    return answer


def create_installation_token(call: Call) -> Answer:
    """An hour's token, for all or some of the installation's repositories and permissions.

    A plain token of somebody is taken for the App of that name, as the older tests have it.
    """
    if call.app is None:
        secret = call.hub.token(f"{call.login}[bot]", seconds=3600, installation=True)
        expires = when(call.hub.tokens[secret].expires or 0)
        return Answer(201, {"token": secret, "expires_at": expires, "permissions": {"pull_requests": "write"}})
    installation = _installation(call)
    if installation.suspended:
        return problem(403, "This installation has been suspended")
    wished = call.body.get("repositories")
    held = call.hub.repositories_of(installation)
    names = held if wished is None else {f"{installation.account.login}/{name}" for name in wished}
    if not names <= held:
        told = "There is at least one repository that does not exist or is not accessible to the parent installation."
        return problem(422, told)
    permissions = call.body.get("permissions") or installation.permissions
    if any(_RANK[how] > _RANK.get(installation.permissions.get(what, ""), 0) for what, how in permissions.items()):
        return problem(422, "The permissions requested are not granted to this installation.")
    token = call.hub.installation_token(installation, frozenset(names), {"metadata": "read", **permissions})
    shown: dict[str, Any] = {
        "token": token.secret,
        "expires_at": when(token.expires or 0),
        "permissions": token.permissions,
    }
    shown["repository_selection"] = "all" if wished is None and installation.repositories is None else "selected"
    if wished is not None:
        shown["repositories"] = [call.shapes.repository(call.hub.repositories[name]) for name in sorted(names)]
    return Answer(201, shown)


def convert_manifest(call: Call) -> Answer:
    """A code is good once, for an hour."""
    app = call.hub.convert_manifest(call.names["code"])
    if app is None:
        raise Missing
    return Answer(201, {**call.shapes.app(app, 0), **call.shapes.secrets_of(app)})


def _app(call: Call) -> App:
    if call.app is None:
        raise Missing
    return call.app


def _installation(call: Call) -> Installation:
    wanted = int(call.names["installation_id"])
    for installation in call.hub.installations_of(_app(call)):
        if installation.id == wanted:
            return installation
    raise Missing
