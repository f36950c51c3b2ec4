"""The gate in the product's own worker, over a forge that tells of nothing: killed, cut off, never open too early."""

from __future__ import annotations

import os
import random
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.audit import MergeEntry, read_body
from reviewbot.domain.gate import CHECK
from reviewbot.forge.github_permissions import PERMISSIONS
from reviewbot.store.audit import AuditLog
from tests.behaviour.gate.stage import CLAUDE, ENFORCE
from tests.fakes.github import FakeGitHub
from tests.fakes.gitlab import FakeGitLab
from tests.faults.stack import Stack, kill_group
from tests.faults.test_killed_worker import running_pids
from tests.faults.whole import REPOSITORY

KILLS = 5
BOT = "reviewbot"
QUICK: Any = {"model": "none", "proof": "static", "patrol_seconds": 0.5}


class Site(ABC):
    """One pull request of a developer's on a repository that demands the gate's word."""

    hub: Any
    bot: str

    def __init__(self, hub: Any, stack: Stack) -> None:
        self.hub, self.stack = hub, stack
        stack.argv = ["-m", "reviewbot", "worker"]
        self.lines = 0
        self.push()
        self.pull = hub.pull(REPOSITORY, "topic", author="developer")

    @staticmethod
    def furnish(hub: Any) -> None:
        """The repository and its people."""
        hub.repository(REPOSITORY, {".reviewbot.toml": ENFORCE})
        for login, right in (("developer", "write"), ("colleague", "write"), ("owner", "admin")):
            hub.user(login)
            hub.grant(REPOSITORY, login, right)

    def push(self) -> None:
        """One AI line more."""
        self.lines += 1
        text = "".join(f"value_{number} = {number}\n" for number in range(self.lines))
        self.hub.push(REPOSITORY, "topic", {"new.py": text}, message=f"More\n\n{CLAUDE}")

    @abstractmethod
    def approve(self) -> None:
        """Somebody looks at the head, and approves."""

    @abstractmethod
    def told(self) -> str:
        """What the gate's comment says."""

    @property
    def mergeable(self) -> bool:
        return bool(self.hub.hindrance(self.pull) == "mergeable")

    def waits_for(self, line: int) -> None:
        """Until the comment is about this head's last line alone; meanwhile nothing may be merged."""

        def says() -> bool:
            assert not self.mergeable
            return f"`{self.pull.head_sha[:7]}`" in self.told() and f"`new.py`, line {line}\n" in f"{self.told()}\n"

        self.stack.wait_for(says, seconds=90)

    def kill(self, dice: random.Random) -> None:
        """Kill the worker with everything beside it at a random moment, and start another."""
        time.sleep(dice.uniform(0, 2.5))
        kill_group(self.stack.workers[-1])
        for pid in running_pids(self.stack):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert not self.mergeable
        self.stack.start_worker()


class GitHubSite(Site):
    """The bot is an App, and the branch rule takes the check from it alone."""

    def approve(self) -> None:
        self.hub.approve(self.pull, "colleague")  # of a commit: it does not matter when

    def told(self) -> str:
        return _only([note.body for note in self.pull.issue_comments if "<!-- reviewbot:gate -->" in note.body])


class GitLabSite(Site):
    """Threads and the pipeline are demanded."""

    def approve(self) -> None:
        self.hub.elapsed += 60
        if self.hub.approvers(self.pull):
            self.hub.unapprove(self.pull, "colleague")
        self.hub.approve(self.pull, "colleague")

    def told(self) -> str:
        return _only([note.body for note in self.pull.notes if "<!-- reviewbot:gate -->" in note.body])


def _only(mine: list[str]) -> str:
    assert len(mine) <= 1
    return mine[0] if mine else ""


@contextmanager
def on_github(place: Path) -> Iterator[Site]:
    with FakeGitHub() as hub:
        Site.furnish(hub)
        rights = {need.name: need.access for need in PERMISSIONS}
        app = hub.app("reviewbot", owner=REPOSITORY.partition("/")[0], permissions=rights)
        hub.install(app, REPOSITORY.partition("/")[0])
        hub.require(REPOSITORY, "main", context=CHECK, app=app)
        named = {"github_url": hub.api, "github_app_id": app.id, "github_app_private_key": app.pem}
        stack = Stack(place, **named, **QUICK)
        with closing(stack):
            yield GitHubSite(hub, stack)


@contextmanager
def on_gitlab(place: Path) -> Iterator[Site]:
    with FakeGitLab() as hub:
        hub.version = "19.1.0-ee"
        Site.furnish(hub)
        hub.grant(REPOSITORY, BOT, "write")
        hub.require(REPOSITORY, "main", context=CHECK)
        hub.require_threads(REPOSITORY)
        with closing(Stack(place, gitlab_url=hub.web, gitlab_token=hub.token(BOT), **QUICK)) as stack:
            yield GitLabSite(hub, stack)


@pytest.fixture(params=[on_github, on_gitlab], ids=["github", "gitlab"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with request.param(tmp_path) as made:
        made.stack.start_broker()
        made.stack.start_worker()
        yield made


def test_kills_and_an_outage_never_open_it_and_it_is_right_in_the_end(site: Site) -> None:
    dice = random.Random(5)
    site.stack.wait_for(lambda: "waits for a human review" in site.told(), seconds=90)
    for _ in range(KILLS):
        site.approve()
        site.stack.wait_for(lambda: site.mergeable, seconds=90)
        site.push()
        site.kill(dice)
        site.waits_for(site.lines)
    site.hub.down()
    site.push()
    time.sleep(3)
    site.approve()
    site.push()
    site.hub.down(False)
    site.waits_for(site.lines)
    site.approve()
    site.stack.wait_for(lambda: site.mergeable, seconds=90)
    assert site.hub.try_merge(site.pull, "owner") == 200
    site.stack.wait_for(lambda: merged_with(site) == [site.pull.head_sha], seconds=90)
    assert "Traceback" not in "".join(line for line in site.stack.log().splitlines() if "WorkerLostError" not in line)


def merged_with(site: Site) -> list[str]:
    with AuditLog(site.stack.database).links() as links:
        entries = [read_body((link.body or b"").decode()) for link in links]
    return [one.head for one in entries if isinstance(one, MergeEntry)]
