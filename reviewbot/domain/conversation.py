"""What people and the bot say on a pull request: threads on lines of the diff, and notes in the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from reviewbot.domain.change import LineRange
from reviewbot.domain.event import CommentRef, PullRequest


class Permission(IntEnum):
    """What somebody may do in a repository, as the forge says at this moment; each includes those before it."""

    NONE = 0
    READ = 1
    WRITE = 2
    ADMIN = 3


class Reaction(StrEnum):
    """An emoji that the bot leaves on a comment."""

    EYES = "eyes"
    THUMBS_UP = "thumbs-up"
    THUMBS_DOWN = "thumbs-down"


@dataclass(frozen=True)
class Person:
    """An account.

    Attributes:
        login: the forge's name for it, as the forge spells it.
        bot: the forge says it is a bot (an App, a project or group access token, a service account).
        ours: it is the account that we act as.
    """

    login: str
    bot: bool = False
    ours: bool = False

    @property
    def human(self) -> bool:
        """Neither a bot nor ourselves."""
        return not self.bot and not self.ours


@dataclass(frozen=True)
class Comment:
    """One comment as it stands now.

    Attributes:
        downvoted_by: those who left a 👎 on it.
        written: when it got this text, seconds since the epoch, by the forge's clock; None where that was not asked for
            (``Forge.comment`` tells it, ``Forge.conversation`` does not).
        commit: of a comment on the diff, the head that it was written on, where ``Forge.comment`` tells it.
        editor: who gave it this text, where that was after it was written; None where nobody did, and as ``written``.
    """

    ref: CommentRef
    author: Person
    body: str
    downvoted_by: tuple[Person, ...] = ()
    written: float | None = None
    commit: str | None = None
    editor: Person | None = None


@dataclass(frozen=True)
class Thread:
    """Comments on lines of the diff.

    Attributes:
        id: the forge's own, opaque; what ``Forge.set_resolved`` takes.
        path: of the file, as it was called at ``commit``.
        lines: where the forge shows the thread on the head now, by the head's line numbers; None where it does not any
            more (GitHub calls it outdated), or where it stands on a deleted line.
        commit: the head at which the first comment was made. original_lines: its lines there.
        resolved: whether the conversation is resolved. resolved_by: by whom, where the forge says so.
        comments: oldest first, never empty.
    """

    id: str
    path: str
    lines: LineRange | None
    commit: str | None
    original_lines: LineRange | None
    resolved: bool
    resolved_by: Person | None
    comments: tuple[Comment, ...]

    @property
    def first(self) -> Comment:
        """The comment that began the thread."""
        return self.comments[0]


@dataclass(frozen=True)
class Conversation:
    """A pull request and everything said on it, to the last page, as one snapshot.

    ``notes`` are comments of the conversation and texts of reviews (empty ones left out), oldest first.
    """

    pull: PullRequest
    threads: tuple[Thread, ...]
    notes: tuple[Comment, ...]

    def thread_of(self, comment: CommentRef) -> Thread | None:
        """The thread that ``comment`` stands in; None for one in the conversation, or one that is gone."""
        return next((t for t in self.threads if any(c.ref == comment for c in t.comments)), None)

    def find(self, comment: CommentRef) -> Comment | None:
        """The comment with this place, in a thread or in the conversation."""
        everything = (*self.notes, *(c for t in self.threads for c in t.comments))
        return next((c for c in everything if c.ref == comment), None)
