"""Pull requests."""

from __future__ import annotations

from typing import Any

from tests.fakes.github import diff
from tests.fakes.github.graphql import commits, repositories, said, timeline
from tests.fakes.github.graphql.connections import connection
from tests.fakes.github.graphql.context import Context
from tests.fakes.github.graphql.people import actor, reactable
from tests.fakes.github.model import Label, Pull
from tests.fakes.github.shapes import node_id, when

_PATCH = {
    "added": "ADDED",
    "modified": "MODIFIED",
    "removed": "DELETED",
    "renamed": "RENAMED",
    "copied": "COPIED",
    "changed": "CHANGED",
}


def state(pull: Pull) -> str:
    return "MERGED" if pull.merged else pull.state.upper()


def pull_request(context: Context, pull: Pull) -> dict[str, Any]:
    closed = pull.state == "closed"
    return {
        **reactable(context, "PullRequest", pull, lambda: pull_request(context, pull)),
        "__typename": "PullRequest",
        "fullDatabaseId": str(pull.id),
        "number": pull.number,
        "title": pull.title,
        "body": pull.body,
        "url": context.hub.url(pull),
        "author": actor(context, pull.user),
        "authorAssociation": "CONTRIBUTOR",
        "viewerDidAuthor": pull.user is context.token.user,
        "editor": None,
        "lastEditedAt": None,
        "createdAt": when(pull.created),
        "updatedAt": when(pull.updated),
        "state": state(pull),
        "merged": pull.merged,
        "mergedAt": when(pull.updated) if pull.merged else None,
        "closed": closed,
        "closedAt": when(pull.updated) if closed else None,
        "isDraft": pull.draft,
        "locked": False,
        "labels": connection(pull.labels, _label),
        **_ends(context, pull),
        **_changes(context, pull),
        "reviewThreads": connection(pull.threads, lambda thread: said.thread(context, pull, thread)),
        "reviews": lambda info, **given: _reviews(context, pull, info, **given),
        "comments": lambda info, orderBy=None, **given: connection(
            pull.issue_comments, lambda comment: said.issue_comment(context, pull, comment)
        )(info, **given),
    }


def _ends(context: Context, pull: Pull) -> dict[str, Any]:
    return {
        "headRefOid": pull.head_sha,
        "headRefName": pull.head_ref,
        "headRef": lambda info: repositories.branch(context, pull.head_repo, pull.head_ref),
        "headRepository": lambda info: repositories.head_repository(context, pull),
        "headRepositoryOwner": actor(context, pull.head_repo.owner),
        "isCrossRepository": pull.head_repo is not pull.repo,
        "maintainerCanModify": pull.head_repo is not pull.repo and pull.maintainer_can_modify,
        "baseRefOid": lambda info: context.hub.base_sha(pull),
        "baseRefName": pull.base_ref,
        "baseRef": lambda info: repositories.branch(context, pull.repo, pull.base_ref),
        "baseRepository": lambda info: repositories.repository(context, pull.repo),
        "repository": lambda info: repositories.repository(context, pull.repo),
    }


def _changes(context: Context, pull: Pull) -> dict[str, Any]:
    store = context.hub.store(pull.repo)

    def files() -> tuple[diff.File, ...]:
        return diff.files(store, context.hub.base_sha(pull), pull.head_sha)

    return {
        "additions": lambda info: sum(file.additions for file in files()),
        "deletions": lambda info: sum(file.deletions for file in files()),
        "changedFiles": lambda info: len(files()),
        "files": connection(files, _file, numbered=True),
        "commits": connection(
            lambda: context.hub.commits(pull),
            lambda sha: _commit(context, pull, sha),
            numbered=True,
            most=context.hub.most_commits,
        ),
        "mergeCommit": lambda info: (
            commits.commit(context, pull.repo, pull.merge_commit) if pull.merged and pull.merge_commit else None
        ),
        "timelineItems": lambda info, **given: timeline.items(context, pull, info, **given),
    }


def _reviews(
    context: Context, pull: Pull, info: Any, author: str | None = None, states: Any = None, **given: Any
) -> dict[str, Any]:
    kept = [
        review
        for review in pull.reviews
        if (not states or review.state in states) and author in (None, review.user.login.removesuffix("[bot]"))
    ]
    return connection(kept, lambda review: said.review(context, pull, review))(info, **given)


def _label(label: Label) -> dict[str, Any]:
    return {
        "__typename": "Label",
        "id": node_id("Label", label.id),
        "name": label.name,
        "color": label.color,
        "description": None,
    }


def _file(file: diff.File) -> dict[str, Any]:
    return {
        "path": file.path,
        "additions": file.additions,
        "deletions": file.deletions,
        "changeType": _PATCH[file.status],
    }


def _commit(context: Context, pull: Pull, sha: str) -> dict[str, Any]:
    return {
        "__typename": "PullRequestCommit",
        "id": node_id("PullRequestCommit", int(sha[:7], 16)),
        "commit": lambda info: commits.commit(context, pull.repo, sha),
        "pullRequest": lambda info: pull_request(context, pull),
        "url": f"{context.hub.url(pull)}/commits/{sha}",
    }
