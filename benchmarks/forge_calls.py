"""What a pull request costs the forge: API calls and bytes, with the real clients against the strict fakes.

usage: python -m benchmarks.forge_calls [--calls]

A pull request of 20 files gets 5 comments; the next push settles two of the threads; the one after says nothing new.
The visit is the real one, with the behaviour suite's quick review; each pull request is the first that its process
meets. So the calls also hold those whose answer is kept: our own name for as long as the process lives, an App's token
for an hour, and that an owner has no settings for five minutes. What git fetches is no API call. Prints a Markdown
table; ``--calls`` lists each call below it. Fails where the goal is missed: 6 calls for the first review on GitHub,
kept answers apart.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from reviewbot.forge.github import GitHub
from reviewbot.forge.github_app import AppCredentials
from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS
from tests.behaviour.bot import Bot
from tests.behaviour.code import PORT, RATE, module
from tests.behaviour.hub_stage import GitHubStage, GitLabStage, HubStage
from tests.behaviour.stage import TOPIC

GOAL = 6
"""Calls for the first review on GitHub, by a token or as an App, without those whose answer is kept."""

FILES, FAILING, CAP = 20, 5, 5
_NUMBERED = re.compile(r"(?<=/)(\d+|[0-9a-f]{40})(?=/|$)")
_KEPT = re.compile(r" (/user|/app|\S+/installation|\S+/access_tokens) ")
_GUARDED = PORT.replace(
    "    number = int(text)\n", "    try:\n        number = int(text)\n    except ValueError:\n        return None\n"
)


@dataclass
class Traffic:
    """What went to the API: each call by its name, and the bytes of bodies, unpacked."""

    calls: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    received: int = 0

    def add(self, request: requests.PreparedRequest, answer: requests.Response) -> None:
        """One more call."""
        path = _NUMBERED.sub("N", urlsplit(request.url or "").path.removeprefix("/api/v3").removeprefix("/api/v4"))
        given = request.body or b""
        body = given.encode() if isinstance(given, str) else bytes(given)  # type: ignore[arg-type]  # clients stream nothing
        self.calls[f"{request.method} {path}{_asked(body)} → {answer.status_code}"] += 1
        self.sent += len(body)
        self.received += len(answer.content)

    @property
    def kept(self) -> int:
        """How many of the calls the next pull request does not make again."""
        return sum(count for call, count in self.calls.items() if _KEPT.search(call))


def _asked(body: bytes) -> str:
    """The name of a GraphQL operation."""
    found = re.search(rb'"query": ?"(?:\\n)?(?:query|mutation) (\w+)', body)
    return f" ({found[1].decode()})" if found else ""


@contextmanager
def watched() -> Iterator[Traffic]:
    """Count what every client sends inside the block."""
    traffic, send = Traffic(), HTTPAdapter.send

    def counted(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        answer = send(self, request, *args, **kwargs)
        traffic.add(request, answer)
        return answer

    with patch.object(HTTPAdapter, "send", counted):
        yield traffic


class AppStage(GitHubStage):
    """The bot as an App that is installed on everything of its owner's."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        needed = {need.name: need.access for need in PERMISSIONS}
        app = self.hub.app("reviewbot", permissions=needed, events=tuple(need.name for need in EVENTS))
        self.hub.install(app, "team")
        self.forge.close()  # type: ignore[attr-defined]
        self.forge = GitHub(AppCredentials(self.hub.api, app.id, app.pem, timeout=10, now=self.hub.now))


STAGES: dict[str, Callable[[Path], HubStage]] = {
    "GitHub, token": GitHubStage,
    "GitHub, App": AppStage,
    "GitLab": GitLabStage,
}


def _opened(stage: HubStage, failing: int) -> None:
    """A pull request of 20 files, ``failing`` of which have something to be said of."""
    stage.commit({"README.md": "# shop\n"}, "first")
    stage.publish("main")
    stage.work.git("checkout", "-q", "-b", TOPIC)
    texts = [module(PORT) if at < failing else f'"""Part {at}."""\n\nSIZE = {at}\n' for at in range(FILES)]
    stage.push({f"part_{at:02}.py": text for at, text in enumerate(texts)})
    stage.open()


def story(make: Callable[[Path], HubStage], place: Path) -> dict[str, Traffic]:
    """The traffic of each step."""
    steps = {}
    stage = make(place / "stage")
    bot = Bot(stage, place / "bot")
    try:
        _opened(stage, FAILING)
        steps["first review, 5 comments"] = _look(bot, posted=FAILING)
        stage.push({f"part_{at:02}.py": module(_GUARDED) for at in range(2)})
        steps["a push that settles two threads"] = _look(bot)
        settled = [one.resolved for one in stage.standing()]
        if settled.count(True) != 2 or len(settled) != FAILING:
            raise SystemExit(f"the second push settled {settled}")
        stage.push({"README.md": "# shop\n\nMore.\n"})
        steps["a push with nothing to say"] = _look(bot)
    finally:
        bot.close()
        stage.close_down()
    return steps


def capped(make: Callable[[Path], HubStage], place: Path) -> Traffic:
    """The traffic of a first review that posts as many comments as it may, and sums up what it held back."""
    stage = make(place / "stage")
    bot = Bot(stage, place / "bot")
    try:
        _opened(stage, FILES)
        stage.push({"part_00.py": module(PORT, RATE)})
        return _look(bot, posted=CAP)
    finally:
        bot.close()
        stage.close_down()


def _look(bot: Bot, posted: int = 0) -> Traffic:
    before = len(bot.records())
    with watched() as traffic:
        bot.look()
    if len(bot.records()) - before != posted:
        raise SystemExit(f"{len(bot.records()) - before} comments were posted, not {posted}")
    return traffic


def main() -> int:
    """Run every story and print the table; 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", action="store_true", help="list each call")
    options = parser.parse_args()
    rows: list[tuple[str, str, Traffic]] = []
    for name, make in STAGES.items():
        with tempfile.TemporaryDirectory() as place:
            rows += [(name, step, traffic) for step, traffic in story(make, Path(place) / "story").items()]
            rows.append((name, "first review, 5 comments and a summary", capped(make, Path(place) / "capped")))
    print("| forge | what | calls | of them kept | kB sent | kB received |\n|---|---|---|---|---|---|")
    for name, step, traffic in rows:
        kilobytes = (f"{size / 1000:.1f}" for size in (traffic.sent, traffic.received))
        print(f"| {name} | {step} | {traffic.calls.total()} | {traffic.kept} | {' | '.join(kilobytes)} |")
    if options.calls:
        for name, step, traffic in rows:
            print(f"\n{name}, {step}:", *(f"  {count} × {call}" for call, count in traffic.calls.items()), sep="\n")
    first = [traffic for name, step, traffic in rows if "GitHub" in name and "first" in step]
    worst = max(traffic.calls.total() - traffic.kept for traffic in first)
    print(f"\nmost calls for a first review on GitHub: {worst} (goal: {GOAL})")
    return int(worst > GOAL)


if __name__ == "__main__":
    sys.exit(main())
