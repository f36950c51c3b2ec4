"""Things by their node id."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.fakes.github.graphql import commits, pulls, repositories, said
from tests.fakes.github.graphql.context import Context, Refused, not_found
from tests.fakes.github.model import Pull

_ID = re.compile(r"([A-Za-z]+)(\d+)")


@dataclass(frozen=True)
class Found:
    """One thing of a pull request."""

    kind: str
    pull: Pull
    one: Any

    def node(self, context: Context) -> dict[str, Any]:
        """It as GraphQL shows it."""
        if self.kind == "PullRequest":
            return pulls.pull_request(context, self.one)
        show: dict[str, Any] = {
            "PullRequestReviewThread": said.thread,
            "PullRequestReviewComment": said.review_comment,
            "PullRequestReview": said.review,
            "IssueComment": said.issue_comment,
        }
        return dict(show[self.kind](context, self.pull, self.one))


def find(context: Context, given: str, *kinds: str) -> Found:
    """What has the node id `given`, where the token may see it and it is one of `kinds` (any, without).

    Raises:
        Refused: there is no such thing for the token.
    """
    kind, number = _taken_apart(given)
    for pull in [pull for repo in context.hub.repositories.values() for pull in repo.pulls.values()]:
        for found in _of(pull):
            if found.kind == kind and found.one.id == number and context.hub.visible(context.token, pull.repo):
                if kinds and kind not in kinds:
                    raise not_found(f"{kinds[0]} node with the global id of '{given}'")
                return found
    raise not_found(f"a node with the global id of '{given}'")


def node(context: Context, given: str) -> dict[str, Any]:
    """What has the node id `given`, as GraphQL shows it.

    Raises:
        Refused: as `find`.
    """
    kind, number = _taken_apart(given)
    if kind == "Repository":
        for repo in context.hub.repositories.values():
            if repo.id == number and context.hub.visible(context.token, repo):
                return repositories.repository(context, repo)
    if kind == "Commit" and (commit := commits.find(context, number)) is not None:
        return commit
    return find(context, given).node(context)


def _of(pull: Pull) -> Iterator[Found]:
    yield Found("PullRequest", pull, pull)
    yield from (Found("PullRequestReviewThread", pull, one) for one in pull.threads)
    yield from (Found("PullRequestReviewComment", pull, one) for one in pull.comments)
    yield from (Found("PullRequestReview", pull, one) for one in pull.reviews)
    yield from (Found("IssueComment", pull, one) for one in pull.issue_comments)


def _taken_apart(given: str) -> tuple[str, int]:
    try:
        match = _ID.fullmatch(base64.b64decode(given, validate=True).decode())
    except (binascii.Error, ValueError):
        match = None
    if match is None:
        raise Refused("NOT_FOUND", f"Could not resolve to a node with the global id of '{given}'")
    return match[1], int(match[2])
