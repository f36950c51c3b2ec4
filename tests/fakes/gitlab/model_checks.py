"""What decides about a merge, as the fake GitLab remembers it: approvals, pipelines, checks, settings, pushes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.gitlab.model import User


@dataclass
class Rules:
    """A project's settings that decide about merges.

    Attributes:
        pipeline, threads, checks: what a merge waits for.
        skipped: a skipped pipeline is as good as one that succeeded.
        author_approves: whether the author of a merge request may approve it.
        reset_on_push: whether a push takes the approvals away.
        approvals: how many are asked for.
        ultimate: whether the project has the features of GitLab Ultimate.
    """

    pipeline: bool = False
    threads: bool = False
    checks: bool = False
    skipped: bool = False
    author_approves: bool = False
    reset_on_push: bool = False
    approvals: int = 0
    ultimate: bool = False


@dataclass(frozen=True)
class Approval:
    """Somebody approved. GitLab tells no commit; `patch` is the diff's patch id, which it keeps for itself."""

    user: User
    at: float
    patch: str = ""


@dataclass
class Reviewer:
    """A reviewer; `state` is `unreviewed`, `reviewed`, `requested_changes`, `approved` or `unapproved`."""

    user: User
    at: float
    state: str = "unreviewed"


@dataclass(frozen=True)
class Pipeline:
    """An external pipeline: what the statuses of a commit and a ref belong to."""

    id: int
    iid: int
    sha: str
    ref: str
    created: float


@dataclass
class Status:
    """A commit's status of one name; a `retried` one stands for nothing any more."""

    id: int
    sha: str
    ref: str
    state: str
    name: str
    description: str | None
    target_url: str | None
    user: User
    created: float
    pipeline: int = 0
    started: float | None = None
    finished: float | None = None
    retried: bool = False


@dataclass(frozen=True)
class StatusCheck:
    """An external status check of a project (Ultimate)."""

    id: int
    name: str
    url: str


@dataclass(frozen=True)
class Response:
    """What an external service said about a head: `pending`, `passed` or `failed`."""

    id: int
    check: StatusCheck
    sha: str
    state: str
    at: float


@dataclass(frozen=True)
class Push:
    """A push event. `before` or `after` is None for a branch that was new, or deleted."""

    id: int
    user: User
    at: float
    branch: str
    before: str | None
    after: str | None
    count: int
    title: str | None
