"""What the fake GitHub remembers of people's doings beside what they say: pushes, new bases, teams. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.github.model import User


@dataclass
class Activity:
    """A change of a branch. `before` is None for a new one, `after` for one that was deleted.

    `kind` is REST's `activity_type`: `push`, `force_push`, `branch_creation`, `branch_deletion`, `pr_merge`, …
    """

    id: int
    ref: str
    before: str | None
    after: str | None
    at: float
    user: User
    kind: str


@dataclass
class BaseChange:
    """A pull request got another base; `automatic` where GitHub did it, for the old one was merged and deleted."""

    id: int
    user: User
    at: float
    old: str
    new: str
    automatic: bool = False


@dataclass
class Team:
    """A team of an organisation. `roles` are by full names of repositories; `parent` is the slug of the one above."""

    id: int
    org: str
    slug: str
    members: list[User] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
