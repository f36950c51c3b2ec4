"""What people do on a pull request, the same on every forge, over one real git history.

The history is made in a work tree by plain git; a stage only lets the forge's branch go where the work tree's is.
What stands is read through the bot's own client, so the client is tried as well.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from reviewbot.domain.conversation import Comment, Conversation, Thread
from reviewbot.domain.event import CommentRef, PullRequestRef
from reviewbot.forge.protocol import Forge
from reviewbot.publish import markers
from tests.source.gitrepo import GitRepo

TOPIC = "topic"


@dataclass(frozen=True)
class Seen:
    """One thread of the bot's, as a person sees it."""

    path: str | None
    line: int | None
    suggestion: str
    resolved: bool
    replies: tuple[str, ...]


class Stage(ABC):
    """A forge with one repository and one pull request of the branch ``topic``."""

    forge: Forge
    ref: PullRequestRef
    work: GitRepo

    # The history.

    def commit(self, files: dict[str, str | None], message: str = "change") -> str:
        """Commit on the branch that is checked out; None deletes a file."""
        for name, text in files.items():
            place = self.work.path / name
            if text is None:
                place.unlink()
            else:
                self.work.write(name, text)
        return self.work.commit(message=message)

    def push(self, files: dict[str, str | None] | None = None, message: str = "change") -> str:
        """Commit to ``topic`` and push it."""
        if files is not None:
            self.work.git("checkout", "-q", TOPIC)
            self.commit(files, message)
        self.publish(TOPIC)
        return self.work.git("rev-parse", TOPIC)

    @abstractmethod
    def publish(self, branch: str) -> None:
        """Let the forge's branch be what the work tree's is, by force where need be."""

    # The pull request.

    @abstractmethod
    def open(self, *, base: str = "main", draft: bool = False) -> None:
        """Open the pull request of ``topic``."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def reopen(self) -> None: ...

    @abstractmethod
    def ready(self) -> None: ...

    @abstractmethod
    def retarget(self, base: str) -> None: ...

    @abstractmethod
    def merge(self) -> None:
        """Merge it as it stands."""

    @abstractmethod
    def label(self, *names: str) -> None: ...

    # What people say.

    @abstractmethod
    def reply(self, thread: Thread, login: str, body: str) -> CommentRef: ...

    @abstractmethod
    def resolve(self, thread: Thread, login: str) -> None: ...

    @abstractmethod
    def unresolve(self, thread: Thread, login: str) -> None: ...

    @abstractmethod
    def downvote(self, comment: Comment, login: str) -> None: ...

    @abstractmethod
    def delete(self, comment: Comment) -> None:
        """A maintainer deletes somebody's comment."""

    @abstractmethod
    def comment(self, login: str, body: str) -> CommentRef:
        """In the conversation."""

    @abstractmethod
    def line_comment(self, login: str, path: str, line: int, body: str) -> CommentRef:
        """On a line of the head, beginning a thread."""

    @abstractmethod
    def edit(self, comment: CommentRef, body: str) -> None:
        """Its author gives a comment another text."""

    @abstractmethod
    def click(self, thread: Thread, login: str) -> None:
        """Apply the suggestion with the forge's own button; the work tree follows."""

    @abstractmethod
    def reactions(self, comment: CommentRef) -> list[str]:
        """The bot's emojis on a comment, by our names."""

    @abstractmethod
    def open_from_fork(self, login: str, files: dict[str, str], *, pushable: bool = True) -> None:
        """Open a pull request from somebody's fork instead."""

    @abstractmethod
    def grant(self, login: str, right: str) -> None:
        """``write`` or ``read``."""

    @abstractmethod
    def protect(self, branch: str) -> None: ...

    @abstractmethod
    def close_down(self) -> None:
        """Let the ports go."""

    # What stands.

    def talk(self) -> Conversation:
        return self.forge.conversation(self.ref)

    def mine(self) -> list[Thread]:
        """The bot's own threads, oldest first."""
        return [thread for thread in self.talk().threads if thread.first.author.ours]

    def standing(self) -> list[Seen]:
        return [seen(thread) for thread in self.mine()]

    def open_lines(self) -> list[tuple[str | None, int | None]]:
        """Where the unresolved suggestions stand on the head."""
        return [(one.path, one.line) for one in self.standing() if not one.resolved]

    def follow(self) -> None:
        """Take over into the work tree what the forge committed to ``topic``."""
        pull = self.forge.pull_request(self.ref)
        self.work.git("fetch", "-q", str(self.bare()), pull.head)
        self.work.git("checkout", "-q", "-B", TOPIC, pull.head)

    @abstractmethod
    def bare(self) -> Path:
        """The forge's own repository."""


def seen(thread: Thread) -> Seen:
    line = None if thread.lines is None else thread.lines.end
    replies = tuple(one.body.split("\n\n<!--")[0] for one in thread.comments[1:])
    return Seen(thread.path, line, suggestion_of(thread.first.body), thread.resolved, replies)


def suggestion_of(body: str) -> str:
    """The code of the suggestion in a comment."""
    lines = body.split("\n")
    start = next((at for at, line in enumerate(lines) if line.startswith("```suggestion")), None)
    if start is None:
        return ""
    end = lines.index("```", start + 1)
    return "".join(f"{line}\n" for line in lines[start + 1 : end])


def ids(thread: Thread) -> frozenset[str]:
    return markers.read_one(thread.first.body)
