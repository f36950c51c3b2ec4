"""What the bot needs of a forge. The real one and the fake pass the same conformance test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reviewbot.domain.change import LineRange
from reviewbot.domain.event import PullRequest, PullRequestRef


@dataclass(frozen=True)
class ReviewComment:
    """A comment on lines of the head (the right side of the diff). ``body`` is Markdown."""

    path: str
    lines: LineRange
    body: str


@dataclass(frozen=True)
class ForgeReview:
    """One review call: all comments, bound to the head they were made for. ``body`` may be empty."""

    head: str
    body: str
    comments: tuple[ReviewComment, ...]


class Forge(Protocol):
    """A forge, acting as the bot. Every failure is a ``ForgeError`` (see ``domain.errors``)."""

    name: str

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        """The pull request as it is now."""

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        """Environment for git that lets it read the repository; the token is in no argument and no file."""

    def own_bodies(self, ref: PullRequestRef) -> Sequence[str]:
        """Bodies of the bot's own reviews and review comments on the pull request, to its last page.

        Only the bot's own: a marker in anyone else's comment is ignored.
        """

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        """Post ``review`` in one call; its web address.

        Raises:
            ForgeRejected: the head moved, or a line is not in the diff. Nothing was posted.
        """

    def page(self, ref: PullRequestRef) -> str:
        """The pull request's web address, for people. Asks nobody."""
