"""A stand-in for the review and the forge, for faults of the queue alone: it works in steps and posts into a ledger.

Like a forge, the ledger can be looked up and posted to, in two calls with time between them. Like ``publish``, the work
looks up before it posts. Two workers on one pull request at once would therefore post twice; they are also seen
directly. A command is a job that posts the id of its comment. The gate has a runner of its own, whose looks leave
nothing but a note of when they were, and a patrol that writes down its rounds, the first of which fails.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from reviewbot.domain.errors import ForgeRateLimited, ForgeUnavailable, ReviewbotError
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.retries import RetryPolicy
from reviewbot.queue.runner import Runner
from reviewbot.queue.task import within_time
from reviewbot.queue.worker import run_worker
from reviewbot.settings import Settings, load_settings
from reviewbot.store.command_log import Begun, CommandLog
from reviewbot.store.database import Database
from reviewbot.store.job import Job, JobKind
from reviewbot.store.jobs import Jobs
from reviewbot.visit.outcome import Outcome

STEPS = 6
STEP_SECONDS = 0.08
FAULTS = {101: "defect", 102: "unavailable", 103: "refused", 104: "limited", 105: "hang", 106: "freeze"}
"""What goes wrong in the first attempt at the review of these pull requests."""


class Ledger:
    """What was posted and who worked on what, in a SQLite file of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._do("CREATE TABLE IF NOT EXISTS posts (pull INTEGER, head TEXT, at REAL)")
        self._do("CREATE TABLE IF NOT EXISTS work (pull INTEGER, pid INTEGER, start REAL, seen REAL)")
        self._do("CREATE TABLE IF NOT EXISTS looks (pull INTEGER, start REAL, seen REAL, job INTEGER)")
        self._do("CREATE TABLE IF NOT EXISTS rounds (at REAL)")

    def _do(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as connection:
            return connection.execute(statement, values).fetchall()

    def posted(self, pull: int, head: str) -> bool:
        return bool(self._do("SELECT 1 FROM posts WHERE pull = ? AND head = ?", pull, head))

    def post(self, pull: int, head: str) -> None:
        self._do("INSERT INTO posts VALUES (?, ?, ?)", pull, head, time.time())

    def posts(self) -> list[tuple[int, str]]:
        return [(int(str(pull)), str(head)) for pull, head in self._do("SELECT pull, head FROM posts ORDER BY 1, 2")]

    def order(self, pull: int) -> list[str]:
        """What was posted on a pull request, oldest first."""
        return [str(head) for (head,) in self._do("SELECT head FROM posts WHERE pull = ? ORDER BY at", pull)]

    def working(self, pull: int, start: float) -> None:
        where = (pull, os.getpid(), start)
        if not self._do(
            "UPDATE work SET seen = ? WHERE pull = ? AND pid = ? AND start = ? RETURNING 1", time.time(), *where
        ):
            self._do("INSERT INTO work VALUES (?, ?, ?, ?)", *where, time.time())

    def starts(self) -> int:
        return int(str(self._do("SELECT count(*) FROM work")[0][0]))

    def begin_look(self, pull: int, job: int) -> None:
        now = time.time()
        self._do("INSERT INTO looks VALUES (?, ?, ?, ?)", pull, now, now, job)

    def looking(self, job: int) -> None:
        self._do(
            "UPDATE looks SET seen = ? WHERE rowid = (SELECT max(rowid) FROM looks WHERE job = ?)", time.time(), job
        )

    def looks(self, pull: int) -> list[int]:
        """The jobs that looked at a pull request, one for each start, oldest first."""
        return [int(str(job)) for (job,) in self._do("SELECT job FROM looks WHERE pull = ? ORDER BY rowid", pull)]

    def go_round(self) -> int:
        """Write down a round; how many there were before."""
        (before,) = self._do("SELECT count(*) FROM rounds")[0]
        self._do("INSERT INTO rounds VALUES (?)", time.time())
        return int(str(before))

    def rounds(self) -> list[float]:
        return [float(str(at)) for (at,) in self._do("SELECT at FROM rounds ORDER BY at")]

    def overlaps(self, table: str = "work") -> list[tuple[object, ...]]:
        """Spells of work on one pull request that overlap in time; or of ``looks``."""
        return self._do(
            f"SELECT a.pull, a.start, a.seen, b.start, b.seen FROM {table} a JOIN {table} b"
            " ON a.pull = b.pull AND a.rowid < b.rowid AND a.start < b.seen AND b.start < a.seen"
        )


def work_on(ledger: Ledger, log: CommandLog) -> Callable[[Job, Callable[[str], None]], Outcome]:
    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        if job.kind is JobKind.COMMAND:
            return _obey(ledger, log, job, still_wanted)
        start = time.time()
        for step in range(STEPS):
            still_wanted(f"step {step}")
            ledger.working(job.ref.number, start)
            time.sleep(STEP_SECONDS)
            _strike(job, step)
        still_wanted("publishing")
        if not ledger.posted(job.ref.number, job.head):
            time.sleep(STEP_SECONDS)
            ledger.post(job.ref.number, job.head)
            time.sleep(3 * STEP_SECONDS)  # the worst moment to be killed: posted, and not yet recorded
        ledger.working(job.ref.number, start)
        return Outcome("posted", stats={"files": 1})

    return work


def _obey(ledger: Ledger, log: CommandLog, job: Job, still_wanted: Callable[[str], None]) -> Outcome:
    """A command, as `commands` does one: written down first, looked up when begun again."""
    comment = CommentRef(CommentKind(str(job.payload["comment_kind"])), str(job.payload["comment_id"]))
    start = time.time()
    begun = log.begin(job.ref, comment, "/seed help", "ada", start)
    if begun is Begun.DONE:
        return Outcome("done before")
    ledger.working(-job.ref.number, start)  # apart from the spells of reviews, which may go on meanwhile
    if begun is Begun.NEW or not ledger.posted(job.ref.number, comment.id):
        for step in range(STEPS):
            still_wanted(f"step {step}")
            time.sleep(STEP_SECONDS)
        ledger.post(job.ref.number, comment.id)
        time.sleep(3 * STEP_SECONDS)
    ledger.working(-job.ref.number, start)
    log.finish(job.ref, comment, "/seed help", "helped", time.time())
    return Outcome("helped")


SLOWLY = range(200, 300)
"""Pull requests that the gate takes its time with."""


def look_at(ledger: Ledger) -> Callable[[Job, Callable[[str], None]], Outcome]:
    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        ledger.begin_look(job.ref.number, job.id)
        for step in range(STEPS if job.ref.number in SLOWLY else 0):
            still_wanted(f"step {step}")
            ledger.looking(job.id)
            time.sleep(STEP_SECONDS)
        ledger.looking(job.id)
        return Outcome("looked")

    return work


OUTAGE = 1.5
"""Seconds after a delivery for which the forge stays down."""


def _strike(job: Job, step: int) -> None:
    """Fail once, in the middle of the first attempt, where the pull request's number says so."""
    if step != 2 or job.attempts > 1:
        return
    fault = FAULTS.get(job.ref.number)
    if fault == "unavailable" and time.time() - job.created_at > OUTAGE:
        return  # an outage costs no attempts, so it ends by the clock
    failures: dict[str, Callable[[], Exception]] = {
        "defect": lambda: ZeroDivisionError("a defect"),
        "unavailable": lambda: ForgeUnavailable("GitHub answered 502."),
        "refused": lambda: ReviewbotError("The token may not do this: give it more rights."),
        "limited": lambda: ForgeRateLimited("GitHub asks to wait.", 0.2),
    }
    if fault == "hang":
        time.sleep(60)
    elif fault == "freeze":
        os.kill(os.getpid(), signal.SIGSTOP)  # silent for as long as the test wants
    elif fault is not None:
        raise failures[fault]()


def make(settings: Settings, broker_url: str, stack: ExitStack) -> Runner:
    database = Database(settings.database)
    stack.callback(database.close)
    policy = RetryPolicy(settings.max_attempts, settings.retry_seconds, settings.retry_max_seconds)
    ledger = Ledger(settings.state_dir / "ledger.sqlite")
    work = within_time(work_on(ledger, CommandLog(database)), settings.review_seconds)
    broker = Broker(make_app(broker_url, settings.review_seconds))
    return Runner(Jobs(database, settings.max_attempts), work, broker.send, policy, settings.lease_seconds)


def make_gate(settings: Settings, broker_url: str, stack: ExitStack) -> Runner:
    database = Database(settings.database)
    stack.callback(database.close)
    policy = RetryPolicy(settings.max_attempts, settings.retry_seconds, settings.retry_max_seconds)
    broker = Broker(make_app(broker_url, settings.review_seconds))
    work = look_at(Ledger(settings.state_dir / "ledger.sqlite"))
    return Runner(Jobs(database, settings.max_attempts), work, broker.send, policy, settings.lease_seconds)


def make_patrol(settings: Settings, broker_url: str, stack: ExitStack) -> Callable[[float], int]:
    ledger = Ledger(settings.state_dir / "ledger.sqlite")

    def patrol(now: float) -> int:
        if ledger.go_round() == 0:
            raise ForgeUnavailable("GitHub answered 503.")
        return 0

    return patrol


if __name__ == "__main__":
    sys.exit(run_worker(load_settings(), make, make_gate, make_patrol))
