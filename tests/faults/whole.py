"""The whole path: the fake GitHub, and workers that do real reviews of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reviewbot.domain.event import PullRequestEvent, PullRequestRef
from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import Pull
from tests.faults.stack import Stack

REPOSITORY = "team/shop"
RISKY = "import json\n\n\ndef main():\n    data = json.load(open('config.json'))\n    print(data)\n"
QUIET = "def add(a, b):\n    return a + b\n"


class Whole:
    """A stack whose workers are the product's own, over a GitHub with one repository."""

    def __init__(self, stack: Stack, hub: FakeGitHub) -> None:
        self.stack, self.hub = stack, hub
        stack.argv = ["-m", "reviewbot", "worker"]
        hub.repository(REPOSITORY, {"README.md": "# shop\n"})

    def pull(self, name: str, text: str = RISKY) -> Pull:
        """Open a pull request that adds one file."""
        self.hub.push(REPOSITORY, name, {f"{name}.py": text})
        return self.hub.pull(REPOSITORY, name)

    def deliver(self, *pulls: Pull) -> list[int]:
        """As the server stores it."""
        events = [self._event(pull) for pull in pulls]
        return self.stack.deliver_events(events)

    def ending(self, job_id: int) -> str:
        """How a job ended: its state and its sentence."""
        self.stack.wait_for(lambda: self.all_ended([job_id]), seconds=90)
        return self.stack.outcome(job_id)

    def all_ended(self, job_ids: Sequence[int]) -> bool:
        return all(self.stack.outcome(i).startswith(("done", "dead", "superseded")) for i in job_ids)

    def _event(self, pull: Pull) -> PullRequestEvent:
        ref = PullRequestRef("github", REPOSITORY, pull.number)
        return PullRequestEvent(f"{pull.number}-{pull.head_sha}", ref, "opened", pull.head_sha)


def settings_for(hub: FakeGitHub) -> dict[str, object]:
    return {
        "github_url": hub.api,
        "github_token": hub.token("reviewbot"),
        "model": "none",
    }


def make_whole(state: Path, hub: FakeGitHub, **settings: object) -> Whole:
    stack = Stack(state, **settings_for(hub), **settings)
    stack.start_broker()
    return Whole(stack, hub)


def posted(pull: Pull) -> int:
    """How many reviews stand on a pull request."""
    return len(pull.reviews)
