"""The patrol's rounds. The process itself is in tests/faults."""

from __future__ import annotations

import logging
import os
import signal
import time

import pytest

from reviewbot.domain.errors import ForgeDenied
from reviewbot.queue import patrol
from reviewbot.queue.patrol import Watch, go_round, main


@pytest.mark.parametrize(("asked", "said"), [(0, ""), (3, "asked for 3 looks")])
def test_a_round_says_what_it_asked_for(caplog: pytest.LogCaptureFixture, asked: int, said: str) -> None:
    times: list[float] = []

    def one(now: float) -> int:
        times.append(now)
        return asked

    with caplog.at_level(logging.INFO, "reviewbot.patrol"):
        go_round(one, 12.5)
    assert times == [12.5]
    assert [record.message for record in caplog.records] == ([said] if said else [])


def test_a_round_that_fails_is_logged_and_leaves_the_next_one_be(caplog: pytest.LogCaptureFixture) -> None:
    def fail(now: float) -> int:
        raise ForgeDenied("The token may not list pull requests.")

    go_round(fail, 1.0)
    assert "may not list" in caplog.text


def test_a_signal_ends_a_round_at_once_and_is_not_forgotten() -> None:
    """Fails when `stop` only raises: Python drops what is raised in a destructor, and an orderly end would hang."""
    watch = Watch(os.getppid())
    assert watch.going
    with pytest.raises(SystemExit) as ended:
        watch.stop(signal.SIGTERM, None)
    assert ended.value.code == 0
    assert not watch.going
    start = time.monotonic()
    watch.rest(60)
    assert time.monotonic() - start < 5


def test_the_patrol_rests_for_its_time_in_short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it sees its parent go. Fails when it sleeps in one go."""
    clock, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr("reviewbot.queue.patrol.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("reviewbot.queue.patrol.time.sleep", sleep)
    Watch(os.getppid()).rest(2.5)
    assert slept == [1.0, 1.0, 0.5]
    slept.clear()
    Watch(parent=-1).rest(2.5)
    assert slept == []


def test_without_its_parent_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patrol, "end_with", lambda parent: False)
    monkeypatch.setattr("reviewbot.queue.patrol.signal.signal", lambda number, handler: None)
    assert main(["--parent", "1", "--make", "tests.queue.test_patrol:opened"]) == 0


def opened(*_: object) -> None:
    raise AssertionError("opened")
