"""Pull requests: opened, edited, labelled, retargeted, merged, closed."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.branches import Branches
from tests.fakes.github.gitstore import WEB_FLOW
from tests.fakes.github.model import Label, Pull, User
from tests.fakes.github.model_people import BaseChange


class PullLife(Branches):
    """Adds the life of a pull request. Whoever does it is its author, where nobody is named."""

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
        """Open a pull request from the branch `head` (of `head_repo`, for a fork)."""
        with self.lock:
            repo = self.repositories[full_name]
            source = self.repositories[head_repo or full_name]
            sha = self.store(source).resolve(f"refs/heads/{head}")
            if sha is None:
                raise ValueError(f"no branch {head}")
            now = self.now()
            number = max(repo.pulls, default=0) + 1
            user = self.user(author)
            pull = Pull(self.id(), number, repo, title, body, user, base, source, head, sha, draft, now, now)
            pull.maintainer_can_modify = maintainer_can_modify
            repo.pulls[number] = pull
            self._keep_head(pull)
            self.notify("pull_request", "opened", pull, user)
            return pull

    def close_pull(self, pull: Pull, login: str | None = None, *, merged: bool = False) -> None:
        """Close it; with `merged` say that it is merged without doing it, which `merge` does."""
        by = self._by(pull, login) if merged else None
        self._set(pull, "closed", login, state="closed", merged=merged, merged_by=by)

    def reopen(self, pull: Pull, login: str | None = None) -> None:
        """Open it again; the head is what the branch is by now."""
        sha = self.store(pull.head_repo).resolve(f"refs/heads/{pull.head_ref}")
        with self.lock:
            if sha is not None and sha != pull.head_sha:
                pull.head_sha = sha
                self._keep_head(pull)
            self._set(pull, "reopened", login, state="open")

    def ready(self, pull: Pull, login: str | None = None) -> None:
        """A draft becomes ready for review."""
        self._set(pull, "ready_for_review", login, draft=False)

    def convert_to_draft(self, pull: Pull, login: str | None = None) -> None:
        """And back."""
        self._set(pull, "converted_to_draft", login, draft=True)

    def edit(self, pull: Pull, title: str, login: str | None = None) -> None:
        """Give it another title."""
        self.describe(pull, title=title, login=login)

    def describe(
        self, pull: Pull, body: str | None = None, login: str | None = None, *, title: str | None = None
    ) -> None:
        """Give it another description, another title, or both. What is as it was is no change."""
        with self.lock:
            was, new = {"title": pull.title, "body": pull.body}, {"title": title, "body": body}
            fields = {name: text for name, text in new.items() if text is not None and text != was[name]}
            if fields:
                changes = {"changes": {name: {"from": was[name]} for name in fields}}
                self._set(pull, "edited", login, changes, **fields)

    def retarget(self, pull: Pull, base: str, login: str | None = None) -> None:
        """Let it be for another base branch."""
        with self.lock:
            self._rebased(pull, base, self.base_sha(pull), login)

    def label(self, pull: Pull, *names: str, login: str | None = None) -> None:
        """Let it have exactly these labels."""
        with self.lock:
            for label in [one for one in pull.labels if one.name not in names]:
                pull.labels.remove(label)
                self._labelled(pull, "unlabeled", label, login)
            for name in [one for one in names if one not in {label.name for label in pull.labels}]:
                label = Label(self.id(), name)
                pull.labels.append(label)
                self._labelled(pull, "labeled", label, login)

    def merge(self, pull: Pull, how: str = "merge", login: str | None = None) -> str:
        """Merge it in git, `how` is `merge`, `squash` or `rebase`; the base branch's new head."""
        with self.lock:
            store, base = self.store(pull.repo), self.base_sha(pull)
            by, when = login or pull.user.login, int(self.now())
            if how == "rebase":
                sha = store.replay(self.commits(pull), base, when)
            else:
                squash = {"merge": False, "squash": True}[how]
                label = f"Merge pull request #{pull.number} from {pull.head_repo.owner.login}/{pull.head_ref}"
                message = f"{pull.title} (#{pull.number})" if squash else label
                sha = store.merge(base, pull.head_sha, message, author=by, when=when, squash=squash, committer=WEB_FLOW)
            store.set_ref(f"refs/heads/{pull.base_ref}", sha)
            self._merged(pull, by, base, sha)
            self.moved(pull.repo, pull.base_ref, base, by, "pr_merge")
            return sha

    def lose_head(self, pull: Pull) -> None:
        """Take away every name of the head, as after a purge by GitHub's support."""
        with self.lock:
            self.store(pull.repo).delete_ref(f"refs/pull/{pull.number}/head")
            self.store(pull.repo).delete_ref(f"refs/keep/{pull.head_sha}")

    def _gone(self, pull: Pull, login: str) -> None:
        self.close_pull(pull, login)

    def _base_gone(self, pull: Pull, login: str) -> None:
        """It goes to where the old base was merged, or is closed where that was merged nowhere.

        https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/deleting-and-restoring-branches-in-a-pull-request
        """
        merged = [one for one in pull.repo.pulls.values() if one.merged and one.head_ref == pull.base_ref]
        mine = [one for one in merged if one.head_repo is pull.repo]
        if mine:
            self._rebased(pull, mine[-1].base_ref, mine[-1].head_sha, login, automatic=True)
        else:
            self.close_pull(pull, login)

    def _rebased(self, pull: Pull, base: str, sha: str, login: str | None, *, automatic: bool = False) -> None:
        """Another base branch, in place of the one whose head is `sha`."""
        if base == pull.base_ref:
            return
        made = BaseChange(self.id(), self._by(pull, login), self.now(), pull.base_ref, base, automatic)
        pull.base_changes.append(made)
        changes = {"changes": {"base": {"ref": {"from": pull.base_ref}, "sha": {"from": sha}}}}
        self._set(pull, "edited", login, changes, base_ref=base)

    def _merged(self, pull: Pull, login: str, before: str, commit: str) -> None:
        pull.merged, pull.merged_by, pull.merge_commit, pull.merged_onto = True, self.user(login), commit, before
        self._set(pull, "closed", login, state="closed")

    def _labelled(self, pull: Pull, action: str, label: Label, login: str | None) -> None:
        self._set(pull, action, login, {"label": label})

    def _set(
        self, pull: Pull, action: str, login: str | None, more: dict[str, Any] | None = None, **fields: object
    ) -> None:
        with self.lock:
            for name, value in fields.items():
                setattr(pull, name, value)
            pull.updated = self.now()
            self.notify("pull_request", action, pull, self._by(pull, login), more)

    def _by(self, pull: Pull, login: str | None) -> User:
        return pull.user if login is None else self.user(login)
