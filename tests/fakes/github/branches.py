"""Repositories and branches: what people do with git."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.github.activity import Activities
from tests.fakes.github.gitstore import WEB_FLOW, Files, GitFailed
from tests.fakes.github.model import Pull, Repository


class Branches(Activities):
    """Adds repositories, forks and pushes. A branch that moves takes its pull requests with it."""

    def repository(self, full_name: str, files: Files | None = None, *, private: bool = True) -> Repository:
        """A new repository whose branch `main` holds `files`."""
        owner, name = full_name.split("/")
        with self.lock:
            repo = Repository(self.id(), self.user(owner, "Organization"), name, private=private, created=self.now())
            self.repositories[full_name] = repo
            self.store(repo).create()
            self._commit(repo, "main", files or {"README.md": f"# {name}\n"}, "first", None)
            self.record(repo, "main", None, "developer")
            return repo

    def fork(self, full_name: str, owner: str) -> Repository:
        """A fork under `owner`, with the branches as they are now."""
        with self.lock:
            parent = self.repositories[full_name]
            repo = Repository(self.id(), self.user(owner), parent.name, parent.default_branch, parent=parent)
            repo.created, repo.private = self.now(), parent.private
            self.repositories[repo.full_name] = repo
            self.store(repo).create()
            self.store(repo).git("fetch", "-q", str(self.store(parent).path), "+refs/heads/*:refs/heads/*")
            return repo

    def push(
        self,
        full_name: str,
        branch: str,
        files: Files,
        *,
        onto: str | None = None,
        message: str = "change",
        author: str = "developer",
        committer: str | None = None,
    ) -> str:
        """Commit `files` to `branch` and push it; the new commit's id. A file is renamed by one name gone, one new.

        Args:
            committer: a name and an address, by default the author's.
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
            based = store.resolve(base)
            sha = self._commit(repo, branch, files, message, based, author=author, committer=committer)
            self.moved(repo, branch, before, author)
            return sha

    def force_push(
        self, full_name: str, branch: str, files: Files, *, onto: str | None = None, author: str = "developer"
    ) -> str:
        """Put another commit in the place of the branch's last: on `onto`, or where that one stood."""
        return self.push(full_name, branch, files, onto=onto or f"{branch}~1", message="again", author=author)

    def reset(self, full_name: str, branch: str, sha: str, *, author: str = "developer") -> None:
        """Push by force a commit that is there already, for instance one that was the head before."""
        with self.lock:
            repo = self.repositories[full_name]
            self._point(repo, branch, sha, author)

    def take(self, full_name: str, branch: str, work: Path, *, author: str = "developer") -> str:
        """Let a branch be what it is in the git folder `work`, by force where need be: a person's push; the head."""
        with self.lock:
            repo = self.repositories[full_name]
            before = self.store(repo).resolve(f"refs/heads/{branch}")
            self.store(repo).git("fetch", "-q", "--no-tags", str(work), f"+refs/heads/{branch}:refs/heads/{branch}")
            self.moved(repo, branch, before, author)
            return self.store(repo).resolve(f"refs/heads/{branch}") or ""

    def rebase(self, full_name: str, branch: str, *, onto: str = "main", author: str = "developer") -> str:
        """Rebase a branch and push it by force; the new head."""
        with self.lock:
            repo = self.repositories[full_name]
            store = self.store(repo)
            head, base = store.resolve(f"refs/heads/{branch}") or "", store.resolve(onto) or ""
            sha = store.replay(store.commits(store.merge_base(base, head), head), base, int(self.now()))
            self._point(repo, branch, sha, author)
            return sha

    def merge_into(self, full_name: str, branch: str, *, other: str = "main", author: str = "developer") -> str:
        """Merge `other` into a branch and push that, as the button "Update branch" does; the new head."""
        with self.lock:
            repo = self.repositories[full_name]
            store = self.store(repo)
            ours, theirs = store.resolve(f"refs/heads/{branch}") or "", store.resolve(other) or ""
            message = f"Merge branch '{other}' into {branch}"
            sha = store.merge(ours, theirs, message, author=author, when=int(self.now()), committer=WEB_FLOW)
            self._point(repo, branch, sha, author)
            return sha

    def delete_branch(self, full_name: str, branch: str, *, author: str = "developer") -> None:
        """Delete a branch; its open pull requests are closed, as GitHub does, and those into it find another base."""
        with self.lock:
            repo = self.repositories[full_name]
            before = self.store(repo).resolve(f"refs/heads/{branch}")
            self.store(repo).delete_ref(f"refs/heads/{branch}")
            self.moved(repo, branch, before, author)

    def delete_repository(self, full_name: str) -> None:
        """Delete a repository, for instance a fork with a pull request open from it."""
        with self.lock:
            self.repositories.pop(full_name).deleted = True

    def moved(self, repo: Repository, branch: str, before: str | None, login: str, kind: str | None = None) -> None:
        """A branch was pushed or deleted: its pull requests follow, those that it swallowed are merged.

        Args:
            kind: of the activity, where it was no push: `pr_merge`, `merge_queue_merge`.
        """
        self.record(repo, branch, before, login, kind)
        sha = self.store(repo).resolve(f"refs/heads/{branch}")
        for pull in self._pulls_of(repo, branch):
            if sha is None:
                self._gone(pull, login)
            elif pull.head_sha != sha:
                old, pull.head_sha, pull.updated = pull.head_sha, sha, self.now()
                self._keep_head(pull)
                more = {"before": old, "after": sha}
                self.notify("pull_request", "synchronize", pull, self.user(login), more)
                self._pushed(pull, old, login)
        for pull in [one for one in repo.pulls.values() if one.base_ref == branch and one.state == "open"]:
            if sha is None:
                self._base_gone(pull, login)
            else:
                self._swallowed(pull, before, sha, login)

    def _gone(self, pull: Pull, login: str) -> None:
        """The head branch is gone."""

    def _base_gone(self, pull: Pull, login: str) -> None:
        """The base branch is gone."""

    def _pushed(self, pull: Pull, before: str, login: str) -> None:
        """The head is another one, and everybody was told."""

    def _merged(self, pull: Pull, login: str, before: str, commit: str) -> None:
        """The base branch holds the head now."""

    def _swallowed(self, pull: Pull, before: str | None, sha: str, login: str) -> None:
        store = self.store(pull.repo)
        if before and store.holds(sha, pull.head_sha) and not store.holds(before, pull.head_sha):
            self._merged(pull, login, before, sha)

    def _point(self, repo: Repository, branch: str, sha: str, login: str) -> None:
        store = self.store(repo)
        before = store.resolve(f"refs/heads/{branch}")
        if store.resolve(sha) is None:
            raise GitFailed(f"no commit {sha}")
        store.set_ref(f"refs/heads/{branch}", sha)
        self.moved(repo, branch, before, login)

    def _keep_head(self, pull: Pull) -> None:
        """As GitHub does, the base repository holds the head too, as `refs/pull/N/head`; older heads stay in it."""
        store = self.store(pull.repo)
        store.fetch_from(self.store(pull.head_repo), pull.head_sha, f"refs/pull/{pull.number}/head")
        store.set_ref(f"refs/keep/{pull.head_sha}", pull.head_sha)

    def _pulls_of(self, repo: Repository, branch: str) -> list[Pull]:
        everywhere = [pull for each in self.repositories.values() for pull in each.pulls.values()]
        return [p for p in everywhere if p.head_repo is repo and p.head_ref == branch and p.state == "open"]

    def _commit(
        self,
        repo: Repository,
        branch: str,
        files: Files,
        message: str,
        onto: str | None,
        *,
        author: str = "developer",
        committer: str | None = None,
    ) -> str:
        store, when = self.store(repo), int(self.now())
        return store.commit(branch, files, message, onto=onto, when=when, author=author, committer=committer)
