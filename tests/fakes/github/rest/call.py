"""One request to the REST API, and what several operations share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.github.access import Answer, problem
from tests.fakes.github.hub import Hub
from tests.fakes.github.model import App, Pull, Repository, Token
from tests.fakes.github.shapes_checks import FakeShapes

MAX_BODY = 65_536


@dataclass(frozen=True)
class Call:
    """One request, its path taken apart. `url` is the whole address without the query; `app` who signed a JWT."""

    hub: Hub
    shapes: FakeShapes
    token: Token
    url: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    app: App | None = None

    def repo(self) -> Repository:
        """The repository in the path.

        Raises:
            Missing: it is not there for this token.
        """
        repo = self.hub.repositories.get(f"{self.names['owner']}/{self.names['repo']}")
        if repo is None or not self.hub.visible(self.token, repo):
            raise Missing
        return repo

    def pull(self) -> Pull:
        """The pull request in the path.

        Raises:
            Missing: it is not there.
        """
        pull = self.repo().pulls.get(int(self.names.get("pull_number") or self.names["issue_number"]))
        if pull is None:
            raise Missing
        return pull

    @property
    def login(self) -> str:
        return self.token.user.login


class Missing(Exception):
    """What the path names is not there."""


Operation = Callable[[Call], Answer]


def missing() -> Answer:
    return problem(404, "Not Found")


def invalid(resource: str, field: str, code: str) -> Answer:
    answer = problem(422, "Validation Failed")
    answer.data["errors"] = [{"resource": resource, "field": field, "code": code}]
    return answer


def forbidden(token: Token) -> Answer:
    return problem(
        403, f"Resource not accessible by {'integration' if token.installation else 'personal access token'}"
    )


def too_long(body: str) -> Answer | None:
    """The refusal of a text that GitHub does not take."""
    if not body.strip():
        return problem(422, "Validation Failed", ["Body can't be blank"])
    if len(body) > MAX_BODY:
        return problem(422, "Validation Failed", [f"Body is too long (maximum is {MAX_BODY} characters)"])
    return None
