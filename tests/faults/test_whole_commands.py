"""Commands, settled threads and GitLab's drafts in the product's own workers, killed at random moments."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.event import CommentEvent, CommentKind, CommentRef, PullRequestEvent, PullRequestRef
from reviewbot.publish import markers
from tests.fakes.github import FakeGitHub
from tests.fakes.github.faults import page_instead, status
from tests.fakes.gitlab import FakeGitLab
from tests.faults.stack import Stack
from tests.faults.test_killed_worker import running_pids
from tests.faults.whole import QUIET, REPOSITORY

KILLS = 10
COLLEAGUE, BOT = "colleague", "reviewbot"
HEAD = '"""Numbers."""\n'
FUNCTION = """

def {name}(text: str) -> int | None:
    if not text:
        return None
    {name}_number = int(text)
    return {name}_number * {factor}
"""


def module(*names: str) -> str:
    """Each function fails where its text is no number."""
    return HEAD + "".join(FUNCTION.format(name=name, factor=at + 2) for at, name in enumerate(names))


class Hosted:
    """The product's workers over one of the fakes, whose hubs have the same methods."""

    def __init__(self, forge: str, hub: Any, stack: Stack) -> None:
        self.forge, self.hub, self.stack = forge, hub, stack
        stack.argv = ["-m", "reviewbot", "worker"]
        hub.repository(REPOSITORY, {"README.md": "# shop\n"})
        for login in (COLLEAGUE, BOT):
            hub.user(login)
            hub.grant(REPOSITORY, login, "write")
        stack.start_broker()
        stack.start_worker()

    def pull(self, branch: str, text: str) -> Any:
        self.hub.push(REPOSITORY, branch, {f"{branch}.py": text})
        return self.hub.pull(REPOSITORY, branch)

    def ref(self, pull: Any) -> PullRequestRef:
        return PullRequestRef(self.forge, REPOSITORY, pull.number)

    def visit(self, pull: Any) -> int:
        event = PullRequestEvent(f"{pull.number}-{pull.head_sha}", self.ref(pull), "opened", pull.head_sha)
        return self.stack.deliver_events([event])[0]

    def command(self, pull: Any, kind: CommentKind, comment: Any) -> int:
        place = CommentRef(kind, str(comment.id))
        return self.stack.deliver_events(
            [CommentEvent(f"comment-{comment.id}", self.ref(pull), "created", place, comment.body)]
        )[0]

    def ended(self, job: int) -> bool:
        return self.stack.outcome(job).startswith(("done", "dead", "superseded"))

    def ending(self, job: int) -> str:
        self.stack.wait_for(lambda: self.ended(job), seconds=60)
        return self.stack.outcome(job)

    def kill(self, job: int, dice: random.Random, longest: float, moment: Callable[[], bool] = lambda: True) -> int:
        """Kill what works on the job at a random moment; how many processes were killed."""
        self.stack.wait_for(lambda: self.ended(job) or (bool(running_pids(self.stack)) and moment()), seconds=60)
        time.sleep(dice.uniform(0, longest))
        killed = 0
        for pid in running_pids(self.stack):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed = 1
        return killed

    def defects(self) -> list[str]:
        """Lines of the log with a traceback that is not Celery's about a process that was killed."""
        lines = self.stack.log().splitlines()
        return [line for line in lines if "Traceback" in line and "WorkerLostError" not in line]


@contextmanager
def hosted(forge: str, state: Path) -> Iterator[Hosted]:
    with FakeGitHub() if forge == "github" else FakeGitLab() as hub:
        token = hub.token(BOT)
        named = {"github_url": hub.api} if forge == "github" else {"gitlab_url": hub.web}  # type: ignore[attr-defined]
        settings = {**named, f"{forge}_token": token, "model": "none", "proof": "static", "min_confidence": 0.3}
        stack = Stack(state, **settings)
        try:
            yield Hosted(forge, hub, stack)
        finally:
            stack.close()


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with hosted("github", tmp_path_factory.mktemp("github")) as made:
        yield made
        assert made.defects() == []


@pytest.fixture(scope="module")
def gitlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with hosted("gitlab", tmp_path_factory.mktemp("gitlab")) as made:
        yield made
        assert made.defects() == []


def firsts(pull: Any) -> list[Any]:
    """The bot's comments that begin threads on GitHub."""
    return [one for one in pull.comments if one.user.login == BOT and one.reply_to is None]


def answers(pull: Any, first: Any) -> list[str]:
    """What the bot said in a thread after its suggestion."""
    return [one.body for one in pull.comments if one.reply_to is first and one.user.login == BOT]


