"""Stages over the fake GitHub and the fake GitLab, whose hubs have the same methods; the bot's client is real."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any

from reviewbot.domain.conversation import Comment, Thread
from reviewbot.domain.event import CommentKind, CommentRef, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.gitlab import GitLab
from tests.behaviour.stage import TOPIC, Stage
from tests.fakes.github import FakeGitHub
from tests.fakes.gitlab import FakeGitLab
from tests.source.gitrepo import GitRepo

REPOSITORY = "team/shop"
BOT = "seed-bot"
HOST = "refs/heads/"


class HubStage(Stage):
    """A real port with a strict fake behind it. At the end it fails on a broken contract."""

    hub: Any
    forge_name: str
    fork_right: str

    def __init__(self, place: Path) -> None:
        self.work = GitRepo(place / "work")
        self.work.git("commit", "-q", "--allow-empty", "-m", "root")
        self.hub.repository(REPOSITORY, {"README.md": "# shop\n"}, private=True)
        for login in ("developer", "colleague", "mallory", BOT):
            self.hub.user(login)
        for login in ("developer", "colleague", BOT):
            self.hub.grant(REPOSITORY, login, "write")
        self.pull: Any = None

    @property
    def repo(self) -> Any:
        return self.hub.repositories[REPOSITORY]

    def bare(self) -> Path:
        return Path(self.hub.store(self.repo).path)

    def publish(self, branch: str) -> None:
        sha = self.work.git("rev-parse", branch)
        if self.hub.store(self.repo).resolve(f"{HOST}{branch}") == sha:
            return
        self.work.git("push", "-q", "--force", str(self.bare()), f"{sha}:refs/test/{branch}")
        if self.hub.store(self.repo).resolve(f"{HOST}{branch}") is None:
            self.work.git("push", "-q", str(self.bare()), f"{sha}:{HOST}{branch}")
        else:
            self.hub.reset(REPOSITORY, branch, sha)

    def open(self, *, base: str = "main", draft: bool = False) -> None:
        self.pull = self.hub.pull(REPOSITORY, TOPIC, base=base, draft=draft)
        self.ref = PullRequestRef(self.forge_name, REPOSITORY, self.pull.number)

    def close(self) -> None:
        self.hub.close_pull(self.pull)

    def reopen(self) -> None:
        self.hub.reopen(self.pull)

    def ready(self) -> None:
        self.hub.ready(self.pull)

    def retarget(self, base: str) -> None:
        self.hub.retarget(self.pull, base)

    def label(self, *names: str) -> None:
        self.hub.label(self.pull, *names)

    def merge(self) -> None:
        self.hub.merge(self.pull, login="developer")

    def reply(self, thread: Thread, login: str, body: str) -> CommentRef:
        return self.placed(self.hub.reply(self.pull, self.found(thread.first), login, body))

    def resolve(self, thread: Thread, login: str) -> None:
        self.hub.resolve(self.found(thread.first), login)

    def unresolve(self, thread: Thread, login: str) -> None:
        self.hub.unresolve(self.found(thread.first), login)

    def downvote(self, comment: Comment, login: str) -> None:
        self.hub.downvote(self.found(comment), login)

    def delete(self, comment: Comment) -> None:
        self.hub.delete_comment(self.found(comment), "developer")

    def comment(self, login: str, body: str) -> CommentRef:
        return CommentRef(CommentKind.NOTE, str(self.hub.comment(self.pull, login, body).id))

    def line_comment(self, login: str, path: str, line: int, body: str) -> CommentRef:
        return self.placed(self.hub.review_comment(self.pull, login, path, line, body))

    def edit(self, comment: CommentRef, body: str) -> None:
        self.hub.edit_comment(self.by_id(comment.id), body)

    def click(self, thread: Thread, login: str) -> None:
        self.hub.apply_suggestion(self.found(thread.first), login)
        self.follow()

    def open_from_fork(self, login: str, files: dict[str, str], *, pushable: bool = True) -> None:
        fork = self.hub.fork(REPOSITORY, login)
        self.hub.push(fork.full_name, "patch", files, author=login)
        self.pull = self.hub.pull(REPOSITORY, "patch", head_repo=fork.full_name, author=login)
        setattr(self.pull, self.fork_right, pushable)
        self.ref = PullRequestRef(self.forge_name, REPOSITORY, self.pull.number)

    def grant(self, login: str, right: str) -> None:
        self.hub.grant(REPOSITORY, login, right)

    def protect(self, branch: str) -> None:
        self.hub.protect(REPOSITORY, branch)

    def close_down(self) -> None:
        self.forge.close()  # type: ignore[attr-defined]
        self.hub.__exit__(None, None, None)

    def placed(self, made: Any) -> CommentRef:
        return CommentRef(CommentKind.LINE, str(made.id))

    def found(self, comment: Comment) -> Any:
        return self.by_id(comment.ref.id)

    @abstractmethod
    def by_id(self, number: str) -> Any:
        """The hub's own object of a comment."""


class GitHubStage(HubStage):
    forge_name, fork_right = "github", "maintainer_can_modify"

    def __init__(self, place: Path) -> None:
        self.hub = FakeGitHub()
        super().__init__(place)
        self.hub.user("linter[bot]", "Bot")
        self.forge = GitHub(TokenCredentials(self.hub.api, self.hub.token(BOT), timeout=10))

    def by_id(self, number: str) -> Any:
        return next(c for c in (*self.pull.comments, *self.pull.issue_comments) if str(c.id) == number)

    def reactions(self, comment: CommentRef) -> list[str]:
        names = {"eyes": "eyes", "-1": "thumbs-down", "+1": "thumbs-up"}
        return [names[one.content] for one in self.by_id(comment.id).reactions if one.user.login == BOT]


class GitLabStage(HubStage):
    forge_name, fork_right = "gitlab", "allow_collaboration"

    def __init__(self, place: Path) -> None:
        self.hub = FakeGitLab()
        super().__init__(place)
        self.hub.user("linter[bot]", "Bot")
        self.forge = GitLab(self.hub.web, self.hub.token(BOT), timeout=10)

    def by_id(self, number: str) -> Any:
        return next(note for note in self.pull.notes if str(note.id) == number)

    def reactions(self, comment: CommentRef) -> list[str]:
        names = {"eyes": "eyes", "thumbsdown": "thumbs-down", "thumbsup": "thumbs-up"}
        return [names[one.name] for one in self.by_id(comment.id).awards if one.user.login == BOT]
