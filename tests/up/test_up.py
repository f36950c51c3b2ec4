"""`reviewbot up`: a signed delivery goes all the way to GitHub; parts that die come back; Ctrl-C leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.github import FakeGitHub
from tests.up.test_children import running, wait_until_gone

SECRET = "it's a secret"
RISKY = "import json\n\n\ndef main():\n    data = json.load(open('config.json'))\n    print(data)\n"


class Up:
    """`reviewbot up` as a process, and what it printed."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        settings = {
            "REVIEWBOT_STATE_DIR": str(folder / "state"),
            "REVIEWBOT_GITHUB_WEBHOOK_SECRET": SECRET,
            "REVIEWBOT_GITHUB_TOKEN": "none",
            "REVIEWBOT_MODEL": "none",
            "REVIEWBOT_PORT": "0",
            "REVIEWBOT_SWEEP_SECONDS": "0.5",
            "REVIEWBOT_LEASE_SECONDS": "2",
        }
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "reviewbot", "up"],
                env={**os.environ, **settings, **environment},
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def printed(self) -> str:
        return (self.folder / "out").read_text() + (self.folder / "err").read_text()

    def wait_for(self, what: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, self.printed()
            assert self.process.poll() is None, self.printed()
            time.sleep(0.05)

    @property
    def url(self) -> str:
        (line,) = [line for line in self.printed().splitlines() if "listening on " in line]
        return line.split("listening on ")[1]

    def family(self) -> dict[int, str]:
        """Every process of it but itself, by its state folder or its place below it."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                words = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
            except OSError:
                continue
            pid = int(place.name)
            if os.fsencode(self.folder / "state") in words and pid != self.process.pid and running(pid):
                found[pid] = words.split(b"\0REVIEWBOT")[0].replace(b"\0", b" ").decode()
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def make(**environment: str) -> Up:
        started.append(Up(tmp_path, **environment))
        return started[-1]

    yield make
    for up in started:
        up.process.kill()
        up.process.wait()


def test_from_a_signed_delivery_to_a_posted_review_and_a_clean_end(start: Callable[..., Up]) -> None:
    with FakeGitHub() as hub:
        hub.repository("team/shop", {"README.md": "# shop\n"})
        up = start(REVIEWBOT_GITHUB_URL=hub.api, REVIEWBOT_GITHUB_TOKEN=hub.token("reviewbot"))
        up.wait_for(lambda: "Press Ctrl-C" in up.printed())
        assert httpx.get(f"{up.url}/readyz").json()["status"] == "ready"

        (worker,) = [pid for pid, words in up.family().items() if "reviewbot worker" in words and leads(pid)]
        os.kill(worker, signal.SIGKILL)
        hub.hook("team/shop", f"{up.url}/webhooks/github", SECRET)
        hub.push("team/shop", "topic", {"app.py": RISKY})
        pull = hub.pull("team/shop", "topic")
        assert [d.status for d in hub.delivered() if d.event == "pull_request"] == [202]
        up.wait_for(lambda: "worker    ready again" in up.printed())
        up.wait_for(lambda: pull.reviews)

        family = up.family()
        assert family
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(40) == 0
        for pid in family:
            wait_until_gone(pid)
        assert up.family() == {}
        assert up.printed().count("stopped") == 3
        assert "Traceback" not in up.printed()
        assert len(pull.reviews) == 1


def leads(pid: int) -> bool:
    """Whether it is the first process of its session: the worker's main one, not one of its pool."""
    return os.getsid(pid) == pid


def test_nothing_is_left_when_it_is_killed(start: Callable[..., Up]) -> None:
    up = start(REVIEWBOT_PROOF="static")
    up.wait_for(lambda: "Press Ctrl-C" in up.printed())
    family = up.family()
    assert len(family) >= 4
    up.process.kill()
    up.process.wait()
    for pid in family:
        wait_until_gone(pid)


@pytest.mark.parametrize(
    "variable", ["REVIEWBOT_GITHUB_WEBHOOK_SECRET", "REVIEWBOT_GITHUB_TOKEN"], ids=["no secret", "no token"]
)
def test_without_a_secret_or_a_token_it_refuses_to_start(start: Callable[..., Up], variable: str) -> None:
    up = start(**{variable: ""})
    assert up.process.wait(60) == 2
    assert variable in up.printed()
    assert "Traceback" not in up.printed()
    assert up.family() == {}


def test_a_port_that_is_taken_is_said_in_one_sentence(start: Callable[..., Up]) -> None:
    with FakeGitHub() as other:
        up = start(REVIEWBOT_PORT=other.web.rsplit(":", 1)[1], REVIEWBOT_PROOF="static")
        assert up.process.wait(60) != 0
    assert "Cannot listen on" in up.printed()
    assert "Traceback" not in up.printed()
    assert up.family() == {}
