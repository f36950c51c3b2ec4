"""GitHub's GraphQL answers in small, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.domain.event import PullRequestRef

REF = PullRequestRef("github", "team/shop", 1)
DEVELOPER = {"__typename": "User", "login": "developer"}


def connection(nodes: Sequence[Any] = (), after: str | None = None) -> dict[str, Any]:
    return {"pageInfo": {"hasNextPage": after is not None, "endCursor": after}, "nodes": list(nodes)}


def comment(number: int = 1, **fields: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"id": f"C{number}", "fullDatabaseId": str(number), "state": "SUBMITTED", "body": "words"}
    said |= {"author": DEVELOPER, "originalCommit": {"oid": "c" * 40}, "reactions": connection()}
    return {**said, "createdAt": "2026-01-01T00:00:00Z", **fields}


def review(number: int = 7, **fields: Any) -> dict[str, Any]:
    said = {"fullDatabaseId": str(number), "body": "a review", "author": DEVELOPER}
    return {**said, "submittedAt": "2026-01-01T00:00:00Z", **fields}


def thread(comments: Any = None, **fields: Any) -> dict[str, Any]:
    place = {"line": 5, "startLine": None, "originalLine": 4, "originalStartLine": None}
    side = {"diffSide": "RIGHT", "startDiffSide": None, "subjectType": "LINE", "path": "a.py"}
    state = {"isResolved": False, "isOutdated": False, "resolvedBy": None}
    return {"id": "T1", **place, **side, **state, "comments": comments or connection([comment()]), **fields}


def pull(**fields: Any) -> dict[str, Any]:
    repository = {"nameWithOwner": "team/shop", "url": "https://github.com/team/shop"}
    return {
        "state": "OPEN",
        "isDraft": False,
        "maintainerCanModify": False,
        "baseRefName": "main",
        "baseRefOid": "a" * 40,
        "headRefName": "feature",
        "headRefOid": "b" * 40,
        "author": DEVELOPER,
        "repository": repository,
        "headRepository": repository,
        "labels": connection([{"name": "bug"}, {"name": "wip"}]),
        "reviewThreads": connection([thread()]),
        "comments": connection([comment(2)]),
        "reviews": connection([review()]),
        **fields,
    }


class Script:
    """Answers questions one after another, and remembers them."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self.left, self.asked = list(answers), list[Mapping[str, object]]()

    def __call__(self, query: str, variables: Mapping[str, object]) -> Any:
        self.asked.append(variables)
        answer = self.left.pop(0)
        return answer if "node" in answer else {"repository": {"pullRequest": answer}}
