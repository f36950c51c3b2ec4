"""Child processes: ready, dead, restarted, stopped, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reviewbot.children import Child, Command, CrashLoop

PYTHON = sys.executable


def script(text: str, **facts: object) -> Command:
    return Command("part", [PYTHON, "-c", text], ready="ready", **facts)  # type: ignore[arg-type]


READY = "import time; print('hello\\nready at 7', flush=True); time.sleep(60)"


def test_it_is_ready_when_it_says_so() -> None:
    child = Child(script(READY))
    assert child.start() == "ready at 7"
    assert child.alive
    child.stop()
    assert not child.alive


def test_one_that_ends_before_it_is_ready_is_an_error_in_one_sentence() -> None:
    child = Child(script("raise SystemExit(3)"))
    with pytest.raises(CrashLoop) as caught:
        child.start()
    assert str(caught.value) == "The part did not start: its last words are above."
    child.stop()


def test_one_that_never_gets_ready_is_given_up() -> None:
    child = Child(script("import time; time.sleep(60)", start_seconds=0.3))
    with pytest.raises(CrashLoop):
        child.start()
    child.stop()
    assert not child.alive


def test_waits_between_restarts_double_until_it_is_no_use() -> None:
    child = Child(script(READY))
    assert [child.died(now) for now in (0, 1, 2, 3)] == [0.5, 1, 2, 4]
    with pytest.raises(CrashLoop, match="died 5 times within a minute"):
        child.died(4)
    assert child.died(1000) == 0.5


def test_a_stubborn_one_is_killed_with_what_it_started(tmp_path: Path) -> None:
    """Fails when `_sweep` is taken out."""
    text = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print('ready', p.pid, flush=True); time.sleep(60)"
    )
    child = Child(script(text, stop_seconds=0.3))
    grandchild = int(child.start().split()[1])
    child.stop()
    assert not child.alive
    wait_until_gone(grandchild)


def test_a_second_ctrl_c_does_not_wait() -> None:
    text = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    child = Child(script(text, stop_seconds=60))
    child.start()
    start = time.monotonic()
    child.stop(hurry=lambda: True)
    assert time.monotonic() - start < 10


def test_children_end_when_we_are_killed(tmp_path: Path) -> None:
    """kill -9 gives no chance to clean up. Fails when `_LAUNCH` does not ask the kernel."""
    text = (
        "from reviewbot.children import Child, Command\nimport sys, time\n"
        f"child = Child(Command('part', [sys.executable, '-c', {READY!r}], ready='ready'))\nchild.start()\n"
        "print(child._process.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([PYTHON, "-c", text], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.send_signal(signal.SIGKILL)
    wait_until_gone(pid)


def wait_until_gone(pid: int) -> None:
    end = time.monotonic() + 10
    while running(pid):
        assert time.monotonic() < end, f"{pid} is still there"
        time.sleep(0.02)


def running(pid: int) -> bool:
    """A zombie that nobody has collected yet is gone all the same."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
