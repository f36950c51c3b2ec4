"""What the bot needs of a forge. Every real one, the local one and the fakes pass the same conformance test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Comment, Conversation, Permission, Reaction, Thread
from reviewbot.domain.event import CommentRef, PullRequest, PullRequestRef


@dataclass(frozen=True)
class ReviewComment:
    """A comment on lines of the head (the right side of the diff).

    Attributes:
        path: the file at the head. old_path: its name at the merge base; None for an added file.
        lines: of the head.
        body: Markdown; a suggestion in it is a block whose info string is ``suggestion``, which replaces ``lines``.
            A forge that spells such a block in another way rewrites the info string.
    """

    path: str
    lines: LineRange
    body: str
    old_path: str | None = None


@dataclass(frozen=True)
class ForgeReview:
    """One review, posted as one notification, bound to the head it was made for. ``body`` may be empty.

    ``merge_base`` is the commit that the diff of the pull request is taken from.
    """

    head: str
    body: str
    comments: tuple[ReviewComment, ...]
    merge_base: str = ""


class StatusState(StrEnum):
    """What a commit's status says."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True)
class Status:
    """A commit's status: ``context`` tells ours from others', ``description`` is one short sentence."""

    state: StatusState
    context: str
    description: str
    url: str | None = None


class Forge(Protocol):
    """A forge, acting as the bot. Every failure is a ``ForgeError`` (see ``domain.errors``).

    Reading is safe to repeat. What writes is sent once: whoever calls looks first whether it stands.
    """

    @property
    def name(self) -> str:
        """``github``, ``gitlab`` or ``local``."""

    @property
    def calls(self) -> int:
        """How many requests were sent to the API so far."""

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        """The pull request as it is now."""

    def conversation(self, ref: PullRequestRef) -> Conversation:
        """The pull request and everything said on it, to the last page; with as few requests as can be.

        Raises:
            ForgeError: a part could not be read. Half a conversation is never given.
        """

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        """Environment for git that lets it read the repository; the token is in no argument and no file."""

    def push_environment(self, pull: PullRequest) -> dict[str, str]:
        """Environment for git that lets it push to ``pull.head_clone_url``, as far as the bot may."""

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        """Post ``review`` whole or not at all; its web address.

        Raises:
            ForgeRejected: the head moved, or a line is not in the diff. Nothing was posted.
        """

    def reply(self, ref: PullRequestRef, thread: Thread, body: str) -> None:
        """Add a comment to a thread."""

    def say(self, ref: PullRequestRef, body: str) -> CommentRef:
        """Add a comment to the conversation."""

    def edit(self, ref: PullRequestRef, comment: CommentRef, body: str) -> None:
        """Give one of our own comments another text."""

    def delete(self, ref: PullRequestRef, comment: CommentRef) -> None:
        """Take back one of our own comments; one that is gone already is no failure."""

    def set_resolved(self, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
        """Resolve a thread, or open it again. ``thread`` is a ``Thread.id``."""

    def react(self, ref: PullRequestRef, comment: CommentRef, reaction: Reaction) -> None:
        """Leave an emoji on a comment. Where it stands already, or the comment takes none, nothing happens."""

    def comment(self, ref: PullRequestRef, comment: CommentRef) -> Comment | None:
        """A comment as it stands now, without its 👎s; None where it is gone."""

    def permission(self, ref: PullRequestRef, login: str) -> Permission:
        """What somebody may do in the repository now, whatever the role is called; ``NONE`` for a stranger."""

    def is_protected(self, pull: PullRequest) -> bool:
        """Whether the head branch is protected in its repository. What cannot be known is protected."""

    def set_status(self, ref: PullRequestRef, sha: str, status: Status) -> None:
        """Set a commit's status in the base repository."""

    def page(self, ref: PullRequestRef) -> str:
        """The pull request's web address, for people. Asks nobody."""
