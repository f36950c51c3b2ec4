"""The REST operations on approvals, reviewers and merges."""

from __future__ import annotations

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.access import page
from tests.fakes.gitlab.approving import Forbidden
from tests.fakes.gitlab.call import Call, truth

# https://docs.gitlab.com/api/merge_request_approvals/


def get_approvals(call: Call) -> Answer:
    return Answer(200, call.shapes.approvals(call.pull(), call.user))


def approve(call: Call) -> Answer:
    """Approve; 409 for a `sha` that is not the head, 401 for who may not approve it, or has done so."""
    pull = call.pull()
    try:
        call.hub.approve(pull, call.user.login, commit=call.given.get("sha"))
    except Forbidden as refused:
        return Answer(refused.status, {"message": str(refused)})
    return Answer(201, call.shapes.approvals(pull, call.user))


def unapprove(call: Call) -> Answer:
    """Take one's approval back; 404 where there is none."""
    pull = call.pull()
    try:
        call.hub.unapprove(pull, call.user.login)
    except Forbidden as refused:
        return Answer(refused.status, {"message": str(refused)})
    return Answer(201, call.shapes.approvals(pull, call.user))


def list_reviewers(call: Call) -> Answer:
    """https://docs.gitlab.com/api/merge_requests/#list-merge-request-reviewers"""
    return page(call.url, call.query, call.pull().reviewers, call.shapes.reviewer)


def merge(call: Call) -> Answer:
    """Merge it, or say with GitLab's status what is in the way.

    https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
    """
    pull, given = call.pull(), call.given
    try:
        call.hub.accept(pull, call.user.login, sha=given.get("sha"), squash=truth(given.get("squash")))
    except Forbidden as refused:
        return Answer(refused.status, {"message": str(refused)})
    return Answer(200, call.shapes.full_pull(pull, call.user))
