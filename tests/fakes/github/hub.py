"""The fake GitHub itself: its state, and what people do there (push, open, close, fork, delete)."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from pathlib import Path

from tests.fakes.github.access import Limits
from tests.fakes.github.faults import Faults
from tests.fakes.github.gitstore import Bare, Files
from tests.fakes.github.model import Hook, Pull, Repository, Token, User


class Hub:
    """Accounts, repositories and pull requests over bare repositories in `root`.

    Every method that changes something is one step under `lock`. `notify(event, action, pull, before)` is told after.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, Token] = {}
        self.faults = Faults()
        self.limits = Limits(self.now)
        self.elapsed = 0.0
        self._ids = itertools.count(1001)

    def now(self) -> float:
        """Seconds since 1970, and what a test let pass in between."""
        return time.time() + self.elapsed

    def id(self) -> int:
        return next(self._ids)

    # Accounts

    def user(self, login: str, kind: str = "User") -> User:
        """The account `login`, made when it is not there."""
        with self.lock:
            return self.users.setdefault(login, User(self.id(), login, kind))

    def token(
        self,
        login: str,
        *,
        seconds: float | None = None,
        installation: bool = False,
        reads: bool = True,
        writes: bool = True,
    ) -> str:
        """A new token of `login`: for `seconds`, and an App's where `installation` (its login ends in `[bot]`)."""
        with self.lock:
            secret = ("ghs_" if installation else "ghp_") + secrets.token_hex(18)
            user = self.user(login, "Bot" if installation else "User")
            expires = None if seconds is None else self.now() + seconds
            self.tokens[secret] = Token(secret, user, expires, installation, reads, writes)
            return secret

    def valid_token(self, secret: str | None) -> Token | None:
        token = self.tokens.get(secret or "")
        return None if token is None or (token.expires is not None and token.expires <= self.now()) else token

    # Repositories

    def repository(self, full_name: str, files: Files | None = None, *, private: bool = True) -> Repository:
        """A new repository whose branch `main` holds `files`."""
        owner, name = full_name.split("/")
        with self.lock:
            repo = Repository(self.id(), self.user(owner, "Organization"), name, private=private, created=self.now())
            self.repositories[full_name] = repo
            self.store(repo).create()
            self._commit(repo, "main", files or {"README.md": f"# {name}\n"}, "first", None)
            return repo

    def fork(self, full_name: str, owner: str) -> Repository:
        """A fork under `owner`, with the branches as they are now."""
        with self.lock:
            parent = self.repositories[full_name]
            repo = Repository(self.id(), self.user(owner), parent.name, parent.default_branch, parent=parent)
            repo.created = self.now()
            self.repositories[repo.full_name] = repo
            self.store(repo).create()
            self.store(repo).git("fetch", "-q", str(self.store(parent).path), "+refs/heads/*:refs/heads/*")
            return repo

    def store(self, repo: Repository) -> Bare:
        """The bare repository that holds the code."""
        return Bare(self.root / f"{repo.full_name}.git")

    def hook(self, full_name: str, url: str, secret: str) -> Hook:
        """Deliver what happens in a repository to `url`, signed with `secret`."""
        with self.lock:
            hook = Hook(self.id(), url, secret)
            self.repositories[full_name].hooks.append(hook)
            return hook

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
            sha = self._commit(repo, branch, files, message, store.resolve(base), author)
            moved = [pull for pull in self._pulls_of(repo, branch) if pull.head_sha != sha]
            for pull in moved:
                before, pull.head_sha, pull.updated = pull.head_sha, sha, self.now()
                self._keep_head(pull)
                self.notify("pull_request", "synchronize", pull, before)
            return sha

    def delete_branch(self, full_name: str, branch: str) -> None:
        """Delete a branch; its open pull requests are closed, as GitHub does."""
        with self.lock:
            repo = self.repositories[full_name]
            self.store(repo).delete_ref(f"refs/heads/{branch}")
            for pull in self._pulls_of(repo, branch):
                self.close_pull(pull)

    def delete_repository(self, full_name: str) -> None:
        """Delete a repository, for instance a fork with a pull request open from it."""
        with self.lock:
            self.repositories.pop(full_name).deleted = True

    # Pull requests

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
            repo.pulls[number] = pull
            self._keep_head(pull)
            self.notify("pull_request", "opened", pull, None)
            return pull

    def close_pull(self, pull: Pull, *, merged: bool = False) -> None:
        self._set(pull, "closed", state="closed", merged=merged)

    def reopen(self, pull: Pull) -> None:
        self._set(pull, "reopened", state="open")

    def ready(self, pull: Pull) -> None:
        """A draft becomes ready for review."""
        self._set(pull, "ready_for_review", draft=False)

    def edit(self, pull: Pull, title: str) -> None:
        self._set(pull, "edited", title=title)

    def lose_head(self, pull: Pull) -> None:
        """Take away every name of the head, as after a purge by GitHub's support."""
        with self.lock:
            self.store(pull.repo).delete_ref(f"refs/pull/{pull.number}/head")

    def base_sha(self, pull: Pull) -> str:
        return self.store(pull.repo).resolve(f"refs/heads/{pull.base_ref}") or pull.head_sha

    def notify(self, event: str, action: str, pull: Pull, before: str | None) -> None:
        """Told of everything that happens to a pull request. Deliveries are made of it."""

    def _set(self, pull: Pull, action: str, **fields: object) -> None:
        with self.lock:
            for name, value in fields.items():
                setattr(pull, name, value)
            pull.updated = self.now()
            self.notify("pull_request", action, pull, None)

    def _keep_head(self, pull: Pull) -> None:
        """As GitHub does, the base repository holds the head too, as `refs/pull/N/head`."""
        ref = f"refs/pull/{pull.number}/head"
        self.store(pull.repo).fetch_from(self.store(pull.head_repo), pull.head_sha, ref)

    def _pulls_of(self, repo: Repository, branch: str) -> list[Pull]:
        everywhere = [pull for each in self.repositories.values() for pull in each.pulls.values()]
        return [p for p in everywhere if p.head_repo is repo and p.head_ref == branch and p.state == "open"]

    def _commit(
        self, repo: Repository, branch: str, files: Files, message: str, onto: str | None, author: str = "developer"
    ) -> str:
        when = int(self.now())
        return self.store(repo).commit(branch, files, message, onto=onto, when=when, author=author)
