"""What a resolver is given, and the errors that it may raise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fakes.github.hub import Hub
from tests.fakes.github.model import Token
from tests.fakes.github.shapes_checks import FakeShapes


@dataclass
class Context:
    """One request. `nodes` and `cost` are GitHub's own reckoning of it, filled in before it is executed."""

    hub: Hub
    shapes: FakeShapes
    token: Token
    nodes: int = 0
    cost: int = 1


class Refused(Exception):
    """An error as GitHub tells it, with its `type`: the answer's status is 200 all the same."""

    def __init__(self, kind: str, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.extensions = extensions


def not_found(what: str) -> Refused:
    return Refused("NOT_FOUND", f"Could not resolve to {what}.")


def forbidden(token: Token) -> Refused:
    who = "integration" if token.installation else "personal access token"
    return Refused("FORBIDDEN", f"Resource not accessible by {who}", saml_failure=False)
