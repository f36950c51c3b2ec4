"""``make demo``: a pull request comes in as a signed webhook, and one review of proven fixes goes out.

Everything is real but GitHub itself, whose place a stateful one on this machine takes: git over HTTP, the webhook's
signature, server, queue, database, the model, the sandbox, bandit, semgrep. The page of the pull request is kept in
``demo-out/``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.fakes.github import FakeGitHub
from tests.fakes.github.__main__ import files_of
from tests.fakes.github.model import Pull

HERE = Path(__file__).parent
SECRET = "the-secret-of-the-demo"
REPOSITORY = "team/shop"
PATIENCE = 180.0  # seconds; a review takes some ten


class DemoError(Exception):
    """The demo did not go as it should; the message says where to look."""


def main() -> int:
    """Run the demo. Returns what to exit with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="where the page is kept")
    parser.add_argument("--model", default="starter", help="none, starter, a folder, a .gguf file or a server's URL")
    parser.add_argument("--stay", action="store_true", help="keep the pull request's page up until Ctrl-C")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="reviewbot-demo-") as place, FakeGitHub() as hub:
            show(hub, Path(place), options)
            say(f"Done in {time.monotonic() - began:.0f} s.")
            if options.stay:
                say(f"The page stays at {hub.url(pull_of(hub))} until Ctrl-C.")
                signal.sigwait({signal.SIGINT})
    except DemoError as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        return 1
    return 0


def show(hub: FakeGitHub, place: Path, options: argparse.Namespace) -> None:
    """The whole story."""
    say("A GitHub of its own", f"{hub.web}, over a real git repository, {REPOSITORY}")
    hub.repository(REPOSITORY, files_of(HERE / "base"))
    port = free_port()
    with bot(settings(hub, place, port, options.model), place / "up.log", port):
        hub.hook(REPOSITORY, f"http://127.0.0.1:{port}/webhooks/github", SECRET)
        hub.push(REPOSITORY, "rates", files_of(HERE / "head"), message="Read exchange rates")
        pull = hub.pull(REPOSITORY, "rates", title="Read exchange rates", body="Rates from a file or from the bank.")
        delivery = hub.delivered()[-1]
        say("Webhook", f"pull_request opened, signed; the bot answered {delivery.status}")
        wait_until(lambda: bool(pull.reviews), "no review came", place / "up.log")
        tell_review(hub, pull)
        hub.ready(pull)  # the same head once more
        say("Webhook again", f"the same head, delivered anew; the bot answered {hub.delivered()[-1].status}")
        wait_until(lambda: jobs_done(place) >= 2, "the second delivery was not worked off", place / "up.log")
        say("Nothing twice", f"{len(pull.reviews)} review, {len(pull.comments)} comments, as before")
        if len(pull.reviews) != 1:
            raise DemoError("the second delivery was reviewed again")
    options.out.mkdir(parents=True, exist_ok=True)
    page = options.out / "review.html"
    with urllib.request.urlopen(hub.url(pull), timeout=10) as answer:
        page.write_bytes(answer.read().replace(b"<details", b"<details open", 1))  # one shows its evidence
    say("Look at it", page.resolve().as_uri())


def tell_review(hub: FakeGitHub, pull: Pull) -> None:
    """Print what was posted."""
    calls = [seen for seen in hub.seen if seen.method == "POST"]
    say("One review", f"{len(pull.comments)} comments in {len(calls)} call to GitHub")
    for comment in pull.comments:
        first = comment.body.splitlines()[0]
        lines = f"{comment.start_line}-{comment.line}" if comment.start_line else str(comment.line)
        print(f"    {comment.path}:{lines}  {first}")


def settings(hub: FakeGitHub, place: Path, port: int, model: str) -> dict[str, str]:
    """The environment of ``reviewbot up``."""
    return {
        **os.environ,
        "REVIEWBOT_STATE_DIR": str(place / "state"),
        "REVIEWBOT_GITHUB_URL": hub.api,
        "REVIEWBOT_GITHUB_TOKEN": hub.token("reviewbot[bot]"),
        "REVIEWBOT_GITHUB_WEBHOOK_SECRET": SECRET,
        "REVIEWBOT_MODEL": model,
        "REVIEWBOT_PORT": str(port),
    }


@contextlib.contextmanager
def bot(environment: dict[str, str], log: Path, port: int) -> Iterator[None]:
    """``reviewbot up`` until the end of the block, then a clean stop by Ctrl-C's own signal."""
    say("reviewbot up", f"server, worker, broker, database and model ({environment['REVIEWBOT_MODEL']})")
    with log.open("wb") as out:
        command = [sys.executable, "-m", "reviewbot", "up"]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        wait_until(lambda: ready(port, process), "reviewbot did not become ready", log)
        yield
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
        say("Ctrl-C", f"everything stopped, exit code {code}")
        if code != 0:
            raise DemoError(f"reviewbot up ended with {code}\n{tail(log)}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether ``/readyz`` says so."""
    if process.poll() is not None:
        raise DemoError(f"reviewbot up ended with {process.returncode}")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def jobs_done(place: Path) -> int:
    """How many jobs the bot's database counts as done."""
    from reviewbot.settings import load_settings
    from reviewbot.store.database import Database
    from reviewbot.store.jobs import Jobs

    database = Database(load_settings({}, state_dir=place / "state").database)
    try:
        return Jobs(database, 1).counts()["done"]
    finally:
        database.close()


def wait_until(done: Callable[[], bool], otherwise: str, log: Path) -> None:
    """Wait, but not for ever.

    Raises:
        DemoError: ``otherwise``, with the end of the log.
    """
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise DemoError(f"{otherwise} within {PATIENCE:.0f} s\n{tail(log)}")
        time.sleep(0.1)


def tail(log: Path) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def pull_of(hub: FakeGitHub) -> Pull:
    """The demo's pull request."""
    return hub.repositories[REPOSITORY].pulls[1]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def say(what: str, how: str = "") -> None:
    """One step of the story."""
    print(f"▸ {what}" + (f": {how}" if how else ""), flush=True)


if __name__ == "__main__":
    sys.exit(main())
