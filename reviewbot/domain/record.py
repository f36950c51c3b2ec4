"""A suggestion after it was made: where it stands in its life on one pull request, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.suggestion import Suggestion, content_key


class State(StrEnum):
    """Where a suggestion stands in its life."""

    PROPOSED = "proposed"
    """About to be posted. It may stand on the forge or not: the forge says."""
    STANDING = "standing"
    """Posted, and nobody and nothing has answered it."""
    ANSWERED = "answered"
    """A person answered it: it, and its twins, are not made again on this pull request."""
    GONE = "gone"
    """What it was about is not there any more."""


class Outcome(StrEnum):
    """What became of a suggestion; what the bot learns from."""

    APPLIED = "applied"
    """Its replacement stands where its original stood."""
    FIXED = "fixed"
    """Its lines were changed in another way, and the failure is not found there any more."""
    REMOVED = "removed"
    """Its lines, or their file, are gone."""
    WITHDRAWN = "withdrawn"
    """Its lines were changed and the failure is still there: a suggestion for the old text fits no more."""
    REJECTED = "rejected"
    """A person said no: 👎, ``/seed reject``, a reply, or by resolving or deleting it as it stood."""
    LEFT = "left"
    """The pull request was closed or merged while it stood."""


@dataclass(frozen=True)
class Record:
    """One suggestion's life on one pull request; ``suggestion.id`` is its key there.

    Attributes:
        suggestion: with the path and the lines where its original stands at ``head``.
        head: the commit for which ``suggestion.path`` and ``suggestion.lines`` hold.
        state: see ``State``.
        thread: the forge's thread that carries it; None while it is not posted, or where it has no lines in the diff.
        outcome: what became of it; None while nothing did.
        commit: the commit that settled it. by: the login of who did. reason: their words.
    """

    suggestion: Suggestion
    head: str
    state: State
    thread: str | None = None
    outcome: Outcome | None = None
    commit: str | None = None
    by: str | None = None
    reason: str | None = None

    @property
    def id(self) -> str:
        """The suggestion's fingerprint."""
        return self.suggestion.id

    @property
    def content(self) -> str:
        """What twins have in common, wherever they stand."""
        return content_key(self.suggestion.rule, self.suggestion.original)
