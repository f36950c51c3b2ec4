"""A command with everything that is known about it; what costs a question is asked when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.grammar import Command
from reviewbot.commands.words import Words
from reviewbot.domain.conversation import Comment, Conversation, Thread
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.domain.record import Record
from reviewbot.domain.suggestion import Suggestion
from reviewbot.store.pulls import PullNote
from reviewbot.visit.carriers import Carriers
from reviewbot.visit.outcome import NotThereYet
from reviewbot.visit.scene import Scene, open_scene


@dataclass(frozen=True)
class Answer:
    """What is said to a command.

    Attributes:
        text: Markdown. done: False where it could not be carried out.
        stands: the suggestion that stands in the answer. resolves: the thread is done with.
        quiet: a 👍 says enough: what was done shows elsewhere.
    """

    text: str
    done: bool = True
    stands: Suggestion | None = None
    resolves: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Request:
    """One command.

    Attributes:
        ref: the pull request. pull: as it was when the command was read. command: what is asked for.
        comment: the comment that it stands in. with_: what it is carried out with. words: to answer with.
        still_wanted: told what comes next; what it raises ends the work. again: it was begun before, by a worker that
            died: its effect may stand already.
    """

    ref: PullRequestRef
    pull: PullRequest
    command: Command
    comment: Comment
    with_: Colleagues
    words: Words
    still_wanted: Callable[[str], None]
    again: bool = False

    @property
    def login(self) -> str:
        """Who gave it."""
        return self.comment.author.login

    @cached_property
    def talk(self) -> Conversation:
        """What is said on the pull request now."""
        return self.with_.visit.forge.conversation(self.ref)

    @cached_property
    def thread(self) -> Thread | None:
        """The thread that the command stands in."""
        return self.talk.thread_of(self.comment.ref)

    @cached_property
    def scene(self) -> Scene:
        """The code.

        Raises:
            NotThereYet: git is behind the forge, which names a commit that it does not have: worth trying again.
        """
        self.still_wanted("fetching")
        try:
            return open_scene(self.talk, self.with_.visit)
        except RevisionNotFound as error:
            raise NotThereYet(str(error)) from error

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Every suggestion that was made on the pull request."""
        return self.with_.visit.records.of(self.ref)

    @cached_property
    def note(self) -> PullNote:
        """What is remembered of the pull request."""
        return self.with_.visit.pulls.get(self.ref)

    @cached_property
    def record(self) -> Record | None:
        """The suggestion that the thread is about, the last one that was said in it; None where there is none."""
        if self.thread is None:
            return None
        carriers, at = Carriers(self.talk), self.thread.id
        found = [r for r in self.records if (said := carriers.said_in(r)) is not None and said.id == at]
        return found[-1] if found else None

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return self.with_.visit.clock()
