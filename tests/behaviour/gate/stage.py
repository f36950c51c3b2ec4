"""What people do that decides about a merge, by the methods that the hubs of both forges share."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CHECK
from reviewbot.forge.gate import GateForge
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_app import AppCredentials
from reviewbot.forge.github_gate import GitHubGate
from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_gate import GitLabGate
from tests.behaviour.hub_stage import BOT, REPOSITORY, HubStage
from tests.fakes.github import FakeGitHub
from tests.fakes.gitlab import FakeGitLab

ENFORCE = '[ai]\nmode = "enforce"\nscan = false\n'
CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>"
NEEDED = {need.name: need.access for need in PERMISSIONS}
HEARD = tuple(need.name for need in EVENTS)
AI_CODE = "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n"
PEOPLE = ("alice", "bob", "carol")
"""With write access. alice opens and pushes; bob and carol review."""


class GateStage(HubStage):
    """A repository whose base demands the gate's word, by a rule of the forge's own."""

    gate: GateForge
    bot_login: str

    def prepare(self) -> None:
        self.hub.user("owner")
        self.hub.grant(REPOSITORY, "owner", "admin")
        for login in PEOPLE:
            self.hub.user(login)
            self.hub.grant(REPOSITORY, login, "write")
            self.hub.email(login, f"{login}@corp.example")

    def commit_as(self, login: str, files: dict[str, str | None], message: str = "change") -> str:
        """A commit by somebody in the work tree."""
        self.work.git("config", "user.name", login)
        self.work.git("config", "user.email", f"{login}@corp.example")
        return self.commit(files, message)

    def push_as(self, login: str, files: dict[str, str | None], message: str = "change") -> str:
        """Somebody commits to ``topic`` and pushes it."""
        self.work.git("checkout", "-q", "topic")
        self.commit_as(login, files, message)
        return self.send(login)

    def send(self, login: str, branch: str = "topic") -> str:
        """Somebody pushes a branch as it is in the work tree, by force where need be."""
        sha = self.work.git("rev-parse", branch)
        self.work.git("push", "-q", "--force", str(self.bare()), f"{sha}:refs/test/{branch}")
        if self.hub.store(self.repo).resolve(f"refs/heads/{branch}") is None:
            first = self.work.git("rev-parse", "main")
            self.work.git("push", "-q", str(self.bare()), f"{first}:refs/heads/{branch}")
        self.hub.reset(REPOSITORY, branch, sha, author=login)
        return sha

    def open_as(self, login: str, base: str = "main", branch: str = "topic", **more: Any) -> Any:
        self.pull = self.hub.pull(REPOSITORY, branch, base=base, author=login, **more)
        self.ref = PullRequestRef(self.forge_name, REPOSITORY, self.pull.number)
        return self.pull

    def merges(self, login: str = "owner", pull: Any = None) -> bool:
        """Whether the forge lets somebody merge, which it then does."""
        return bool(self.hub.try_merge(pull or self.pull, login) == 200)

    @abstractmethod
    def demand(self, branch: str) -> None:
        """Have the forge demand the gate's word before a merge into a branch."""

    @abstractmethod
    def take_back(self, login: str) -> None:
        """Somebody's approval is taken back."""

    @abstractmethod
    def approve_what_was_seen(self, login: str, seen: str) -> None:
        """Somebody who looked at ``seen`` approves, at the same second at which another head was pushed."""

    @abstractmethod
    def comments(self) -> list[str]:
        """Our comments in the conversation, without what only holds a merge back."""

    @abstractmethod
    def blocked(self, pull: Any = None) -> bool:
        """Whether the forge would refuse a merge now; nothing is merged."""


class GitHubGateStage(GateStage):
    """The bot is an App, and the branch rule takes the check from it alone."""

    forge_name, fork_right, bot_login = "github", "maintainer_can_modify", "reviewbot[bot]"

    def __init__(self, place: Path) -> None:
        self.hub = FakeGitHub()
        super().__init__(place)
        self.app = self.hub.app("reviewbot", owner="team", permissions=NEEDED, events=HEARD)
        self.hub.install(self.app, "team")
        credentials = AppCredentials(self.hub.api, self.app.id, self.app.pem, timeout=10, now=self.hub.now)
        self.forge, self.gate = GitHub(credentials), GitHubGate(credentials)
        self.prepare()
        self.demand("main")

    def by_id(self, number: str) -> Any:
        return next(c for c in (*self.pull.comments, *self.pull.issue_comments) if str(c.id) == number)

    def demand(self, branch: str) -> None:
        self.hub.require(REPOSITORY, branch, context=CHECK, app=self.app)

    def take_back(self, login: str) -> None:
        self.hub.dismiss(self.pull, login)

    def approve_what_was_seen(self, login: str, seen: str) -> None:
        self.hub.approve(self.pull, login, commit=seen)

    def comments(self) -> list[str]:
        return [note.body for note in self.pull.issue_comments if note.user.login == self.bot_login]

    def blocked(self, pull: Any = None) -> bool:
        return bool(self.hub.hindrance(pull or self.pull) != "mergeable")

    def reactions(self, comment: Any) -> list[str]:
        return [one.content for one in self.by_id(comment.id).reactions if one.user.login == self.bot_login]


class GitLabGateStage(GateStage):
    forge_name, fork_right, bot_login = "gitlab", "allow_collaboration", BOT

    def __init__(self, place: Path) -> None:
        self.hub = FakeGitLab()
        self.hub.version = "19.1.0-ee"  # its approvals have a time
        super().__init__(place)
        self.forge = GitLab(self.hub.web, self.hub.token(BOT), timeout=10)
        self.gate = GitLabGate(self.forge)
        self.prepare()
        self.demand("main")

    def by_id(self, number: str) -> Any:
        return next(note for note in self.pull.notes if str(note.id) == number)

    def demand(self, branch: str) -> None:
        self.hub.require_threads(REPOSITORY)

    def take_back(self, login: str) -> None:
        self.hub.unapprove(self.pull, login)

    def approve_what_was_seen(self, login: str, seen: str) -> None:
        self.hub.approve(self.pull, login)

    def comments(self) -> list[str]:
        mine = (note for note in self.pull.notes if note.user.login == BOT)
        return [note.body for note in mine if "reviewbot:gate -->" in note.body]

    def blocked(self, pull: Any = None) -> bool:
        return bool(self.hub.hindrance(pull or self.pull) != "mergeable")

    def reactions(self, comment: Any) -> list[str]:
        names = {"eyes": "eyes", "thumbsdown": "-1", "thumbsup": "+1"}
        return [names[one.name] for one in self.by_id(comment.id).awards if one.user.login == BOT]


STAGES: dict[str, type[GateStage]] = {"github": GitHubGateStage, "gitlab": GitLabGateStage}
