"""The embedded broker: one a state folder, found by whoever comes later, gone when its owner goes."""

from __future__ import annotations

import stat
from pathlib import Path

from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.embedded_broker import answers, running, socket_path
from reviewbot.settings import load_settings


def test_it_runs_for_the_length_of_the_block_and_keeps_the_queue(tmp_path: Path) -> None:
    settings = load_settings({}, state_dir=tmp_path / "state")
    for waiting in (1, 2):
        with running(settings) as url:
            broker = Broker(make_app(url, 900))
            broker.send([waiting])
            assert broker.waiting() == waiting, "the queue did not outlive the restart"
        assert not answers(settings.state_dir)


def test_whoever_comes_later_shares_it_and_leaves_it_running(tmp_path: Path) -> None:
    """Fails when `running` asks neither `answers` nor the lock: two servers would write to one folder."""
    settings = load_settings({}, state_dir=tmp_path / "state")
    with running(settings) as url:
        with running(settings) as other:
            assert other == url
        assert answers(settings.state_dir)


def test_nobody_else_may_use_it(tmp_path: Path) -> None:
    settings = load_settings({}, state_dir=tmp_path / "state")
    with running(settings):
        assert stat.S_IMODE(socket_path(settings.state_dir).stat().st_mode) & 0o077 == 0
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) & 0o077 == 0


def test_a_deep_state_folder_gets_a_socket_elsewhere() -> None:
    deep = Path("/var") / ("x" * 120)
    assert len(str(socket_path(deep))) < 100
    assert socket_path(deep) != socket_path(deep / "y")


def test_a_broker_by_url_starts_nothing(tmp_path: Path) -> None:
    settings = load_settings({}, state_dir=tmp_path / "state", broker_url="redis://127.0.0.1:1/0")
    with running(settings) as url:
        assert url == "redis://127.0.0.1:1/0"
        assert not (tmp_path / "state").exists()