def test_kills_during_a_commit_make_one_commit_and_one_answer(github: Hosted) -> None:
    """The first of each right after the push. Fails when `done_before` is taken out: that says that the lines changed,

    or commits once more; and when `send` does not look what stands: a second answer.
    """
    dice, kills, jobs = random.Random(7), 0, []
    pull = github.pull("commits", module("one", "two", "three", "four", "five"))
    assert github.ending(github.visit(pull)).startswith("done: Posted 5")
    asked = []
    for first in firsts(pull):
        if kills >= KILLS:
            break
        reply = github.hub.reply(pull, first, COLLEAGUE, "/seed fix --commit")
        asked.append((first, reply))
        before = pull.head_sha
        jobs.append(github.command(pull, CommentKind.LINE, reply))
        kills += github.kill(jobs[-1], dice, 0.0, lambda head=before: pull.head_sha != head)
        while not github.ended(jobs[-1]) and kills < KILLS:
            kills += github.kill(jobs[-1], dice, 0.6)
    assert [github.ending(job).split(":")[0] for job in jobs] == ["done"] * len(jobs)
    assert kills == KILLS
    log = git(github, "log", "--format=%B", f"main..{pull.head_sha}")
    for first, reply in asked:
        assert len(re.findall(rf"^Reviewbot-Command: line/{reply.id}$", log, re.MULTILINE)) == 1
        assert len(answers(pull, first)) == 1
        assert re.search(r"`[0-9a-f]{7}`", answers(pull, first)[0]), answers(pull, first)
        assert any(name.startswith(f"answer:line:{reply.id}:") for name in markers.read(answers(pull, first)))


def git(on: Hosted, *arguments: str) -> str:
    path = on.hub.store(on.hub.repositories[REPOSITORY]).path
    return subprocess.run(["git", "-C", path, *arguments], capture_output=True, text=True, check=True).stdout


def test_kills_while_threads_are_ended_say_one_sentence_each(github: Hosted) -> None:
    """Fails when `_act` does not look for its own sentence."""
    dice, kills = random.Random(11), 0
    pull = github.pull("settled", module("one", "two", "three", "four", "five"))
    assert github.ending(github.visit(pull)).startswith("done: Posted 5")
    github.hub.push(REPOSITORY, "settled", {"settled.py": HEAD + QUIET})
    job = github.visit(pull)
    while not github.ended(job) and kills < KILLS:
        kills += github.kill(job, dice, 0.6)
    assert github.ending(job).startswith("done"), github.stack.outcome(job)
    assert kills >= KILLS // 2
    for first in firsts(pull):
        assert len(answers(pull, first)) == 1
        assert first.thread.resolved_by is not None


def test_a_forge_that_is_down_during_a_command_only_delays_it(github: Hosted) -> None:
    pull = github.pull("down", QUIET)
    comment = github.hub.comment(pull, COLLEAGUE, "/seed status")
    for method in ("GET", "POST"):
        github.hub.fail(method, ".*", page_instead(502), times=8)
    ended = github.ending(github.command(pull, CommentKind.NOTE, comment))
    assert ended == "done: /seed status: answered"
    said = [one.body for one in pull.issue_comments if one.user.login == BOT]
    assert len(said) == 1


def test_a_token_that_was_revoked_is_said_and_the_delivery_can_be_sent_again(github: Hosted) -> None:
    """Fails when `_revive` is taken out."""
    pull = github.pull("revoked", QUIET)
    github.hub.fail("POST", "/graphql", status(401, "Bad credentials"), times=99)
    job = github.visit(pull)
    ended = github.ending(job)
    assert ended.startswith("dead: ") and "does not accept the token" in ended, ended
    github.hub.faults.clear()
    assert github.visit(pull) == job
    assert github.ending(job).startswith("done: "), github.stack.outcome(job)


def test_kills_while_drafts_are_made_and_published_leave_one_review(gitlab: Hosted) -> None:
    """Half of them as soon as a draft stands. Fails when drafts that a dead worker left are not looked for."""
    dice, kills = random.Random(13), 0
    pull = gitlab.pull("drafts", module("one", "two", "three", "four", "five"))
    job = gitlab.visit(pull)
    while not gitlab.ended(job) and kills < KILLS:
        drafted: Callable[[], bool] = lambda: bool(pull.drafts) or bool(pull.notes)  # noqa: E731
        kills += gitlab.kill(job, dice, 0.2, drafted) if kills % 2 else gitlab.kill(job, dice, 1.2)
    assert gitlab.ending(job).startswith("done"), gitlab.stack.outcome(job)
    assert kills >= 2
    assert pull.drafts == [] and gitlab.hub.lost_drafts == []
    suggested = [note.body for note in pull.notes if note.user.login == BOT and "```suggestion" in note.body]
    assert len(suggested) == 5
    assert len({frozenset(markers.read_one(body)) for body in suggested}) == 5
    assert len([one for one in gitlab.hub.reviews if one[0] is pull]) == 1
