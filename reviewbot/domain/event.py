"""Events: what a forge told us, reduced to the fields we use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class PullRequestRef:
    """A pull request by its place: ``forge`` is ``github`` or ``gitlab``, ``repository`` is ``owner/name``."""

    forge: str
    repository: str
    number: int

    def __str__(self) -> str:
        return f"{self.forge}:{self.repository}#{self.number}"


class CommentKind(StrEnum):
    """Where a comment stands."""

    LINE = "line"
    """In a thread on the diff (GitHub: a pull request review comment; GitLab: a note on a diff position)."""
    NOTE = "note"
    """In the conversation."""
    REVIEW = "review"
    """The text of a review (GitHub alone). It takes no reaction."""


@dataclass(frozen=True)
class CommentRef:
    """A comment by its place. ``id`` is the forge's own, as text; unique for its kind and pull request."""

    kind: CommentKind
    id: str


@dataclass(frozen=True)
class PushedHead:
    """A push to the head branch, as a delivery tells it; the delivery is signed, so this is believed.

    Attributes:
        at: seconds since the epoch, by the forge's clock. by: a login.
        before: the head before. The head itself is the event's.
    """

    at: float
    by: str
    before: str = ""


@dataclass(frozen=True)
class PullRequestEvent:
    """Something happened to a pull request that the bot should look at.

    Attributes:
        delivery: the forge's own id of the delivery, unique for the forge.
        action: our word, the same on every forge: ``opened``, ``synchronize`` (a new head), ``reopened``,
            ``ready_for_review``, ``retargeted`` (another base branch), ``labeled``, ``closed`` (merged too),
            ``answered`` (a thread was resolved or opened again, a 👎 was left or taken back), ``reviewed`` (a review
            was submitted, edited or dismissed, an approval given or taken back), ``described`` (another title or text),
            ``edited`` (other labels, and one of the last two at once).
        head: the head's commit id as the delivery says it, or an empty text; a hint, since the forge is asked again.
        installation: the GitHub App's installation that sent it; None for a plain webhook.
        push: of ``opened`` and ``synchronize``: who brought the head, where the delivery says it.
    """

    delivery: str
    ref: PullRequestRef
    action: str
    head: str
    draft: bool = False
    installation: int | None = None
    push: PushedHead | None = None


@dataclass(frozen=True)
class CommentEvent:
    """Somebody wrote or edited a comment that may hold a command. Nothing in it is believed: the forge is asked again.

    Attributes:
        delivery: the forge's own id of the delivery, unique for the forge.
        action: ``created`` or ``edited``.
        comment: which one. body: its text as delivered, to see whether it holds a command at all.
        installation: the GitHub App's installation that sent it; None for a plain webhook.
    """

    delivery: str
    ref: PullRequestRef
    action: str
    comment: CommentRef
    body: str
    installation: int | None = None


class HeadAction(StrEnum):
    """What somebody wants to know, or says, of a commit."""

    RECHECK = "recheck"
    """The check on ``head`` again (GitHub: "Re-run")."""
    REVIEWED = "reviewed"
    """``by`` pressed the check's button: they have reviewed what waits at ``head``."""
    QUEUED = "queued"
    """A merge queue wants to know about ``head``, which stands on ``base``; ``branch`` is the queue's own."""
    RULED = "ruled"
    """``branch`` was pushed to, and its settings or owners may be others by now."""


@dataclass(frozen=True)
class HeadEvent:
    """Something about a commit or a branch; which pull requests it concerns is found out later.

    Attributes:
        delivery, installation: as of the others. ref: the repository, with the number 0.
        head, base: full ids. branch: without ``refs/heads/``. by: a login, of the delivery's sender.
    """

    delivery: str
    ref: PullRequestRef
    action: HeadAction
    head: str = ""
    base: str = ""
    branch: str = ""
    by: str = ""
    installation: int | None = None


Event = PullRequestEvent | CommentEvent | HeadEvent


@dataclass(frozen=True)
class PullRequest:
    """A pull request as the forge shows it now.

    Attributes:
        state: ``open``, ``closed`` or ``merged``.
        base, head: commit ids. base_branch, head_branch: names without ``refs/heads/``.
        head_ref: what to fetch from ``clone_url`` (the base repository) to get the head, also when it lies in a fork.
        head_clone_url: the address of the repository that the head branch lies in; None where that was deleted.
        pushable: whether the forge lets the base repository's maintainers push to the head branch: always within one
            repository, for a fork where its owner allows it.
        labels: names, in the forge's order.
    """

    ref: PullRequestRef
    state: str
    draft: bool
    base: str
    base_branch: str
    head: str
    head_ref: str
    clone_url: str
    from_fork: bool
    author: str
    head_branch: str = ""
    head_clone_url: str | None = None
    pushable: bool = False
    labels: tuple[str, ...] = ()
