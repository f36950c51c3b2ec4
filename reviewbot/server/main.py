"""The server's process: opens what the application needs and serves it until told to stop."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from reviewbot.domain.errors import ConfigError
from reviewbot.logs import set_up
from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.embedded_broker import running
from reviewbot.server.app import Web, make_web
from reviewbot.server.inbox import Inbox
from reviewbot.server.receivers import receivers
from reviewbot.settings import Settings
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.migrate import check_schema, migrate


def run_server(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM; what ``reviewbot serve`` exits with.

    Raises:
        ConfigError: no forge, no secret for its webhook, or the port is taken. StoreError: the database cannot be used.
    """
    set_up(settings.log_level)
    github, gitlab = receivers(settings)
    with running(settings) as url, _database(settings) as database:
        broker = Broker(make_app(url, settings.review_seconds))
        web = Web(
            inbox=Inbox(Deliveries(database), broker.send),
            github=github,
            gitlab=gitlab,
            max_body_bytes=settings.max_body_bytes,
            checks={"database": lambda: check_schema(database), "broker": broker.ping},
        )
        with listen(settings.host, settings.port) as listening:
            _serve(make_web(web), listening)
    return 0


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database)
    try:
        migrate(database)
        yield database
    finally:
        database.close()


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens; its address is printed, since port 0 takes a free one.

    Raises:
        ConfigError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns off Nagle's algorithm only then: without, each answer on a connection
    # that is kept waits 40 ms for the client's delayed acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen(2048)
        except OSError as error:
            raise ConfigError(
                f"Cannot listen on {host}:{port} ({error.strerror}): set REVIEWBOT_HOST and REVIEWBOT_PORT."
            ) from None
        yield listening


def _serve(app: FastAPI, listening: socket.socket) -> None:
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, date_header=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn raises the signal once more after its own orderly end
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again and again would hold up answers
    host, port = listening.getsockname()[:2]
    print(f"listening on http://{f'[{host}]' if ':' in host else host}:{port}", file=sys.stdout, flush=True)
    uvicorn.Server(config).run(sockets=[listening])
