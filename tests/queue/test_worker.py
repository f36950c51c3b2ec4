"""Which queue each worker reads, and the processes that are kept beside it. The whole is in tests/faults."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reviewbot.queue import beside
from reviewbot.queue.beside import Kept
from reviewbot.queue.opening import make_runner, preflight
from reviewbot.queue.parent import function, reference
from reviewbot.queue.worker import modules_beside

_QUEUES = """
import sys
from reviewbot.queue.opening import make_runner
from reviewbot.queue.worker import celery_worker
from reviewbot.settings import load_settings
from reviewbot.store.job import JobKind
settings = load_settings({}, state_dir=sys.argv[1])
for url in ("redis://127.0.0.1:1", "amqp://guest@127.0.0.1:1"):
    for kind in JobKind:
        worker = celery_worker(settings, url, make_runner, kind, 1)
        print(kind.value, *worker.app.amqp.queues.consume_from)
"""


def test_each_worker_reads_the_queue_of_its_kind_alone_whatever_the_broker(tmp_path: Path) -> None:
    """In a process of its own: a worker changes Celery for good."""
    said = subprocess.run([sys.executable, "-c", _QUEUES, tmp_path], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [
        *("review reviewbot-reviews", "command reviewbot-commands", "gate reviewbot-gates") * 2,
    ]


def test_what_runs_beside_the_worker_finds_what_it_opens() -> None:
    assert function(reference(make_runner)) is make_runner


def make_other() -> None:
    """Stands for what another makes."""


@pytest.mark.parametrize("patrols", [False, True])
def test_what_runs_beside_the_worker(patrols: bool) -> None:
    """The gate's processes open what is theirs; the patrol is there only where somebody makes one."""
    found = modules_beside(make_runner, make_other, preflight if patrols else None)  # type: ignore[arg-type]
    patrol = ["reviewbot.queue.patrol", "--make", "reviewbot.queue.opening:preflight"]
    assert found == [
        ["reviewbot.queue.sweeper"],
        ["reviewbot.queue.beside_worker", "--kind", "command", "--make", "reviewbot.queue.opening:make_runner"],
        ["reviewbot.queue.beside_worker", "--kind", "gate", "--make", "tests.queue.test_worker:make_other"],
        *([patrol] if patrols else []),
    ]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that the test turns."""
    clock = [100.0]
    monkeypatch.setattr(beside.time, "monotonic", lambda: clock[0])
    return clock


def pid(kept: Kept) -> int:
    assert kept._process is not None
    return kept._process.pid


def test_what_has_ended_is_started_again_but_not_all_the_time(slept: list[float]) -> None:
    """Fails when `_REST_SECONDS` is ignored: what cannot start would keep a core busy."""
    kept = Kept([sys.executable, "-c", "pass"], {})
    kept.keep()
    first = pid(kept)
    assert kept._process is not None and kept._process.wait(20) == 0
    kept.keep()
    assert pid(kept) == first
    slept[0] += 5
    kept.keep()
    assert pid(kept) != first
    kept.wait()


def test_what_runs_is_left_alone_and_gets_its_environment(slept: list[float], tmp_path: Path) -> None:
    code = "import os, pathlib, time; pathlib.Path(os.environ['PLACE']).write_text('here'); time.sleep(60)"
    kept = Kept([sys.executable, "-c", code], {"PLACE": str(tmp_path / "said")})
    kept.keep()
    first = pid(kept)
    slept[0] += 1000
    kept.keep()
    assert pid(kept) == first
    kept.tell(signal.SIGKILL)
    kept.wait()


def test_what_does_not_end_is_killed(tmp_path: Path) -> None:
    """Fails when `wait` gives up without a kill."""
    ready = tmp_path / "ready"
    deaf = "import signal, sys, time, pathlib; signal.signal(signal.SIGQUIT, signal.SIG_IGN)"
    code = f"{deaf}; pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    kept = Kept([sys.executable, "-c", code, str(ready)], {})
    kept.tell(signal.SIGQUIT)  # before it was started: nothing
    kept.wait()
    kept.keep()
    end = time.time() + 20
    while not ready.exists() and time.time() < end:
        time.sleep(0.01)
    kept.tell(signal.SIGQUIT)
    kept.wait(0.2)
    assert kept._process is not None and kept._process.returncode == -signal.SIGKILL
