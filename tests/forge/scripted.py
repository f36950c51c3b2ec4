"""A server on loopback that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)


@dataclass(frozen=True)
class Say:
    """An answer; `cut` closes the connection after so many bytes of the body, -1 before anything is said."""

    status: int = 200
    body: bytes | dict | list = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Server:
    def __init__(self, answer: Callable[[Asked], Say]) -> None:
        self.asked: list[Asked] = []
        self.answer = answer
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, self.headers, self.rfile.read(size))
                with server._lock:
                    server.asked.append(asked)
                say = server.answer(asked)
                if say.cut == -1:
                    self.close_connection = True
                    return
                self.send_response_only(say.status)
                for name, value in say.headers.items():
                    self.send_header(name, value)
                if say.status not in (204, 304):
                    self.send_header("Content-Length", str(len(say.raw)))
                self.end_headers()
                self.wfile.write(say.raw[: say.cut])
                if say.cut is not None:
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def serving(answer: Callable[[Asked], Say]) -> Iterator[Server]:
    server = Server(answer)
    try:
        yield server
    finally:
        server.close()


def script(*says: Say) -> Callable[[Asked], Say]:
    """One answer after the other, the last one for ever."""
    rest, lock = list(says), threading.Lock()

    def answer(_: Asked) -> Say:
        with lock:
            return rest.pop(0) if len(rest) > 1 else rest[0]

    return answer


class Time:
    """A clock that only `sleep` moves, unless it `stands`; `slept` tells by how much."""

    def __init__(self) -> None:
        self.now, self.slept, self.stands = 1000.0, [], False
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += 0 if self.stands else seconds
            self.slept.append(seconds)
