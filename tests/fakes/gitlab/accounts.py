"""Accounts, tokens, projects and who may do what in them."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path

from tests.fakes.github.faults import Faults
from tests.fakes.github.gitstore import Bare, Files
from tests.fakes.gitlab.access import Limits
from tests.fakes.gitlab.model import EVENTS, ROLES, Group, Hook, Level, Pull, Repository, Token, User

VERSION = "18.5.1-ee"


class Accounts:
    """The state of the instance: everything but what happens in merge requests. All under `lock`.

    `version` may be set: some answers tell more from another version on.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, Token] = {}
        self.groups: dict[str, Group] = {}
        self.faults = Faults()
        self.limits = Limits(self.now)
        self.elapsed = 0.0
        self.version = VERSION
        self._ids = itertools.count(1001)

    def now(self) -> float:
        """Seconds since 1970, and what a test let pass in between."""
        return time.time() + self.elapsed

    def id(self) -> int:
        return next(self._ids)

    def user(self, login: str, kind: str = "User") -> User:
        """The account `login`, made when it is not there."""
        with self.lock:
            emails = [f"{login}@example.org"] if kind == "User" else []
            return self.users.setdefault(login, User(self.id(), login, kind, emails))

    def email(self, login: str, address: str, *, public: bool = True) -> None:
        """Tie an address to an account, as confirmed; where `public`, everybody sees it. Each has one of its own.

        Raises:
            ValueError: it is somebody else's.
        """
        with self.lock:
            user, owner = self.user(login), self.owner_of(address)
            if owner not in (None, user):
                raise ValueError(f"{address} has already been taken")
            user.emails = list(dict.fromkeys([*user.emails, address]))
            if public:
                user.public_email = address

    def owner_of(self, address: str) -> User | None:
        """Whose address that is, whatever its case; that which GitLab makes up for everybody too.

        https://docs.gitlab.com/user/profile/#use-an-automatically-generated-private-commit-email
        """
        wanted = address.casefold()
        for user in self.users.values():
            private = f"{user.id}-{user.login}@users.noreply.127.0.0.1"
            if user.kind != "Group" and wanted in (one.casefold() for one in (*user.emails, private)):
                return user
        return None

    def group(self, path: str, members: Mapping[str, str], *, private: bool = True) -> None:
        """A group with members, by their roles; they are members of its subgroups and of the projects in it too."""
        with self.lock:
            self.user(path, "Group")
            self.groups[path] = Group({self.user(one).login: ROLES[role] for one, role in members.items()}, private)

    def group_levels(self, path: str) -> dict[str, Level]:
        """What members of a group, and of those above it, may do."""
        parts, found = path.split("/"), dict[str, Level]()
        for end in range(1, len(parts) + 1):
            group = self.groups.get("/".join(parts[:end]))
            for login, level in group.members.items() if group else ():
                found[login] = max(level, found.get(login, Level.NONE))
        return found

    def token(
        self,
        login: str,
        *,
        seconds: float | None = None,
        installation: bool = False,
        reads: bool = True,
        writes: bool = True,
    ) -> str:
        """A new token of `login`: for `seconds`; a project access token's bot where `installation`.

        Whoever has a token is a Developer wherever `grant` says nothing else.
        """
        with self.lock:
            secret = "glpat-" + secrets.token_hex(10)
            user = self.user(login, "Bot" if installation else "User")
            expires = None if seconds is None else self.now() + seconds
            self.tokens[secret] = Token(secret, user, expires, reads, writes)
            return secret

    def valid_token(self, secret: str | None) -> Token | None:
        token = self.tokens.get(secret or "")
        return None if token is None or (token.expires is not None and token.expires <= self.now()) else token

    # Projects

    def repository(self, full_name: str, files: Files | None = None, *, private: bool = True) -> Repository:
        """A new project whose branch `main` holds `files`. `main` is protected, as GitLab does by default."""
        owner, name = full_name.rsplit("/", 1)
        with self.lock:
            repo = Repository(self.id(), self.user(owner, "Group"), name, private=private, created=self.now())
            self.repositories[full_name] = repo
            self._create(repo)
            self._commit(repo, "main", files or {"README.md": f"# {name}\n"}, "first", None)
            repo.protected["main"] = Level.MAINTAINER
            return repo

    def fork(self, full_name: str, owner: str) -> Repository:
        """A fork in the namespace of the person `owner`, with the branches as they are now."""
        with self.lock:
            parent = self.repositories[full_name]
            user = self.user(owner)
            repo = Repository(self.id(), user, parent.name, parent.default_branch, parent.private, parent)
            repo.created = self.now()
            repo.members[owner] = Level.OWNER
            repo.protected[parent.default_branch] = Level.MAINTAINER
            self.repositories[repo.full_name] = repo
            self._create(repo)
            self.store(repo).git("fetch", "-q", str(self.store(parent).path), "+refs/heads/*:refs/heads/*")
            return repo

    def delete_repository(self, full_name: str) -> None:
        """Delete a project, for instance a fork with a merge request open from it."""
        with self.lock:
            self.repositories.pop(full_name).deleted = True

    def store(self, repo: Repository) -> Bare:
        """The bare repository that holds the code."""
        return Bare(self.root / f"{repo.full_name}.git")

    def grant(self, full_name: str, login: str, role: str) -> None:
        """Give `login` a role: `read`, `write`, `maintain`, `admin`, `none`, or GitLab's own name of one."""
        with self.lock:
            self.user(login)
            self.repositories[full_name].members[login] = ROLES[role]

    def protect(
        self, full_name: str, branch: str, level: Level = Level.MAINTAINER, *, merge: Level | None = None
    ) -> None:
        """Protect a branch: only who has `level` may push, and nobody by force; who has `merge` may merge into it."""
        with self.lock:
            repo = self.repositories[full_name]
            repo.protected[branch] = level
            if merge is not None:
                repo.merges[branch] = merge

    def unprotect(self, full_name: str, branch: str) -> None:
        with self.lock:
            self.repositories[full_name].protected.pop(branch, None)
            self.repositories[full_name].merges.pop(branch, None)

    def level(self, repo: Repository, user: User) -> Level:
        """What somebody may do in a project, as a member of it."""
        given = self.group_levels(repo.owner.login)
        if user.login in repo.members or user.login in given:
            return max(repo.members.get(user.login, Level.NONE), given.get(user.login, Level.NONE))
        return Level.DEVELOPER if any(token.user is user for token in self.tokens.values()) else Level.NONE

    def reads(self, repo: Repository, user: User) -> bool:
        """Whether somebody sees the code (https://docs.gitlab.com/user/permissions/)."""
        return not repo.private or self.level(repo, user) >= Level.REPORTER

    def hook(
        self,
        full_name: str,
        url: str,
        secret: str,
        *,
        signing: str | None = None,
        events: Collection[str] = EVENTS,
    ) -> Hook:
        """Deliver what happens in a project to `url`, with the secret token, and signed where `signing` is given.

        `events` are those that it subscribes to: of `merge_request`, `note`, `push` and `emoji`.
        `signing` is `whsec_` and the key in base64 (https://docs.gitlab.com/user/project/integrations/webhooks/).
        """
        with self.lock:
            hook = Hook(self.id(), url, secret, signing, frozenset(events), uuid=str(uuid.uuid4()))
            self.repositories[full_name].hooks.append(hook)
            return hook

    def _create(self, repo: Repository) -> None:
        store = self.store(repo)
        store.create()
        store.git("config", "http.receivepack", "true")

    def _commit(
        self, repo: Repository, branch: str, files: Files, message: str, onto: str | None, author: str = "developer"
    ) -> str:
        when = int(self.now())
        return self.store(repo).commit(branch, files, message, onto=onto, when=when, author=author)

    def pulls(self) -> list[Pull]:
        """Every merge request of every project."""
        return [pull for repo in self.repositories.values() for pull in repo.pulls.values()]
