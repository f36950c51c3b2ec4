"""What the gate learns from a forge about a pull request, and what it shows there. No forge's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Conversation, Permission, Person
from reviewbot.domain.event import CommentRef, PullRequest

CHECK = "reviewbot/gate"
"""What the gate's check run or commit status is called; branch rules name it."""

LABEL = "ai-unreviewed"
"""The label of a pull request that the gate holds back."""

LOOKED_SECONDS = 10.0
"""How long a head must have been there when somebody spoke, for what they said to be of it.

Nobody reviews in less time, and the clocks of a forge's machines differ by less."""


class Word(StrEnum):
    """What happened that decides about approvals."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    DISMISSED = "dismissed"
    """An approval, or a request for changes, that was taken back. It stands where the review stood."""
    COMMENTED = "commented"
    RETARGETED = "retargeted"
    """The pull request got another base branch; ``by`` is who did it."""


@dataclass(frozen=True)
class Spoken:
    """One of them.

    Attributes:
        at: seconds since the epoch, by the forge's clock. by: a login.
        commit: the head that was looked at; empty where that is not known, and for a new base.
    """

    at: float
    by: str
    word: Word
    commit: str = ""


@dataclass(frozen=True)
class Pushed:
    """A push to the head branch.

    Attributes:
        at: seconds since the epoch, by the forge's clock. by: the login of who pushed, not of who committed.
        after, before: full ids; ``before`` is empty for a branch that was new.
    """

    at: float
    by: str
    after: str
    before: str = ""


@dataclass(frozen=True)
class Member:
    """Somebody who has to do with a pull request.

    Attributes:
        emails: every address that the forge ties to the account, those of commits that it takes for theirs included.
        permission: what they may do now; ``NONE`` also for those of whom nobody needed to know.
    """

    person: Person
    emails: frozenset[str] = frozenset()
    permission: Permission = Permission.NONE


@dataclass(frozen=True)
class Hold:
    """A thread of ours in the conversation, on no line, that blocks the merge while it is open (GitLab).

    Attributes:
        id: what ``Forge.set_resolved`` takes. comment: its first note, whose text is ``body``.
        resolved_by: who resolved it; None while it is open, or where the forge does not say.
    """

    id: str
    comment: CommentRef
    body: str
    resolved: bool
    resolved_by: Person | None = None


@dataclass(frozen=True)
class GateFacts:
    """Everything that a forge knows of a pull request and git does not, at one moment.

    Attributes:
        talk: the pull request and what is said on it. title, description: its own.
        updated: when anything on it changed last, seconds since the epoch, by the forge's clock.
        spoken: oldest first; None where it could not be read, which ``problems`` explain. pushes: oldest first, as far
            as the forge tells.
        members: whoever opened it, spoke, pushed, or was asked for; each login once.
        logins: whom the forge takes the author, the committer and the co-authors of a commit for, by the commit's id.
        merge_commit: as what it was merged; None where it was not.
        holds: see there; always empty where ``GateForge.can_hold`` is False.
        problems: what could not be read, sentences that say what to do.
    """

    talk: Conversation
    title: str
    description: str
    updated: float
    spoken: tuple[Spoken, ...] | None
    pushes: tuple[Pushed, ...]
    members: tuple[Member, ...]
    logins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    merge_commit: str | None = None
    holds: tuple[Hold, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def pull(self) -> PullRequest:
        """The pull request."""
        return self.talk.pull


@dataclass(frozen=True)
class OpenPull:
    """An open pull request, as a listing has it. ``updated`` as in ``GateFacts``."""

    number: int
    head: str
    base_branch: str
    updated: float


class CheckState(StrEnum):
    """What the gate's check says. Only ``PASSED`` and ``REPORTED`` let a merge through."""

    WORKING = "working"
    """The gate is at it."""
    WAITING = "waiting"
    """People have to review."""
    FAILED = "failed"
    """Something must change."""
    ERROR = "error"
    """It could not be found out."""
    PASSED = "passed"
    REPORTED = "reported"
    """It would not pass, and the repository wants that told and nothing blocked."""

    @property
    def lets_merge(self) -> bool:
        """Whether a merge goes through with it."""
        return self in (CheckState.PASSED, CheckState.REPORTED)


@dataclass(frozen=True)
class Annotation:
    """A remark on lines of the head. ``failure``: it keeps the gate from passing. ``message`` is plain text."""

    path: str
    lines: LineRange
    title: str
    message: str
    failure: bool = True


@dataclass(frozen=True)
class CheckReport:
    """What the gate shows on a commit.

    Attributes:
        head: the commit. title: one short sentence. summary: Markdown. annotations: any number.
        digest: of all the others: the same report is the same text. See ``gate.report``.
    """

    head: str
    state: CheckState
    title: str
    summary: str = ""
    annotations: tuple[Annotation, ...] = ()
    digest: str = ""


@dataclass(frozen=True)
class Requirement:
    """Whether something at the forge makes the gate's check, or its thread, a condition of the merge.

    Attributes:
        in_force: True or False; None where it may not be read.
        how: one sentence: what is in force, or what to switch on and where, or what right is missing.
        pinned: on GitHub, whether the rule takes the check from our App alone; None where that has no meaning.
        expects: a head on which we say nothing at all waits for ever: our very check is named.
    """

    in_force: bool | None
    how: str
    pinned: bool | None = None
    expects: bool = False
