"""What was said on a pull request: threads with their comments, reviews, and the conversation."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.graphql import commits, repositories
from tests.fakes.github.graphql.connections import connection
from tests.fakes.github.graphql.context import Context
from tests.fakes.github.graphql.people import actor, person, reactable
from tests.fakes.github.model import Comment, IssueComment, Pull, Review, Thread
from tests.fakes.github.shapes import node_id, when

_REASONS = {"OFF_TOPIC": "off-topic"}


def thread(context: Context, pull: Pull, one: Thread) -> dict[str, Any]:
    comments = pull.comments_of(one)
    first = comments[0]
    may = context.hub.may_resolve(pull, context.token)
    return {
        "__typename": "PullRequestReviewThread",
        "id": node_id("PullRequestReviewThread", one.id),
        **_lines(context, pull, first),
        "diffSide": first.side,
        "startDiffSide": first.start_side,
        "isResolved": one.resolved_by is not None,
        "isCollapsed": one.resolved_by is not None,
        "resolvedBy": person(context, one.resolved_by) if one.resolved_by else None,
        "isOutdated": lambda info: context.hub.place(pull, first) is None,
        "subjectType": "LINE",
        "viewerCanReply": context.token.writes,
        "viewerCanResolve": may and one.resolved_by is None,
        "viewerCanUnresolve": may and one.resolved_by is not None,
        "comments": connection(comments, lambda comment: review_comment(context, pull, comment)),
        **_above(context, pull),
    }


def review_comment(context: Context, pull: Pull, one: Comment) -> dict[str, Any]:
    placed = context.hub.place(pull, one)
    return {
        **_said(context, one, one.user, f"{context.hub.url(pull)}#discussion_r{one.id}"),
        **reactable(context, "PullRequestReviewComment", one, lambda: review_comment(context, pull, one)),
        "__typename": "PullRequestReviewComment",
        **_lines(context, pull, one),
        "position": placed.position if placed else None,
        "originalPosition": one.hunk.count("\n"),
        "outdated": placed is None,
        "diffHunk": one.hunk,
        "commit": lambda info: commits.commit(context, pull.repo, pull.head_sha if placed else one.commit),
        "originalCommit": lambda info: commits.commit(context, pull.repo, one.commit),
        "pullRequestReview": lambda info: review(context, pull, one.review),
        "replyTo": lambda info: review_comment(context, pull, one.reply_to) if one.reply_to else None,
        "state": "SUBMITTED",
        "subjectType": "LINE",
        **_above(context, pull),
    }


def review(context: Context, pull: Pull, one: Review) -> dict[str, Any]:
    mine = [comment for comment in pull.comments if comment.review is one]
    return {
        **_said(context, one, one.user, f"{context.hub.url(pull)}#pullrequestreview-{one.id}"),
        **reactable(context, "PullRequestReview", one, lambda: review(context, pull, one)),
        "__typename": "PullRequestReview",
        "state": one.state,
        "submittedAt": when(one.submitted),
        "commit": lambda info: commits.commit(context, pull.repo, one.commit),
        "comments": connection(mine, lambda comment: review_comment(context, pull, comment)),
        **_above(context, pull),
    }


def issue_comment(context: Context, pull: Pull, one: IssueComment) -> dict[str, Any]:
    return {
        **_said(context, one, one.user, f"{context.hub.url(pull)}#issuecomment-{one.id}"),
        **reactable(context, "IssueComment", one, lambda: issue_comment(context, pull, one)),
        "__typename": "IssueComment",
        **_above(context, pull),
    }


def _lines(context: Context, pull: Pull, one: Comment) -> dict[str, Any]:
    placed = context.hub.place(pull, one)
    return {
        "path": one.path,
        "line": placed.line if placed else None,
        "startLine": placed.start_line if placed else None,
        "originalLine": one.line,
        "originalStartLine": one.start_line,
    }


def _said(context: Context, one: Any, user: Any, url: str) -> dict[str, Any]:
    created = one.submitted if isinstance(one, Review) else one.created
    updated = getattr(one, "updated", None)
    return {
        "fullDatabaseId": str(one.id),
        "author": actor(context, user),
        "authorAssociation": "NONE",
        "viewerDidAuthor": user is context.token.user,
        "body": one.body,
        "url": url,
        "createdAt": when(created),
        "updatedAt": when(updated or created),
        "lastEditedAt": when(updated) if updated else None,
        "editor": actor(context, getattr(one, "editor", None) or user) if updated else None,
        "isMinimized": one.minimized is not None,
        "minimizedReason": _REASONS.get(one.minimized, one.minimized.lower()) if one.minimized else None,
        "viewerCanMinimize": context.token.writes,
    }


def _above(context: Context, pull: Pull) -> dict[str, Any]:
    from tests.fakes.github.graphql.pulls import pull_request

    return {
        "pullRequest": lambda info: pull_request(context, pull),
        "repository": lambda info: repositories.repository(context, pull.repo),
    }
