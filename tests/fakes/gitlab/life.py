"""Merge requests: opened, edited, labelled, retargeted, merged, closed."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.gitlab.merging import Merging
from tests.fakes.gitlab.model import Label, Pull, User

_DRAFT = ("draft:", "[draft]", "(draft)")
"""https://docs.gitlab.com/user/project/merge_requests/drafts/"""


class Life(Merging):
    """Adds the life of a merge request. Whoever does it is its author, where nobody is named."""

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
        maintainer_can_modify: bool = True,
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
            title = f"Draft: {title}" if draft and not _is_draft(title) else title
            pull = Pull(self.id(), number, repo, title, body, user, base, source, head, sha, _is_draft(title), now, now)
            pull.allow_collaboration = maintainer_can_modify
            repo.pulls[number] = pull
            self.new_version(pull, user)
            self.tell_pull(pull, user, "open")
            return pull

    def close_pull(self, pull: Pull, login: str | None = None, *, merged: bool = False) -> None:
        """Close it; with `merged` say that it is merged without doing it, which `merge` does."""
        with self.lock:
            if merged:
                self.merged_by_push(pull, self._by(pull, login), pull.head_sha)
                return
            pull.state, pull.closed_at = "closed", self.now()
            self._changed(pull, login, "close", state_id=(1, 2))

    def reopen(self, pull: Pull, login: str | None = None) -> None:
        """Open it again; the head is what the branch is by now."""
        with self.lock:
            pull.state, pull.closed_at = "open", None
            sha = None
            if not pull.head_repo.deleted:
                sha = self.store(pull.head_repo).resolve(f"refs/heads/{pull.head_ref}")
            if sha is not None and sha != pull.head_sha:
                pull.head_sha = sha
                self.new_version(pull, self._by(pull, login))
            self._changed(pull, login, "reopen", state_id=(2, 1))

    def ready(self, pull: Pull, login: str | None = None) -> None:
        """A draft becomes ready for review: its title loses the prefix."""
        if pull.draft:
            self.edit(pull, pull.title[7:] if pull.title.startswith("Draft: ") else pull.title[7:].lstrip(), login)

    def convert_to_draft(self, pull: Pull, login: str | None = None) -> None:
        """And back."""
        if not pull.draft:
            self.edit(pull, f"Draft: {pull.title}", login)

    def edit(self, pull: Pull, title: str, login: str | None = None) -> None:
        """Give it another title; with the prefix `Draft:` it is a draft."""
        self.describe(pull, title=title, login=login)

    def describe(
        self, pull: Pull, *, title: str | None = None, body: str | None = None, login: str | None = None
    ) -> None:
        """Give it another title, another description, or both. What is as it was is no change."""
        with self.lock:
            title, body = pull.title if title is None else title, pull.body if body is None else body
            was = {"title": pull.title, "description": pull.body, "draft": pull.draft}
            pull.title, pull.body, pull.draft = title, body, _is_draft(title)
            now = {"title": title, "description": body, "draft": pull.draft}
            changes = {name: (was[name], now[name]) for name in was if was[name] != now[name]}
            if changes:
                self._describe_note(pull, login, changes)
                self._changed(pull, login, "update", **changes)

    def _describe_note(self, pull: Pull, login: str | None, changes: Mapping[str, object]) -> None:
        """The system note of it."""
        words = {"title": "changed title", "description": "changed the description"}
        for name, text in words.items():
            if name in changes:
                self.say_system(pull, self._by(pull, login), text)

    def retarget(self, pull: Pull, base: str, login: str | None = None) -> None:
        """Let it be for another target branch."""
        with self.lock:
            old, pull.base_ref = pull.base_ref, base
            by = self._by(pull, login)
            self.say_system(pull, by, f"changed target branch from `{old}` to `{base}`")
            self.new_version(pull, by)
            self.drop_approvals(pull)
            self._changed(pull, login, "update", target_branch=(old, base))

    def label(self, pull: Pull, *names: str, login: str | None = None) -> None:
        """Let it have exactly these labels. Those that it has already are no change."""
        with self.lock:
            known = {label.name for label in pull.repo.labels}
            pull.repo.labels += [Label(self.id(), name) for name in names if name not in known]
            old, pull.labels = pull.labels, list(names)
            if sorted(old) == sorted(names):
                return
            self._changed(pull, login, "update", labels=(old, list(names)))

    def gone(self, pull: Pull, user: User) -> None:
        self.close_pull(pull, user.login)

    def merged_by_push(self, pull: Pull, user: User, sha: str) -> None:
        pull.state, pull.merged, pull.merged_by, pull.merge_sha = "closed", True, user, sha
        pull.closed_at = pull.updated = self.now()
        self.tell_pull(pull, user, "merge", changes={"state_id": (1, 3)})

    def act(self, pull: Pull, user: User, name: str, argument: str) -> None:
        """Quick actions that change a merge request; all others are but remembered."""
        labels = [part.strip().strip('"') for part in argument.split("~") if part.strip()]
        login = user.login
        if name == "close" and pull.state == "open":
            self.close_pull(pull, login)
        elif name == "reopen" and pull.state == "closed" and not pull.merged:
            self.reopen(pull, login)
        elif name in ("label", "labels", "relabel"):
            kept = [] if name == "relabel" else pull.labels
            self.label(pull, *dict.fromkeys([*kept, *labels]), login=login)
        elif name in ("unlabel", "remove_label"):
            self.label(pull, *(one for one in pull.labels if labels and one not in labels), login=login)
        elif name == "draft":
            self.convert_to_draft(pull, login)
        elif name == "ready":
            self.ready(pull, login)
        elif name == "title" and argument:
            self.edit(pull, argument, login)
        elif name == "target_branch" and argument:
            self.retarget(pull, argument, login)
        elif name == "approve" and self.eligible(pull, user):
            self.approve(pull, login)
        elif name == "unapprove" and user in self.approvers(pull):
            self.unapprove(pull, login)
        elif name == "request_changes":
            self.request_changes(pull, login)
        elif name == "merge":
            self.try_merge(pull, login)

    def _changed(self, pull: Pull, login: str | None, action: str, **changes: tuple[object, object]) -> None:
        pull.updated = self.now()
        self.tell_pull(pull, self._by(pull, login), action, changes=changes)

    def _by(self, pull: Pull, login: str | None) -> User:
        return pull.user if login is None else self.user(login)


def _is_draft(title: str) -> bool:
    return title.lower().startswith(_DRAFT)
