"""Comments by their number: of threads, and of the conversation."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.access import Answer, page
from tests.fakes.github.model import Comment, IssueComment, Pull
from tests.fakes.github.rest.call import Call, Missing, forbidden, too_long


def list_review_comments(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, pull.comments, lambda one: call.shapes.comment(pull, one, call.hub.place))


def list_issue_comments(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, pull.issue_comments, lambda one: call.shapes.issue_comment(pull, one))


def create_issue_comment(call: Call) -> Answer:
    pull = call.pull()
    if not call.token.writes:
        return forbidden(call.token)
    refused = too_long(call.body["body"])
    if refused is not None:
        return refused
    return Answer(201, call.shapes.issue_comment(pull, call.hub.comment(pull, call.login, call.body["body"])))


def line_comment(call: Call) -> tuple[Pull, Comment]:
    """The comment of a thread that the path names.

    Raises:
        Missing: there is none.
    """
    found: tuple[Pull, Comment] = _find(call, "comments")
    return found


def note(call: Call) -> tuple[Pull, IssueComment]:
    """The comment of a conversation that the path names.

    Raises:
        Missing: there is none.
    """
    found: tuple[Pull, IssueComment] = _find(call, "issue_comments")
    return found


def _find(call: Call, where: str) -> Any:
    for pull in call.repo().pulls.values():
        for one in getattr(pull, where):
            if one.id == int(call.names["comment_id"]):
                return pull, one
    raise Missing


def get_line_comment(call: Call) -> Answer:
    return Answer(200, call.shapes.comment(*line_comment(call), call.hub.place))


def get_note(call: Call) -> Answer:
    return Answer(200, call.shapes.issue_comment(*note(call)))


def update_line_comment(call: Call) -> Answer:
    return _updated(call, line_comment(call)[1]) or get_line_comment(call)


def update_note(call: Call) -> Answer:
    return _updated(call, note(call)[1]) or get_note(call)


def delete_line_comment(call: Call) -> Answer:
    return _deleted(call, *line_comment(call))


def delete_note(call: Call) -> Answer:
    return _deleted(call, *note(call))


def _updated(call: Call, one: Comment | IssueComment) -> Answer | None:
    """The refusal; None where it was done. A person who may write may edit others' too."""
    pull = call.hub.pull_of(one)
    if one.user is not call.token.user and not (
        call.hub.may_push(pull.repo, call.token) and not call.token.installation
    ):
        return forbidden(call.token)
    refused = too_long(call.body["body"])
    if refused is None:
        call.hub.edit_comment(one, call.body["body"], call.login)
    return refused


def _deleted(call: Call, pull: Pull, one: Comment | IssueComment) -> Answer:
    if one.user is not call.token.user and not call.hub.may_push(pull.repo, call.token):
        return forbidden(call.token)
    call.hub.delete_comment(one, call.login)
    return Answer(204)
