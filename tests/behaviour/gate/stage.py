"""What people do that decides about a merge, by the methods that the hubs of both forges share."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any

from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gate import GateForge
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_gate import GitLabGate
from tests.behaviour.hub_stage import BOT, REPOSITORY, HubStage
from tests.fakes.gitlab import FakeGitLab

ENFORCE = '[ai]\nmode = "enforce"\nscan = false\n'
CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>"
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
    def comments(self) -> list[str]:
        """Our comments in the conversation, without what only holds a merge back."""

    @abstractmethod
    def blocked(self, pull: Any = None) -> bool:
        """Whether the forge would refuse a merge now; nothing is merged."""


class GitLabGateStage(GateStage):
    forge_name, fork_right, bot_login = "gitlab", "allow_collaboration", BOT

    def __init__(self, place: Path) -> None:
        self.hub = FakeGitLab()
        self.hub.version = "19.1.0-ee"  # its approvals have a time
        super().__init__(place)
        self.forge = GitLab(self.hub.web, self.hub.token(BOT), timeout=10)
        self.gate = GitLabGate(self.forge)
        self.prepare()
        self.hub.require_threads(REPOSITORY)

    def by_id(self, number: str) -> Any:
        return next(note for note in self.pull.notes if str(note.id) == number)

    def comments(self) -> list[str]:
        mine = (note for note in self.pull.notes if note.user.login == BOT)
        return [note.body for note in mine if "reviewbot:gate -->" in note.body]

    def blocked(self, pull: Any = None) -> bool:
        return bool(self.hub.hindrance(pull or self.pull) != "mergeable")

    def reactions(self, comment: Any) -> list[str]:
        raise NotImplementedError
