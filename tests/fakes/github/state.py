"""What every part of the fake stands on: accounts, tokens, repositories, one lock, one clock, one row of numbers."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fakes.github import placing
from tests.fakes.github.access import Limits
from tests.fakes.github.faults import Faults
from tests.fakes.github.gitstore import Bare
from tests.fakes.github.model import (
    App,
    Comment,
    Hook,
    Installation,
    IssueComment,
    Pull,
    Repository,
    Review,
    Thread,
    Token,
    User,
)
from tests.fakes.github.model_people import Team

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
"""From less to more."""


class State:
    """Every method that changes something is one step under `lock`; `notify` is told after.

    `most_commits` may be set: GraphQL lists so many of a pull request's, REST never more than 250
    (https://github.com/dcoapp/app/pull/310, https://github.com/github/docs/issues/32295).
    """

    web = ""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Repository] = {}
        self.teams: dict[tuple[str, str], Team] = {}
        self.tokens: dict[str, Token] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.manifests: dict[str, tuple[dict[str, Any], str, float]] = {}
        self.faults = Faults()
        self.limits = Limits(self.now)
        self.elapsed = 0.0
        self.most_commits = 10_000
        self._ids = itertools.count(1001)

    def now(self) -> float:
        """Seconds since 1970, and what a test let pass in between."""
        return time.time() + self.elapsed

    def id(self) -> int:
        return next(self._ids)

    def notify(self, event: str, action: str, pull: Pull, sender: User, more: Mapping[str, Any] | None = None) -> None:
        """Told of everything that happens to a pull request. Deliveries are made of it."""

    def url(self, pull: Pull) -> str:
        """The pull request's page."""
        return f"{self.web}/{pull.repo.full_name}/pull/{pull.number}"

    # Accounts

    def user(self, login: str, kind: str = "User") -> User:
        """The account `login`, made when it is not there. A login that ends in `[bot]` is an App's."""
        with self.lock:
            kind = "Bot" if login.endswith("[bot]") else kind
            return self.users.setdefault(login, User(self.id(), login, kind))

    def token(
        self,
        login: str,
        *,
        seconds: float | None = None,
        installation: bool = False,
        reads: bool = True,
        writes: bool = True,
        repositories: frozenset[str] | None = None,
    ) -> str:
        """A new token of `login`: for `seconds`, and an App's where `installation` (its login ends in `[bot]`).

        It sees `repositories` only, by their full names; every one, without.
        """
        with self.lock:
            secret = ("ghs_" if installation else "ghp_") + secrets.token_hex(18)
            user = self.user(login, "Bot" if installation else "User")
            expires = None if seconds is None else self.now() + seconds
            self.tokens[secret] = Token(secret, user, expires, installation, reads, writes, repositories)
            return secret

    def valid_token(self, secret: str | None) -> Token | None:
        token = self.tokens.get(secret or "")
        return None if token is None or (token.expires is not None and token.expires <= self.now()) else token

    def visible(self, token: Token, repo: Repository) -> bool:
        """Whether a token sees a repository."""
        return not repo.private or (
            token.reads and (token.repositories is None or repo.full_name in token.repositories)
        )

    # Rights

    def grant(self, full_name: str, login: str, role: str) -> None:
        """Give `login` a role in a repository: one of `ROLES`; `none` takes it away."""
        if role not in ROLES:
            raise ValueError(f"no such role: {role}")
        with self.lock:
            self.user(login)
            self.repositories[full_name].roles[login] = role

    def role(self, repo: Repository, login: str) -> str:
        """What somebody is in a repository: everybody may read a public one."""
        if login == repo.owner.login and repo.owner.kind == "User":
            return "admin"
        return max(repo.roles.get(login, "none"), "none" if repo.private else "read", key=ROLES.index)

    def may_push(self, repo: Repository, token: Token) -> bool:
        """Whether a token may write to a repository: by its own rights, and by the role that its user was given.

        A token whose user has no role there at all is taken for one that was made for the repository.
        """
        role = "admin" if repo.owner is token.user else repo.roles.get(token.user.login, "write")
        mine = token.writes and token.may("contents", "write")
        if token.installation and token.repositories is not None:
            return mine and repo.full_name in token.repositories
        return mine and self.visible(token, repo) and ROLES.index(role) >= ROLES.index("write")

    def may_resolve(self, pull: Pull, token: Token) -> bool:
        """Threads are resolved by those who may write the repository's contents, and by the pull request's author."""
        talks = token.writes and token.may("pull_requests", "write")
        return talks and (pull.user is token.user or self.may_push(pull.repo, token))

    def protect(self, full_name: str, branch: str) -> None:
        """Protect a branch by the older settings: nobody pushes to it any more."""
        with self.lock:
            self.repositories[full_name].protected.add(branch)

    def rule(self, full_name: str, branch: str, *kinds: str) -> None:
        """Let these rules of a ruleset hold for a branch: `deletion`, `non_fast_forward`, `update`, …"""
        with self.lock:
            self.repositories[full_name].rules[branch] = list(kinds)

    # Repositories and their pull requests

    def store(self, repo: Repository) -> Bare:
        """The bare repository that holds the code."""
        return Bare(self.root / f"{repo.full_name}.git")

    def hook(self, full_name: str, url: str, secret: str, events: tuple[str, ...] = ("*",)) -> Hook:
        """Deliver what happens in a repository to `url`, signed with `secret`."""
        with self.lock:
            hook = Hook(self.id(), url, secret, events)
            self.repositories[full_name].hooks.append(hook)
            return hook

    def base_sha(self, pull: Pull) -> str:
        """The base branch's head; of a merged pull request, what it was before."""
        if pull.merged_onto is not None:
            return pull.merged_onto
        return self.store(pull.repo).resolve(f"refs/heads/{pull.base_ref}") or pull.head_sha

    def commits(self, pull: Pull) -> list[str]:
        """Ids of the commits of a pull request, oldest first."""
        store = self.store(pull.repo)
        return store.commits(store.merge_base(self.base_sha(pull), pull.head_sha), pull.head_sha)

    def place(self, pull: Pull, comment: Comment) -> placing.Place | None:
        """Where a comment stands now; None where it is outdated."""
        return placing.place(self.store(pull.repo), self.base_sha(pull), pull.head_sha, comment)

    def pull_of(self, one: Comment | IssueComment | Review | Thread) -> Pull:
        """The pull request on which something was said."""
        for pull in [pull for repo in self.repositories.values() for pull in repo.pulls.values()]:
            everything = (*pull.comments, *pull.issue_comments, *pull.reviews, *pull.threads)
            if any(one is other for other in everything):
                return pull
        raise ValueError("it stands on no pull request")
