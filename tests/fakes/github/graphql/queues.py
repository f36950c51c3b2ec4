"""Merge queues."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.graphql.connections import connection
from tests.fakes.github.graphql.context import Context
from tests.fakes.github.model import Repository
from tests.fakes.github.shapes import node_id


def queue(context: Context, repo: Repository, branch: str) -> dict[str, Any] | None:
    """The queue of a branch; None where it has none."""
    if branch not in repo.queues:
        return None
    entries = [_entry(context, repo, one, at) for at, one in enumerate(repo.queues[branch], 1)]
    return {
        "__typename": "MergeQueue",
        "id": node_id("MergeQueue", repo.id),
        "url": f"{context.shapes.web}/{repo.full_name}/queue/{branch}",
        "entries": connection(entries, lambda one: one, numbered=True),
    }


def _entry(context: Context, repo: Repository, one: Any, position: int) -> dict[str, Any]:
    from tests.fakes.github.graphql.commits import commit
    from tests.fakes.github.graphql.pulls import pull_request

    return {
        "__typename": "MergeQueueEntry",
        "id": node_id("MergeQueueEntry", one.id),
        "position": position,
        "state": "AWAITING_CHECKS",
        "headCommit": lambda info: commit(context, repo, one.head),
        "baseCommit": lambda info: commit(context, repo, one.base),
        "pullRequest": lambda info: pull_request(context, one.pull),
    }
