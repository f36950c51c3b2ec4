"""The bot as the demo runs it: ``reviewbot up`` as a user starts it, watched from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 180.0  # seconds; a review takes some ten


class DemoError(Exception):
    """The demo did not go as it should; the message says where to look."""


@dataclass(frozen=True)
class Bot:
    """A running bot: where it listens, and what it printed."""

    port: int
    log: Path

    def address(self, forge: str) -> str:
        """Where a forge's webhook goes."""
        return f"http://127.0.0.1:{self.port}/webhooks/{forge}"

    def wait(self, done: Callable[[], bool], otherwise: str) -> None:
        """Wait, but not for ever.

        Raises:
            DemoError: ``otherwise``, with the end of the log.
        """
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise DemoError(f"{otherwise} within {PATIENCE:.0f} s\n{tail(self.log)}")
            time.sleep(0.1)


@contextlib.contextmanager
def running(settings: dict[str, str], place: Path) -> Iterator[Bot]:
    """``reviewbot up`` until the end of the block, then a clean stop by Ctrl-C's own signal."""
    bot = Bot(free_port(), place / "up.log")
    environment = {
        **os.environ,
        "REVIEWBOT_STATE_DIR": str(place / "state"),
        "REVIEWBOT_PORT": str(bot.port),
        **settings,
    }
    say("reviewbot up", f"server, workers, broker, database and model ({settings['REVIEWBOT_MODEL']}), for both forges")
    with bot.log.open("wb") as out:
        command = [sys.executable, "-m", "reviewbot", "up"]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        bot.wait(lambda: _ready(bot, process), "reviewbot did not become ready")
        yield bot
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
        say("Ctrl-C", f"everything stopped, exit code {code}")
        if code != 0:
            raise DemoError(f"reviewbot up ended with {code}\n{tail(bot.log)}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _ready(bot: Bot, process: subprocess.Popen[bytes]) -> bool:
    """Whether ``/readyz`` says so."""
    if process.poll() is not None:
        raise DemoError(f"reviewbot up ended with {process.returncode}\n{tail(bot.log)}")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{bot.port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def jobs_done(place: Path) -> int:
    """How many jobs the bot's database counts as done."""
    from reviewbot.settings import load_settings
    from reviewbot.store.database import Database
    from reviewbot.store.job import JobKind
    from reviewbot.store.jobs import Jobs

    database = Database(load_settings({}, state_dir=place / "state").database)
    try:
        return Jobs(database, 1).counts(JobKind.REVIEW, JobKind.COMMAND)["done"]
    finally:
        database.close()


def save_page(url: str, to: Path) -> Path:
    """Keep a page of a forge, with the first piece of evidence unfolded; where it lies."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(url, timeout=10) as answer:
        to.write_bytes(answer.read().replace(b"<details", b"<details open", 1))
    return to


def tail(log: Path) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def say(what: str, how: str = "") -> None:
    """One step of the story."""
    print(f"▸ {what}" + (f": {how}" if how else ""), flush=True)


def said(text: str) -> None:
    """A line beneath a step."""
    print(f"    {text}", flush=True)


def first_line(body: str) -> str:
    """What a comment begins with."""
    return body.strip().splitlines()[0]
