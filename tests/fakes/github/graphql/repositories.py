"""Repositories and their branches."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.graphql import commits, queues
from tests.fakes.github.graphql.connections import connection
from tests.fakes.github.graphql.context import Context, Refused, forbidden, not_found
from tests.fakes.github.graphql.people import actor
from tests.fakes.github.model import Pull, Repository
from tests.fakes.github.shapes import node_id


def find(context: Context, owner: str, name: str) -> Repository:
    """The repository, where the token may see it.

    Raises:
        Refused: it is not there for the token.
    """
    repo = context.hub.repositories.get(f"{owner}/{name}")
    if repo is None or not context.hub.visible(context.token, repo):
        raise not_found(f"a Repository with the name '{owner}/{name}'")
    return repo


def repository(context: Context, repo: Repository) -> dict[str, Any]:
    return {
        "__typename": "Repository",
        "id": node_id("Repository", repo.id),
        "databaseId": repo.id,
        "name": repo.name,
        "nameWithOwner": repo.full_name,
        "owner": actor(context, repo.owner),
        "url": f"{context.shapes.web}/{repo.full_name}",
        "isPrivate": repo.private,
        "isFork": repo.parent is not None,
        "isArchived": False,
        "visibility": "PRIVATE" if repo.private else "PUBLIC",
        "parent": lambda info: repository(context, repo.parent) if repo.parent else None,
        "viewerPermission": lambda info: _permission(context, repo),
        "defaultBranchRef": lambda info: branch(context, repo, repo.default_branch),
        "ref": lambda info, qualifiedName: branch(context, repo, qualifiedName.removeprefix("refs/heads/")),
        "pullRequest": lambda info, number: _pull(context, repo, number),
        "mergeQueue": lambda info, branch=None: queues.queue(context, repo, branch or repo.default_branch),
        "pullRequests": lambda info, **given: _pulls(context, repo, info, **given),
    }


def _permission(context: Context, repo: Repository) -> str | None:
    role = context.hub.role(repo, context.token.user.login)
    return None if role == "none" else role.upper()


def branch(context: Context, repo: Repository, name: str) -> dict[str, Any] | None:
    """A branch; None where there is none of that name."""
    sha = context.hub.store(repo).resolve(f"refs/heads/{name}")
    if repo.deleted or sha is None:
        return None
    return {
        "__typename": "Ref",
        "id": node_id("Ref", int(sha[:7], 16)),
        "name": name,
        "prefix": "refs/heads/",
        "target": lambda info: commits.commit(context, repo, sha),
    }


def _pull(context: Context, repo: Repository, number: int) -> dict[str, Any]:
    from tests.fakes.github.graphql.pulls import pull_request

    if not context.token.may("pull_requests", "read"):
        raise forbidden(context.token)
    if number not in repo.pulls:
        raise not_found(f"a PullRequest with the number of {number}")
    return pull_request(context, repo.pulls[number])


def _pulls(context: Context, repo: Repository, info: Any, **given: Any) -> dict[str, Any]:
    from tests.fakes.github.graphql.pulls import pull_request, state

    if given.get("labels") or given.get("orderBy"):
        raise Refused("NOT_SERVED", "The fake lists pull requests by state and branch only")
    states, head, base = (given.pop(name, None) for name in ("states", "headRefName", "baseRefName"))
    kept = [
        pull
        for pull in repo.pulls.values()
        if (not states or state(pull) in states) and head in (None, pull.head_ref) and base in (None, pull.base_ref)
    ]
    return connection(kept, lambda pull: pull_request(context, pull))(info, **given)


def head_repository(context: Context, pull: Pull) -> dict[str, Any] | None:
    """Where the head branch lies; None where that was deleted."""
    return None if pull.head_repo.deleted else repository(context, pull.head_repo)
