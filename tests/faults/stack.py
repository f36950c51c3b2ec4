"""The real parts that faults are injected into: a Valkey, a database, and workers as processes, all killable."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from reviewbot.domain.event import Event
from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.embedded_broker import broker_url, command, wait_until_up
from reviewbot.settings import Settings, load_settings
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind
from reviewbot.store.jobs import Jobs
from reviewbot.store.migrate import migrate
from tests.faults.ledger import Ledger
from tests.store.events import comment_event, event

ROOT = Path(__file__).resolve().parents[2]
FAST = {
    "lease_seconds": 1,
    "sweep_seconds": 0.2,
    "requeue_seconds": 1,
    "retry_seconds": 0.2,
    "retry_max_seconds": 0.5,
    "max_attempts": 40,
    "log_level": "WARNING",
}


class Stack:
    """Broker and workers over one state folder; the broker's URL is set, so that no worker starts one of its own."""

    def __init__(self, state: Path, **settings: object) -> None:
        embedded = load_settings({}, state_dir=state)
        self.settings: Settings = load_settings(
            {}, **{"state_dir": state, "broker_url": broker_url(embedded), **FAST, **settings}
        )
        self.database = Database(self.settings.database)
        migrate(self.database)
        self.jobs = Jobs(self.database, self.settings.max_attempts)
        self.broker = Broker(make_app(broker_url(embedded), 60))
        self.ledger = Ledger(state / "ledger.sqlite")
        self.argv = ["-m", "tests.faults.ledger"]
        self.workers: list[subprocess.Popen[bytes]] = []
        self._valkey: subprocess.Popen[bytes] | None = None

    def start_broker(self) -> None:
        state = self.settings.state_dir
        with (state / "valkey.log").open("ab") as log:
            self._valkey = subprocess.Popen(command(state), stdout=log, stderr=log, start_new_session=True)
        wait_until_up(state, self._valkey)

    def kill_broker(self, *, lose_data: bool = False) -> None:
        assert self._valkey is not None
        self._valkey.kill()
        self._valkey.wait()
        if lose_data:
            shutil.rmtree(self.settings.state_dir / "broker" / "appendonlydir")

    def start_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """In a session of its own, so that the whole group can be killed at once."""
        with (self.settings.state_dir / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, *self.argv],
                env={**os.environ, **self.settings.environment(), **environment},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def deliver(self, *numbers: int, send: bool = True, head: str = "a" * 40) -> list[int]:
        """Store a delivery for each pull request, as the server does, and tell the broker unless told otherwise."""
        return self.deliver_events([event(n, head=head) for n in numbers], send=send)

    def deliver_events(self, events: Sequence[Event], *, send: bool = True) -> list[int]:
        """The id of the first job of each event."""
        made = [jobs for jobs in Deliveries(self.database).store(events, time.time()) if jobs]
        for kind in JobKind if send else ():
            self.broker.send([job_id for jobs in made for job_id, of in jobs if of is kind], kind)
        return [jobs[0][0] for jobs in made]

    def command(self, *numbers: int, send: bool = True) -> list[int]:
        """As ``deliver``, of a comment with a command on each pull request."""
        return self.deliver_events([comment_event(n) for n in numbers], send=send)

    def wait_for(self, what: Callable[[], bool], seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, f"{self.jobs.counts()} {self.log()[-3000:]}"
            time.sleep(0.02)

    def wait_until_done(self, count: int, seconds: float = 120) -> None:
        """Reviews and commands, as many as ``count``."""
        self.wait_for(lambda: self.counts()["done"] == count, seconds)

    def counts(self) -> dict[str, int]:
        """Of reviews and commands."""
        return self.jobs.counts(JobKind.REVIEW, JobKind.COMMAND)

    def outcome(self, job_id: int) -> str:
        job = self.jobs.get(job_id)
        assert job is not None
        return f"{job.state}: {job.outcome}"

    def log(self) -> str:
        """Everything that the workers logged."""
        path = self.settings.state_dir / "worker.log"
        return path.read_text() if path.exists() else ""

    def close(self) -> None:
        for worker in self.workers:
            kill_group(worker)
        if self._valkey is not None:
            self._valkey.kill()
            self._valkey.wait()
        self.database.close()


def kill_group(worker: subprocess.Popen[bytes]) -> None:
    """kill -9 of a worker with all its processes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
