"""What GraphQL changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.github.graphql import said
from tests.fakes.github.graphql.context import Context, Refused, forbidden
from tests.fakes.github.graphql.lookup import Found, find
from tests.fakes.github.graphql.people import CONTENTS, groups, reaction

_REACTABLE = ("PullRequestReviewComment", "IssueComment", "PullRequestReview", "PullRequest")
_REST = {graphql: rest for rest, graphql in CONTENTS.items()}
MAX_BODY = 65_536

Input = Mapping[str, Any]


def _thread(context: Context, given: Input) -> Found:
    found = find(context, given["threadId"], "PullRequestReviewThread")
    if not context.hub.may_resolve(found.pull, context.token):
        raise forbidden(context.token)
    return found


def resolve_thread(context: Context, given: Input) -> dict[str, Any]:
    found = _thread(context, given)
    context.hub.resolve(found.one, context.token.user.login)
    return {"thread": said.thread(context, found.pull, found.one)}


def unresolve_thread(context: Context, given: Input) -> dict[str, Any]:
    found = _thread(context, given)
    context.hub.unresolve(found.one, context.token.user.login)
    return {"thread": said.thread(context, found.pull, found.one)}


def add_reaction(context: Context, given: Input) -> dict[str, Any]:
    found = find(context, given["subjectId"], *_REACTABLE)
    _may_write(context)
    made, _ = context.hub.react(found.one, context.token.user.login, _REST[given["content"]])
    return _reacted(context, found, made)


def remove_reaction(context: Context, given: Input) -> dict[str, Any]:
    found = find(context, given["subjectId"], *_REACTABLE)
    _may_write(context)
    gone = context.hub.unreact(found.one, context.token.user.login, _REST[given["content"]])
    if gone is None:
        raise Refused("NOT_FOUND", "The reaction does not exist.")
    return _reacted(context, found, gone)


def _reacted(context: Context, found: Found, one: Any) -> dict[str, Any]:
    def subject() -> dict[str, Any]:
        return found.node(context)

    return {
        "reaction": reaction(context, one, subject),
        "reactionGroups": groups(context, found.one, subject),
        "subject": subject(),
    }


def minimize(context: Context, given: Input) -> dict[str, Any]:
    return {"minimizedComment": _minimized(context, given, given["classifier"])}


def unminimize(context: Context, given: Input) -> dict[str, Any]:
    return {"unminimizedComment": _minimized(context, given, None)}


def _minimized(context: Context, given: Input, why: str | None) -> dict[str, Any]:
    found = find(context, given["subjectId"], "PullRequestReviewComment", "IssueComment", "PullRequestReview")
    _may_write(context)
    found.one.minimized = why
    return found.node(context)


def reply(context: Context, given: Input) -> dict[str, Any]:
    found = find(context, given["pullRequestReviewThreadId"], "PullRequestReviewThread")
    _may_write(context)
    if not given["body"].strip() or len(given["body"]) > MAX_BODY:
        raise Refused("UNPROCESSABLE", "Body can't be blank or longer than 65536 characters")
    made = context.hub.reply(found.pull, found.one, context.token.user.login, given["body"])
    return {"comment": said.review_comment(context, found.pull, made)}


def _may_write(context: Context) -> None:
    if not context.token.writes or not context.token.may("pull_requests", "write"):
        raise forbidden(context.token)


MUTATIONS = {
    "resolveReviewThread": resolve_thread,
    "unresolveReviewThread": unresolve_thread,
    "addReaction": add_reaction,
    "removeReaction": remove_reaction,
    "minimizeComment": minimize,
    "unminimizeComment": unminimize,
    "addPullRequestReviewThreadReply": reply,
}
