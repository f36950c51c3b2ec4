"""The fake GitHub behind a real port: requests taken apart, answers written, connections cut."""

from __future__ import annotations

import socket
import struct
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from tests.fakes.github.access import Answer
from tests.fakes.github.faults import Fault

API = "/api/v3"
GRAPHQL = "/api/graphql"


@dataclass(frozen=True)
class Seen:
    """A request that came in, and the status it got (0: the connection was cut)."""

    method: str
    path: str
    status: int


class Served(Protocol):
    """What answers."""

    seen: list[Seen]

    def answer(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer | Fault: ...


def inner_path(path: str) -> str | None:
    """A path below the API's root, GraphQL's as on github.com; None for what is not the API's."""
    if path == GRAPHQL:
        return "/graphql"
    return path.removeprefix(API) if path.startswith(API) else None


class Server(ThreadingHTTPServer):
    hub: Served
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own business; anything else is ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._chunks() if "chunked" in headers.get("transfer-encoding", "") else self._sized(headers)
        hub = self.server.hub
        answer = hub.answer(self.command, path, parts.query, headers, body)
        inner = inner_path(path)
        if inner is not None:
            status = answer.status if isinstance(answer, Answer) else 0
            hub.seen.append(Seen(self.command, inner, status))
        if isinstance(answer, Fault):
            self._cut(half=answer.half)
        else:
            self._send(answer)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve

    def _sized(self, headers: dict[str, str]) -> bytes:
        return self.rfile.read(int(headers.get("content-length", 0)))

    def _chunks(self) -> bytes:
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _send(self, answer: Answer) -> None:
        payload = answer.payload()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _cut(self, *, half: bool) -> None:
        if half:
            self.wfile.write(
                b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"id": 1, "bo'
            )
            self.wfile.flush()
        # Closed with a reset rather than a goodbye.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
