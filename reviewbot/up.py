"""What ``reviewbot up``, ``serve`` and ``worker`` run."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from reviewbot.children import Child, Command
from reviewbot.domain.errors import ReviewbotError
from reviewbot.model import starter
from reviewbot.model.embedded import check as check_gguf
from reviewbot.queue import embedded_broker
from reviewbot.queue.opening import make_gate_runner, make_patrol, make_runner, preflight
from reviewbot.queue.worker import run_worker
from reviewbot.server.main import run_server
from reviewbot.server.receivers import receivers
from reviewbot.settings import Settings, load_settings
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate

Tell = Callable[[str], None]


def serve(settings: Settings) -> int:
    """The server alone, for production: it receives deliveries. Returns what to exit with; see ``run_server``."""
    return run_server(settings)


def worker(settings: Settings) -> int:
    """A worker alone, for production: it reviews. Returns what to exit with; see ``run_worker`` and ``preflight``."""
    preflight(settings)
    return run_worker(settings, make_runner, make_gate_runner, make_patrol)


def up(settings: Settings, tell: Tell = lambda line: print(line, flush=True)) -> int:
    """Everything in one terminal: broker, database, model, worker and server, until Ctrl-C.

    Args:
        settings: the operator's. tell: gets a line as each part is ready.

    Returns:
        0 after Ctrl-C or SIGTERM; 3 where a part died again and again.

    Raises:
        ConfigError, SandboxUnavailable, ModelUnavailable, StoreError: before anything was started.
    """
    receivers(settings)
    preflight(settings)
    parts = _Up(tell)
    with parts.signals():
        try:
            parts.start_all(settings)
            parts.watch()
        except ReviewbotError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        finally:
            parts.stop_all()
    return 0


class _Signals:
    """Ctrl-C, SIGTERM and the death of a child all wake the main thread."""

    def __init__(self) -> None:
        self.wake = threading.Event()
        self.asked = 0

    def __enter__(self) -> _Signals:
        self._before = {n: signal.signal(n, self._stop) for n in (signal.SIGINT, signal.SIGTERM)}
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: self.wake.set())
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        self.wake.set()


class _Up:
    """The parts that run, in the order they were started; they are stopped in the opposite one."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._children: list[Child] = []
        self._signals = _Signals()

    def signals(self) -> _Signals:
        return self._signals

    def start_all(self, settings: Settings) -> None:
        """Start each part once those that it needs are ready."""
        changed: dict[str, object] = {"port": settings.port or free_port(settings.host)}
        if settings.broker_url is None:
            self._start(embedded_broker.child(settings.state_dir))
            changed["broker_url"] = embedded_broker.broker_url(settings)
        _migrate(settings)
        self._tell("database  ready")
        gguf = _embedded_model(settings)
        if gguf is not None:
            port = free_port("127.0.0.1")
            self._start(_model(gguf, port))
            changed["model"] = f"http://127.0.0.1:{port}/v1"
        environment = load_settings(settings.environment(), **changed).environment()
        self._start(_ours("worker", "worker ready", environment))
        self._start(_ours("server", "listening on", environment))
        if not self._signals.asked:
            self._tell("Press Ctrl-C to stop.")

    def watch(self) -> None:
        """Until Ctrl-C, restarting what dies."""
        while not self._signals.asked:
            self._signals.wake.wait()
            self._signals.wake.clear()
            for child in self._children:
                if not child.alive and not self._signals.asked:
                    self._restart(child)

    def stop_all(self) -> None:
        """Stop every part; a second Ctrl-C kills what is left."""
        asked = self._signals.asked
        for child in reversed(self._children):
            child.stop(lambda: self._signals.asked > max(asked, 1))
            self._tell(f"{child.command.name:<9} stopped")

    def _start(self, command: Command) -> None:
        if self._signals.asked:
            return
        child = Child(command)
        self._children.append(child)
        line = child.start(lambda: self._signals.asked > 0)
        self._tell(f"{command.name:<9} {line.removeprefix(command.name).strip() or 'ready'}")

    def _restart(self, child: Child) -> None:
        wait = child.died(time.monotonic())
        self._tell(f"{child.command.name:<9} died, starting it again in {wait:.1f} s")
        end = time.monotonic() + wait
        while not self._signals.asked and (left := end - time.monotonic()) > 0:
            self._signals.wake.wait(left)
            self._signals.wake.clear()
        if not self._signals.asked:
            child.start(lambda: self._signals.asked > 0)
            self._tell(f"{child.command.name:<9} ready again")
            self._signals.wake.set()  # another may have died meanwhile


def _ours(name: str, ready: str, environment: dict[str, str]) -> Command:
    command = {"worker": "worker", "server": "serve"}[name]
    return Command(name, [sys.executable, "-m", "reviewbot", command], environment, ready=ready)


def _model(gguf: Path, port: int) -> Command:
    argv = [sys.executable, "-m", "reviewbot.model.embedded", "--gguf", str(gguf), "--port", str(port)]
    return Command("model", argv, ready="http://", start_seconds=300)


def _embedded_model(settings: Settings) -> Path | None:
    """The file that the embedded engine has to serve; None where the model is elsewhere, or there is none."""
    if settings.model == "starter":
        return starter.fetch(starter.default_cache())
    path = Path(settings.model).expanduser()
    if path.suffix.lower() != ".gguf":
        return None
    check_gguf(path)
    return path


def _migrate(settings: Settings) -> None:
    database = Database(settings.database)
    try:
        migrate(database)
    finally:
        database.close()


def free_port(host: str) -> int:
    """A port that nothing listens on; chosen once, so that a restarted part is found where it was."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
