"""A forge that says what a test wants, over a real git repository."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from reviewbot.domain.conversation import Comment, Conversation, Permission, Person, Reaction, Thread
from reviewbot.domain.errors import ForgeRejected
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.domain.review import Review, ReviewOptions
from reviewbot.forge.protocol import ForgeReview, Status
from reviewbot.pipeline.engines import Engines
from reviewbot.resources import rules_dir
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from reviewbot.store.pulls import Pulls
from reviewbot.store.records import Records
from reviewbot.visit.collaborators import Collaborators
from tests import builders
from tests.source.gitrepo import GitRepo

REF = PullRequestRef("github", "o/r", 7)
TEXT = "import json\n\ndata = json.load(open('config.json'))\n"
URL = "https://github.example/o/r/pull/7#1"
BOT = Person("reviewbot", bot=True, ours=True)


class ScriptedForge:
    """Shows the pull requests in turn, the last one for ever; keeps what was written."""

    name = "github"

    def __init__(self, *shown: PullRequest, refuses: bool = False) -> None:
        self.shown, self.refuses = list(shown), refuses
        self.posts: list[ForgeReview] = []
        self.said: list[Comment] = []
        self.calls = 0
        self.statuses: list[tuple[str, Status]] = []

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        self.calls += 1
        return self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]

    def conversation(self, ref: PullRequestRef) -> Conversation:
        return Conversation(self.pull_request(ref), (), tuple(self.said))

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        return {}

    def push_environment(self, pull: PullRequest) -> dict[str, str]:
        return {}

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        if self.refuses:
            raise ForgeRejected("GitHub will not take the review.")
        self.posts.append(review)
        return URL

    def say(self, ref: PullRequestRef, body: str) -> CommentRef:
        made = CommentRef(CommentKind.NOTE, str(len(self.said) + 1))
        self.said.append(Comment(made, BOT, body))
        return made

    def edit(self, ref: PullRequestRef, comment: CommentRef, body: str) -> None:
        self.said = [replace(one, body=body) if one.ref == comment else one for one in self.said]

    def delete(self, ref: PullRequestRef, comment: CommentRef) -> None:
        self.said = [one for one in self.said if one.ref != comment]

    def reply(self, ref: PullRequestRef, thread: Thread, body: str) -> None:
        raise AssertionError("there is no thread to reply in")

    def set_resolved(self, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
        raise AssertionError("there is no thread to resolve")

    def react(self, ref: PullRequestRef, comment: CommentRef, reaction: Reaction) -> None:
        """Nobody looks."""

    def comment(self, ref: PullRequestRef, comment: CommentRef) -> Comment | None:
        return next((one for one in self.said if one.ref == comment), None)

    def permission(self, ref: PullRequestRef, login: str) -> Permission:
        return Permission.WRITE

    def is_protected(self, pull: PullRequest) -> bool:
        return False

    def set_status(self, ref: PullRequestRef, sha: str, status: Status) -> None:
        self.statuses.append((sha, status))

    def page(self, ref: PullRequestRef) -> str:
        return URL


class Scene:
    """A repository with a pull request of one file, and what a visit to it needs."""

    def __init__(self, place: Path, base_files: dict[str, str] | None = None) -> None:
        self.repo = GitRepo(place / "origin")
        base = self.repo.commit({"README.md": "x\n", **(base_files or {})})  # type: ignore[dict-item]
        self.repo.git("checkout", "-q", "-b", "topic")
        head = self.repo.commit({"app.py": TEXT})
        self.repo.git("update-ref", "refs/pull/7/head", head)
        self.place = place
        self.found = builders.review(builders.suggestion())
        self.pull = PullRequest(
            ref=REF,
            state="open",
            draft=False,
            base=base,
            base_branch="main",
            head=head,
            head_ref="refs/pull/7/head",
            clone_url=f"file://{self.repo.path}",
            from_fork=False,
            author="developer",
        )
        self.database = Database(f"sqlite:///{place / 'bot.sqlite'}")
        migrate(self.database)

    def push(self, files: dict[str, str]) -> PullRequest:
        """The pull request with another head."""
        head = self.repo.commit(files)  # type: ignore[arg-type]
        self.repo.git("update-ref", "refs/pull/7/head", head)
        return replace(self.pull, head=head)

    def using(self, forge: ScriptedForge, **facts: Any) -> Collaborators:
        def found(change: Any, *_: Any, progress: Callable[[str], None], **__: Any) -> Review:
            progress("looking")
            return replace(self.found, base=change.base, head=change.head)

        given: dict[str, Any] = {
            "forge": forge,
            "mirrors": Mirrors(self.place / "mirrors"),
            "engines": Engines(None, None, rules_dir()),
            "options": ReviewOptions(),
            "records": Records(self.database),
            "pulls": Pulls(self.database),
            "reviewer": found,
        }
        return Collaborators(**given | facts)
