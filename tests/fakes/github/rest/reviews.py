"""Reviews, and the threads that they begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.github import diff
from tests.fakes.github.access import Answer, page, problem
from tests.fakes.github.model import Pull, Review
from tests.fakes.github.rest.call import MAX_BODY, Call, Missing, forbidden, too_long
from tests.fakes.github.talk import refusal


def list_reviews(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, pull.reviews, lambda review: call.shapes.review(pull, review))


def get_review(call: Call) -> Answer:
    pull = call.pull()
    return Answer(200, call.shapes.review(pull, _review(call, pull)))


def list_comments_of_review(call: Call) -> Answer:
    pull = call.pull()
    review = _review(call, pull)
    mine = [comment for comment in pull.comments if comment.review is review]
    return page(call.url, call.query, mine, lambda one: call.shapes.legacy_comment(pull, one, call.hub.place))


def _review(call: Call, pull: Pull) -> Review:
    review = next((one for one in pull.reviews if one.id == int(call.names["review_id"])), None)
    if review is None:
        raise Missing
    return review


def create_review(call: Call) -> Answer:
    """All or nothing: one comment that does not fit refuses the whole review."""
    pull = call.pull()
    if not call.token.writes:
        return forbidden(call.token)
    commit = call.body.get("commit_id") or pull.head_sha
    wrong = _refusal(call, pull, commit)
    if wrong is not None:
        return problem(422, "Unprocessable Entity", [wrong])
    said = {"body": call.body.get("body") or "", "comments": call.body.get("comments", ()), "commit": commit}
    return Answer(200, call.shapes.review(pull, call.hub.review(pull, call.login, **said)))


def create_comment(call: Call) -> Answer:
    """One thread, in a review of its own."""
    pull = call.pull()
    if not call.token.writes:
        return forbidden(call.token)
    wrong = _entries_refusal(call, pull, call.body["commit_id"], [call.body])
    if wrong is not None:
        return problem(422, "Validation Failed", [wrong])
    call.hub.review(pull, call.login, comments=[call.body], commit=call.body["commit_id"])
    return Answer(201, call.shapes.comment(pull, pull.comments[-1], call.hub.place))


def reply(call: Call) -> Answer:
    """Only the first comment of a thread takes replies."""
    pull = call.pull()
    if not call.token.writes:
        return forbidden(call.token)
    first = next((one for one in pull.comments if one.id == int(call.names["comment_id"])), None)
    if first is None or first.reply_to is not None:
        raise Missing
    refused = too_long(call.body["body"])
    if refused is not None:
        return refused
    return Answer(
        201, call.shapes.comment(pull, call.hub.reply(pull, first, call.login, call.body["body"]), call.hub.place)
    )


def _refusal(call: Call, pull: Pull, commit: str) -> str | None:
    comments = call.body.get("comments", [])
    body = call.body.get("body") or ""
    if call.body.get("event") != "COMMENT":
        return "The fake takes reviews of the event COMMENT only"
    if not body and not comments:
        return "Review Can not be empty"
    if len(body) > MAX_BODY:
        return f"Body is too long (maximum is {MAX_BODY} characters)"
    return _entries_refusal(call, pull, commit, comments)


def _entries_refusal(call: Call, pull: Pull, commit: str, comments: list[Mapping[str, Any]]) -> str | None:
    if commit not in call.hub.commits(pull):
        return "Commit is not part of the pull request"
    if any(len(entry["body"]) > MAX_BODY for entry in comments):
        return f"Body is too long (maximum is {MAX_BODY} characters)"
    changed = {file.path: file for file in diff.files(call.hub.store(pull.repo), call.hub.base_sha(pull), commit)}
    refusals = (refusal(entry, changed.get(entry["path"])) for entry in comments)
    return next((wrong for wrong in refusals if wrong is not None), None)
