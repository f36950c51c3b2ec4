"""A forge without a server: pull requests are branches of a local repository, what is said lies in its git folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewbot.domain.conversation import Comment, Conversation, Permission, Reaction, Thread
from reviewbot.domain.errors import ForgeDenied, ForgeRejected, ForgeUnavailable, RevisionNotFound
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.forge.local_shown import Places, shown_comment, shown_thread
from reviewbot.forge.local_state import LocalComment, LocalPull, LocalState, LocalStore, LocalThread
from reviewbot.forge.protocol import ForgeReview, ReviewComment, Status
from reviewbot.source.repository import Repository

BOT = "reviewbot"
"""Whom the bot acts as."""

NAME = "local/repository"
"""What ``PullRequestRef.repository`` says: there is only one."""


class LocalForge:
    """Implements ``forge.protocol.Forge`` over one repository on disk; see there for what each method promises.

    As strict as the others: it refuses a comment on lines that the diff does not show, and a review of an old head.
    Whoever can write to the repository's folder can say anything under any name: there are no accounts to check.

    Args:
        path: of the repository, bare or not.
    """

    name = "local"

    def __init__(self, path: Path) -> None:
        self.repository = Repository(path)
        self.store = LocalStore(self.repository.git_dir / "reviewbot")
        self._calls = 0

    @property
    def calls(self) -> int:
        """How many questions were put to it."""
        return self._calls

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        """The pull request as it is now."""
        self._calls += 1
        return self._pull(ref, self._find(ref, self.store.read()))

    def conversation(self, ref: PullRequestRef) -> Conversation:
        """Everything said on it."""
        self._calls += 1
        kept = self._find(ref, self.store.read())
        pull = self._pull(ref, kept)
        places = Places(self.repository, pull)
        threads = tuple(shown_thread(thread, places) for thread in kept.threads)
        return Conversation(pull, threads, tuple(shown_comment(note) for note in kept.notes))

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        """Nothing: a folder needs no token."""
        return {}

    def push_environment(self, pull: PullRequest) -> dict[str, str]:
        """Nothing: a folder needs no token."""
        return {}

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        """Post all comments, or none."""
        with self._changing(ref) as (state, kept):
            pull = self._pull(ref, kept)
            if pull.head != review.head:
                raise ForgeRejected(f"{ref} is at {pull.head}, not at {review.head}: review that.")
            places = Places(self.repository, pull)
            for comment in review.comments:
                if not places.takes(comment.path, comment.lines):
                    raise ForgeRejected(f"The diff does not show lines {comment.lines} of {comment.path} together.")
            kept.threads += [_thread(state, review.head, comment) for comment in review.comments]
            if review.body:
                kept.notes.append(LocalComment(state.new_id(), CommentKind.REVIEW.value, BOT, review.body))
        return self.page(ref)

    def reply(self, ref: PullRequestRef, thread: Thread, body: str) -> None:
        """Add a comment to a thread."""
        with self._changing(ref) as (state, kept):
            comment = LocalComment(state.new_id(), CommentKind.LINE.value, BOT, body)
            self.thread(kept, thread.id).comments.append(comment)

    def say(self, ref: PullRequestRef, body: str) -> CommentRef:
        """Add a comment to the conversation."""
        with self._changing(ref) as (state, kept):
            made = LocalComment(state.new_id(), CommentKind.NOTE.value, BOT, body)
            kept.notes.append(made)
            return CommentRef(CommentKind.NOTE, str(made.id))

    def edit(self, ref: PullRequestRef, comment: CommentRef, body: str) -> None:
        """Give one of our own comments another text."""
        with self._changing(ref) as (_, kept):
            self._own(kept, comment).body = body

    def delete(self, ref: PullRequestRef, comment: CommentRef) -> None:
        """Take back one of our own comments."""
        with self._changing(ref) as (_, kept):
            if _seek(kept, comment) is None:
                return
            self._own(kept, comment)
            remove(kept, comment)

    def set_resolved(self, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
        """Resolve a thread, or open it again."""
        with self._changing(ref) as (_, kept):
            self.thread(kept, thread).resolved_by = BOT if resolved else None

    def react(self, ref: PullRequestRef, comment: CommentRef, reaction: Reaction) -> None:
        """Leave an emoji on a comment."""
        with self._changing(ref) as (_, kept):
            found = _seek(kept, comment)
            if found is None:
                raise ForgeDenied(f"There is no comment {comment.id} on {ref}.")
            if comment.kind is not CommentKind.REVIEW and reaction.value not in found.reactions:
                found.reactions.append(reaction.value)

    def comment(self, ref: PullRequestRef, comment: CommentRef) -> Comment | None:
        """A comment as it stands now."""
        self._calls += 1
        found = _seek(self._find(ref, self.store.read()), comment)
        return None if found is None else shown_comment(found)

    def permission(self, ref: PullRequestRef, login: str) -> Permission:
        """Whoever is here may write to the folder."""
        self._calls += 1
        return Permission.WRITE

    def is_protected(self, pull: PullRequest) -> bool:
        """The base branch is; a branch that is checked out too, since its work tree would not follow."""
        return pull.head_branch == pull.base_branch

    def set_status(self, ref: PullRequestRef, sha: str, status: Status) -> None:
        """Remember a commit's status."""
        with self._changing(ref) as (_, kept):
            kept.statuses.append(
                {"sha": sha, "state": status.state.value, "context": status.context, "description": status.description}
            )

    def page(self, ref: PullRequestRef) -> str:
        """Where it lies."""
        return f"{self.repository.path}#{ref.number}"

    # For people and the command line.

    def open_pull(self, base: str, head: str, author: str, *, draft: bool = False) -> PullRequestRef:
        """A pull request of the branch ``head`` onto ``base``: the open one, or a new one."""
        with self.store.change() as state:
            same = [p for p in state.pulls if (p.base, p.head, p.state) == (base, head, "open")]
            if not same:
                same = [LocalPull(len(state.pulls) + 1, base, head, author, draft=draft)]
                state.pulls += same
            return PullRequestRef(self.name, NAME, same[0].number)

    @contextmanager
    def changing(self, ref: PullRequestRef) -> Iterator[tuple[LocalState, LocalPull]]:
        """The state and one pull request of it, written back at the end of the block."""
        with self.store.change() as state:
            kept = self._find(ref, state)
            kept.last_head = self._head(kept)
            yield state, kept

    @staticmethod
    def thread(kept: LocalPull, id_: str) -> LocalThread:
        """A thread by its id.

        Raises:
            ForgeDenied: there is none.
        """
        found = next((thread for thread in kept.threads if str(thread.id) == id_), None)
        if found is None:
            raise ForgeDenied(f"There is no thread {id_}.")
        return found

    @contextmanager
    def _changing(self, ref: PullRequestRef) -> Iterator[tuple[LocalState, LocalPull]]:
        self._calls += 1
        with self.changing(ref) as found:
            yield found

    @staticmethod
    def _find(ref: PullRequestRef, state: LocalState) -> LocalPull:
        found = next((pull for pull in state.pulls if pull.number == ref.number), None)
        if found is None:
            raise ForgeDenied(f"There is no pull request {ref.number} in this repository.")
        return found

    @staticmethod
    def _own(kept: LocalPull, comment: CommentRef) -> LocalComment:
        found = _seek(kept, comment)
        if found is None or found.author != BOT:
            raise ForgeDenied(f"Comment {comment.id} is not the bot's own.")
        return found

    def _pull(self, ref: PullRequestRef, kept: LocalPull) -> PullRequest:
        try:
            base = self.repository.resolve(f"refs/heads/{kept.base}")
        except RevisionNotFound:
            raise ForgeUnavailable(f"The branch {kept.base} is gone: {ref} has no base.") from None
        url = f"file://{self.repository.path.absolute()}"
        return PullRequest(
            ref=ref,
            state=kept.state,
            draft=kept.draft,
            base=base,
            base_branch=kept.base,
            head=self._head(kept),
            head_ref=f"refs/heads/{kept.head}",
            clone_url=url,
            from_fork=False,
            author=kept.author,
            head_branch=kept.head,
            head_clone_url=url,
            pushable=True,
            labels=tuple(kept.labels),
        )

    def _head(self, kept: LocalPull) -> str:
        try:
            return self.repository.resolve(f"refs/heads/{kept.head}")
        except RevisionNotFound:
            if not kept.last_head:
                raise ForgeUnavailable(f"The branch {kept.head} is gone.") from None
            return kept.last_head


def _thread(state: LocalState, head: str, comment: ReviewComment) -> LocalThread:
    thread = LocalThread(state.new_id(), comment.path, comment.lines.start, comment.lines.end, head)
    thread.comments.append(LocalComment(state.new_id(), CommentKind.LINE.value, BOT, comment.body))
    return thread


def _seek(kept: LocalPull, comment: CommentRef) -> LocalComment | None:
    everything = (*kept.notes, *(c for thread in kept.threads for c in thread.comments))
    return next((c for c in everything if str(c.id) == comment.id and c.kind == comment.kind.value), None)


def remove(kept: LocalPull, comment: CommentRef) -> None:
    """Take a comment away, and a thread that has none left."""
    kept.notes = [c for c in kept.notes if str(c.id) != comment.id]
    for thread in kept.threads:
        thread.comments = [c for c in thread.comments if str(c.id) != comment.id]
    kept.threads = [thread for thread in kept.threads if thread.comments]
