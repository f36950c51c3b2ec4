"""A stage without a server: the work tree is the forge's repository."""

from __future__ import annotations

from pathlib import Path

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Comment, Thread
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.forge.local import LocalForge, remove
from reviewbot.forge.local_state import LocalComment, LocalThread
from tests.behaviour.stage import TOPIC, Stage, suggestion_of
from tests.source.gitrepo import GitRepo


class LocalStage(Stage):
    forge: LocalForge

    def __init__(self, place: Path) -> None:
        self.work = GitRepo(place / "work")
        self._bare = GitRepo(place / "forge")
        self._bare.git("config", "core.bare", "true")
        self.forge = LocalForge(place / "forge")

    def bare(self) -> Path:
        return self._bare.path / ".git"

    def publish(self, branch: str) -> None:
        self.work.git("push", "-q", "--force", str(self.bare()), branch)

    def open(self, *, base: str = "main", draft: bool = False) -> None:
        self.ref = self.forge.open_pull(base, TOPIC, "developer", draft=draft)

    def _set(self, **fields: object) -> None:
        with self.forge.changing(self.ref) as (_, kept):
            for name, value in fields.items():
                setattr(kept, name, value)

    def close(self) -> None:
        self._set(state="closed")

    def reopen(self) -> None:
        self._set(state="open")

    def ready(self) -> None:
        self._set(draft=False)

    def retarget(self, base: str) -> None:
        self._set(base=base)

    def label(self, *names: str) -> None:
        self._set(labels=list(names))

    def merge(self) -> None:
        self.work.git("checkout", "-q", "main")
        self.work.git("merge", "-q", "--no-ff", "-m", "merge", TOPIC)
        self.publish("main")
        self._set(state="merged")

    def reply(self, thread: Thread, login: str, body: str) -> CommentRef:
        with self.forge.changing(self.ref) as (state, kept):
            made = LocalComment(state.new_id(), "line", login, body)
            self.forge.thread(kept, thread.id).comments.append(made)
        return CommentRef(CommentKind.LINE, str(made.id))

    def resolve(self, thread: Thread, login: str) -> None:
        with self.forge.changing(self.ref) as (_, kept):
            self.forge.thread(kept, thread.id).resolved_by = login

    def unresolve(self, thread: Thread, login: str) -> None:
        with self.forge.changing(self.ref) as (_, kept):
            self.forge.thread(kept, thread.id).resolved_by = None

    def downvote(self, comment: Comment, login: str) -> None:
        with self.forge.changing(self.ref) as (_, kept):
            everything = (*kept.notes, *(c for t in kept.threads for c in t.comments))
            next(c for c in everything if str(c.id) == comment.ref.id).down.append(login)

    def delete(self, comment: Comment) -> None:
        with self.forge.changing(self.ref) as (_, kept):
            remove(kept, comment.ref)

    def comment(self, login: str, body: str) -> CommentRef:
        with self.forge.changing(self.ref) as (state, kept):
            made = LocalComment(state.new_id(), "note", login, body)
            kept.notes.append(made)
        return CommentRef(CommentKind.NOTE, str(made.id))

    def line_comment(self, login: str, path: str, line: int, body: str) -> CommentRef:
        head = self.forge.pull_request(self.ref).head
        with self.forge.changing(self.ref) as (state, kept):
            made = LocalComment(state.new_id(), "line", login, body)
            kept.threads.append(LocalThread(state.new_id(), path, line, line, head, comments=[made]))
        return CommentRef(CommentKind.LINE, str(made.id))

    def edit(self, comment: CommentRef, body: str) -> None:
        with self.forge.changing(self.ref) as (_, kept):
            everything = (*kept.notes, *(c for t in kept.threads for c in t.comments))
            next(c for c in everything if str(c.id) == comment.id).body = body

    def click(self, thread: Thread, login: str) -> None:
        """No button here: a person copies it over, and resolves the thread as the buttons of the others do."""
        assert thread.lines is not None
        place = self.work.path / thread.path
        lines = place.read_text().splitlines(keepends=True)
        where: LineRange = thread.lines
        lines[where.start - 1 : where.end] = [suggestion_of(thread.first.body)]
        self.push({thread.path: "".join(lines)}, f"Apply suggestion\n\nCo-authored-by: {login}")
        self.resolve(thread, login)

    def reactions(self, comment: CommentRef) -> list[str]:
        kept = self.forge.store.read().pulls[self.ref.number - 1]
        everything = (*kept.notes, *(c for t in kept.threads for c in t.comments))
        return next(list(c.reactions) for c in everything if str(c.id) == comment.id)

    def open_from_fork(self, login: str, files: dict[str, str], *, pushable: bool = True) -> None:
        raise NotImplementedError("a folder has no forks")

    def grant(self, login: str, right: str) -> None:
        """There are no accounts here."""

    def protect(self, branch: str) -> None:
        """There is no protection here."""

    def close_down(self) -> None:
        """Nothing runs."""
