"""The fake GitLab itself, and what people do there. The methods are those of the fake GitHub, with the same meaning."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.github.diff import files as files_between
from tests.fakes.github.gitstore import Files
from tests.fakes.gitlab import merging, suggestions
from tests.fakes.gitlab.model import (
    Award,
    Discussion,
    Draft,
    Label,
    Note,
    Position,
    Pull,
    Refs,
    Repository,
    User,
    Version,
)
from tests.fakes.gitlab.notes import Notes, Refused
from tests.fakes.gitlab.positions import code_of, lines

ZERO = "0" * 40


class Hub(Notes):
    """People at work. Every method that changes something is one step under `lock`, and tells the hooks.

    Attributes:
        quick_actions: what was executed out of notes: login, name, argument.
        reviews: batches of drafts that were published at once: each is one notification.
        lost_drafts: drafts that stood on no line when they were published.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.quick_actions: list[tuple[str, str, str]] = []
        self.reviews: list[tuple[Pull, User, int]] = []
        self.lost_drafts: list[Draft] = []

    # Branches

    def push(
        self,
        full_name: str,
        branch: str,
        files: Files,
        *,
        onto: str | None = None,
        message: str = "change",
        author: str = "developer",
    ) -> str:
        """Commit `files` to `branch` and push it; the new commit's id.

        Args:
            onto: what the commit is based on: by default the branch itself, or the default branch for a new one. With
                another base the branch is pushed by force.
        """
        with self.lock:
            repo = self.repositories[full_name]
            store = self.store(repo)
            base = onto or next(
                name for name in (f"refs/heads/{branch}", repo.default_branch) if store.resolve(name) is not None
            )
            before = store.resolve(f"refs/heads/{branch}")
            sha = self._commit(repo, branch, files, message, store.resolve(base), author)
            self.pushed(repo, branch, before, sha, self.user(author))
            return sha

    def force_push(self, full_name: str, branch: str, sha: str, *, author: str = "developer") -> str:
        """Let `branch` point to a commit that is there already, whatever it pointed to."""
        with self.lock:
            repo = self.repositories[full_name]
            store = self.store(repo)
            before, after = store.resolve(f"refs/heads/{branch}"), store.resolve(sha)
            if after is None:
                raise ValueError(f"no commit {sha}")
            store.set_ref(f"refs/heads/{branch}", after)
            self.pushed(repo, branch, before, after, self.user(author))
            return after

    def pushed(self, repo: Repository, branch: str, before: str | None, after: str | None, user: User) -> None:
        """What GitLab does after a push: merge requests get a new version, hooks hear of it."""
        self.tell_push(repo, branch, before or ZERO, after or ZERO, user)
        for pull in self.pulls():
            if pull.state != "open":
                continue
            if after is None:
                if pull.head_repo is repo and pull.head_ref == branch:
                    self.close_pull(pull, login=user.login)
            elif pull.head_repo is repo and pull.head_ref == branch and pull.head_sha != after:
                old, pull.head_sha = pull.head_sha, after
                self.new_version(pull, user, oldrev=old)
            elif pull.repo is repo and pull.base_ref == branch:
                self._base_moved(pull, user, before, after)

    def _base_moved(self, pull: Pull, user: User, before: str | None, after: str) -> None:
        store = self.store(pull.repo)
        if store.merge_base(after, pull.head_sha) == pull.head_sha:
            self._merged(pull, user, after)
        elif before and set(store.commits(before, after)) & set(store.commits(before, pull.head_sha)):
            self.new_version(pull, user)

    def new_version(self, pull: Pull, user: User, *, oldrev: str | None = None) -> None:
        """A new version of the diff; threads follow their lines."""
        before = pull.versions[-1].refs if pull.versions else None
        if pull.head_repo.deleted is False:
            self.keep_head(pull)
        store = self.store(pull.repo)
        start = store.resolve(f"refs/heads/{pull.base_ref}") or pull.head_sha
        refs = Refs(store.merge_base(start, pull.head_sha), start, pull.head_sha)
        pull.versions.append(Version(self.id(), refs, self.now()))
        pull.updated = self.now()
        if before is None:
            return
        if oldrev is not None:
            self.say_system(pull, user, "added 1 commit")
        if before != refs:
            self.follow(pull, user, before)
        if oldrev is not None:
            self.tell_pull(pull, user, "update", oldrev=oldrev)

    def keep_head(self, pull: Pull) -> None:
        """The target project holds the head too (https://docs.gitlab.com/user/project/merge_requests/versions/)."""
        ref = f"refs/merge-requests/{pull.number}/head"
        self.store(pull.repo).fetch_from(self.store(pull.head_repo), pull.head_sha, ref)

    def lose_head(self, pull: Pull) -> None:
        """Take away the target project's name of the head."""
        with self.lock:
            self.store(pull.repo).delete_ref(f"refs/merge-requests/{pull.number}/head")

    def delete_branch(self, full_name: str, branch: str, *, author: str = "developer") -> None:
        """Delete a branch; its open merge requests are closed, as GitLab does."""
        with self.lock:
            repo = self.repositories[full_name]
            before = self.store(repo).resolve(f"refs/heads/{branch}")
            self.store(repo).delete_ref(f"refs/heads/{branch}")
            self.pushed(repo, branch, before, None, self.user(author))

    def base_sha(self, pull: Pull) -> str:
        return self.store(pull.repo).resolve(f"refs/heads/{pull.base_ref}") or pull.head_sha

    # Merge requests

    def pull(
        self,
        full_name: str,
        head: str,
        *,
        base: str = "main",
        title: str = "A change",
        body: str = "",
        author: str = "developer",
        draft: bool = False,
        head_repo: str | None = None,
        allow_collaboration: bool = True,
    ) -> Pull:
        """Open a merge request from the branch `head` (of `head_repo`, for a fork)."""
        with self.lock:
            repo = self.repositories[full_name]
            source = self.repositories[head_repo or full_name]
            sha = self.store(source).resolve(f"refs/heads/{head}")
            if sha is None:
                raise ValueError(f"no branch {head}")
            now, user = self.now(), self.user(author)
            number = max(repo.pulls, default=0) + 1
            title = f"Draft: {title}" if draft and not title.startswith("Draft: ") else title
            pull = Pull(self.id(), number, repo, title, body, user, base, source, head, sha, draft, now, now)
            pull.allow_collaboration = allow_collaboration
            repo.pulls[number] = pull
            self.new_version(pull, user)
            self.tell_pull(pull, user, "open")
            return pull

    def close_pull(self, pull: Pull, *, merged: bool = False, login: str = "developer") -> None:
        if merged:
            self.merge(pull, login=login)
            return
        with self.lock:
            pull.state, pull.closed_at = "closed", self.now()
            self._changed(pull, login, "close", state_id=(1, 2))

    def reopen(self, pull: Pull, *, login: str = "developer") -> None:
        """Open it again, at the source branch as it is now."""
        with self.lock:
            pull.state, pull.closed_at = "open", None
            sha = self.store(pull.head_repo).resolve(f"refs/heads/{pull.head_ref}")
            if sha is not None and sha != pull.head_sha:
                pull.head_sha = sha
                self.new_version(pull, self.user(login))
            self._changed(pull, login, "reopen", state_id=(2, 1))

    def ready(self, pull: Pull, *, login: str = "developer") -> None:
        """A draft becomes ready for review: its title loses the prefix."""
        self._draft(pull, login, draft=False)

    def convert_to_draft(self, pull: Pull, *, login: str = "developer") -> None:
        self._draft(pull, login, draft=True)

    def _draft(self, pull: Pull, login: str, *, draft: bool) -> None:
        with self.lock:
            if pull.draft != draft:
                title = pull.title.removeprefix("Draft: ")
                self.edit(pull, f"Draft: {title}" if draft else title, login=login)

    def edit(self, pull: Pull, title: str, *, login: str = "developer") -> None:
        """Another title; with the prefix `Draft:` it is a draft (https://docs.gitlab.com/user/project/merge_requests/drafts/)."""
        with self.lock:
            old, was = pull.title, pull.draft
            pull.title, pull.draft = title, title.lower().startswith(("draft:", "[draft]", "(draft)"))
            changes: dict[str, tuple[object, object]] = {"title": (old, title)}
            if was != pull.draft:
                changes["draft"] = (was, pull.draft)
            self._changed(pull, login, "update", **changes)

    def retarget(self, pull: Pull, base: str, *, login: str = "developer") -> None:
        """Another target branch."""
        with self.lock:
            old, pull.base_ref = pull.base_ref, base
            self.new_version(pull, self.user(login))
            self._changed(pull, login, "update", target_branch=(old, base))

    def label(self, pull: Pull, names: list[str] | str, *, login: str = "developer") -> None:
        """Set the labels."""
        with self.lock:
            names = [names] if isinstance(names, str) else list(names)
            for name in names:
                if all(label.name != name for label in pull.repo.labels):
                    pull.repo.labels.append(Label(self.id(), name))
            old, pull.labels = pull.labels, names
            self._changed(pull, login, "update", labels=(old, names))

    def merge(self, pull: Pull, how: str = "merge", *, login: str = "developer") -> str:
        """Merge it: by `merge` (a merge commit), `squash`, or `rebase` (the commits on top of the target branch)."""
        with self.lock:
            store, user = self.store(pull.repo), self.user(login)
            before = self.base_sha(pull)
            message = f"Merge branch '{pull.head_ref}' into '{pull.base_ref}'"
            sha = merging.merged(store, before, pull.head_sha, how, message, login, int(self.now()))
            store.set_ref(f"refs/heads/{pull.base_ref}", sha)
            self._merged(pull, user, sha)
            self.pushed(pull.repo, pull.base_ref, before, sha, user)
            return sha

    def _merged(self, pull: Pull, user: User, sha: str) -> None:
        pull.state, pull.merged, pull.merged_by, pull.merge_sha = "closed", True, user, sha
        pull.closed_at = pull.updated = self.now()
        self.tell_pull(pull, user, "merge", changes={"state_id": (1, 3)})

    def _changed(self, pull: Pull, login: str, action: str, **changes: tuple[object, object]) -> None:
        pull.updated = self.now()
        self.tell_pull(pull, self.user(login), action, changes=changes)

    # Conversation

    def comment(self, pull: Pull, login: str, body: str) -> Note:
        """A note in the conversation."""
        return self.add_note(pull, self.user(login), body, thread=False)

    def review_comment(
        self, pull: Pull, login: str, path: str, line: int, body: str, start_line: int | None = None
    ) -> Note:
        """A note on lines of the head, at the newest version."""
        return self.add_note(pull, self.user(login), body, self.place(pull, path, line, start_line), thread=True)

    def place(self, pull: Pull, path: str, line: int, start_line: int | None = None) -> Position:
        """The position of lines of the head, as GitLab's own page makes it."""
        store, refs = self.store(pull.repo), pull.refs
        found = next(file for file in files_between(store, refs.start, refs.head) if file.path == path)
        shown = {one.new: one for one in lines(found) if one.mark != "-"}
        if line not in shown:
            raise ValueError(f"line {line} of {path} is not in the diff")
        at = Position(refs, found.old_path, path, shown[line].old_line, line)
        if start_line is None:
            return at
        ends = {}
        for name, number in (("start", start_line), ("end", line)):
            one = shown[number]
            kind = "new" if one.mark == "+" else None
            code = code_of(path, one.old, one.new)
            ends[name] = {"line_code": code, "type": kind, "old_line": one.old_line, "new_line": one.new_line}
        return Position(refs, found.old_path, path, shown[line].old_line, line, ends)

    def reply(self, pull: Pull, thread: Discussion | Note, login: str, body: str) -> Note:
        return self.add_reply(_thread(thread), self.user(login), body)

    def edit_comment(self, note: Note, body: str, login: str | None = None) -> Note:
        return self.change_note(note, self.user(login) if login else note.user, body)

    def delete_comment(self, note: Note) -> None:
        self.remove_note(note)

    def resolve(self, thread: Discussion | Note, login: str) -> None:
        self.set_resolved(_thread(thread), self.user(login), resolved=True)

    def unresolve(self, thread: Discussion | Note, login: str) -> None:
        self.set_resolved(_thread(thread), self.user(login), resolved=False)

    def downvote(self, note: Note, login: str) -> Award:
        return self.award(note, self.user(login), "thumbsdown")

    def take_back_downvote(self, note: Note, login: str) -> None:
        given = next(one for one in note.awards if one.user.login == login and one.name == "thumbsdown")
        self.revoke(note, given)

    def apply_suggestion(self, note: Note, login: str, index: int = 0) -> str:
        """Press "Apply suggestion": a commit on the source branch, and the thread is resolved; the commit's id.

        Raises:
            Refused: GitLab would not, with its words.
        """
        with self.lock:
            pull, suggestion = note.discussion.pull, note.suggestions[index]
            words = suggestions.reason(self, note, suggestion)
            if words is not None:
                raise Refused(words)
            path, content = suggestions.applied(self, note, suggestion)
            message = "Apply 1 suggestion(s) to 1 file(s)\n\nCo-authored-by: "
            message += f"{note.user.login} <{note.user.login}@example.org>\n"
            suggestion.applied = True
            sha = self.push(pull.head_repo.full_name, pull.head_ref, {path: content}, message=message, author=login)
            suggestion.commit = sha
            if pull.repo.resolve_on_apply:
                self.set_resolved(note.discussion, self.user(login), resolved=True)
            return sha

    def act(self, pull: Pull, user: User, name: str, argument: str) -> None:
        """Quick actions that change a merge request; all others are but remembered."""
        labels = [part.strip().strip('"~') for part in argument.split("~") if part.strip()]
        login = user.login
        if name == "close" and pull.state == "open":
            self.close_pull(pull, login=login)
        elif name == "reopen" and pull.state == "closed":
            self.reopen(pull, login=login)
        elif name in ("label", "labels", "relabel"):
            kept = [] if name == "relabel" else pull.labels
            self.label(pull, list(dict.fromkeys([*kept, *labels])), login=login)
        elif name in ("unlabel", "remove_label"):
            self.label(pull, [one for one in pull.labels if labels and one not in labels], login=login)
        elif name in ("draft", "ready"):
            self._draft(pull, login, draft=name == "draft")
        elif name == "title" and argument:
            self.edit(pull, argument, login=login)
        elif name == "approve" and user not in pull.approved_by:
            pull.approved_by.append(user)
        elif name == "merge" and pull.state == "open":
            self.merge(pull, login=login)

    # Told

    def tell_pull(
        self,
        pull: Pull,
        user: User,
        action: str,
        *,
        oldrev: str | None = None,
        changes: dict[str, tuple[object, object]] | None = None,
    ) -> None:
        """Something happened to a merge request. Deliveries are made of it."""

    def tell_push(self, repo: Repository, branch: str, before: str, after: str, user: User) -> None:
        """A branch was pushed."""


def _thread(thread: Discussion | Note) -> Discussion:
    return thread.discussion if isinstance(thread, Note) else thread
