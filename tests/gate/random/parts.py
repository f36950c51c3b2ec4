"""What a story is made of: looks, jobs, and what the gate can be held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reviewbot.domain.errors import ReviewbotError
from reviewbot.domain.provenance import OriginKind
from tests.gate.random.reference import Answer


class Wrong(AssertionError):
    """What must never be."""


class Killed(BaseException):
    """The worker is gone, in the middle of whatever it did."""


class LeaseLost(ReviewbotError):
    """The worker froze for so long that another one has its job."""


Injection = Callable[[Any], None]
"""Told the story."""
Injections = dict[int, Injection]
"""By the number of the request that they come with."""


@dataclass
class Job:
    """A look, or what is asked of a commit where ``number`` is 0."""

    number: int
    due: float
    created: float
    afresh: bool = False
    payload: Mapping[str, str | bool] = field(default_factory=dict)
    attempts: int = 0


@dataclass
class Look:
    """One at work.

    Attributes:
        injections: what happens right before (or, with ``late``, right after) its n-th request.
        at_green: what happens right before it shows something green.
        facts: what the reference makes of the forge's last answer to it, as soon as the base is fetched.
        answered: when that was. head, branch: that it was of. base: the commit of that branch as it was fetched.
        listed: when it was last told of all open pull requests.
        recorded: what was recorded of the lines there.
    """

    number: int
    injections: Injections
    late: Injections = field(default_factory=dict)
    at_green: Injection | None = None
    requests: int = 0
    wanted: bool = True
    over: bool = False
    lost: bool = False
    facts: Callable[[str], Answer] | None = None
    head: str = ""
    branch: str = ""
    base: str = ""
    answered: int = 0
    stale: bool = False
    recorded: Mapping[int, OriginKind] = field(default_factory=dict)
    listed: int = 0


@dataclass(frozen=True)
class Vouched:
    """What the reference said of the facts that the gate's last word on a pull request rests on, given ``at``."""

    head: str
    green: bool
    at: int


@dataclass(frozen=True)
class Green:
    """Which look showed a commit green, and when it had last been told of all open pull requests."""

    look: Look
    listed: int
