"""What ``reviewbot up``, ``serve`` and ``worker`` run."""

from __future__ import annotations

from reviewbot.settings import Settings


def serve(settings: Settings) -> int:
    """The server alone, for production: it receives deliveries. Returns what to exit with; see ``run_server``."""
    from reviewbot.server.main import run_server

    return run_server(settings)


def worker(settings: Settings) -> int:
    """A worker alone, for production: it reviews. Returns what to exit with; see ``run_worker``."""
    from reviewbot.queue.opening import make_runner
    from reviewbot.queue.worker import run_worker

    return run_worker(settings, make_runner)
