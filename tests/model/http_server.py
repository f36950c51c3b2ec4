"""A real server on a loopback socket that does exactly what a test's script says, also what no HTTP library would."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable

Behaviour = Callable[[socket.socket], None]


def answer(body: object, status: int = 200, kind: str = "application/json", **headers: str) -> Behaviour:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{extra}"
    return raw(f"{head}Connection: close\r\n\r\n".encode() + data)


def raw(data: bytes) -> Behaviour:
    return lambda connection: connection.sendall(data)


def hang(connection: socket.socket) -> None:
    """Says nothing until the client goes away."""
    connection.recv(1)


def drip(data: bytes, pause: float) -> Behaviour:
    """One byte at a time, so that no read ever times out."""

    def behave(connection: socket.socket) -> None:
        gone = threading.Event()
        for byte in data * 1000:
            connection.sendall(bytes([byte]))
            gone.wait(pause)

    return behave


class Scripted:
    """Plays its behaviours, one a request; the last one again and again. ``requests`` holds (path, decoded body)."""

    def __init__(self, *script: Behaviour) -> None:
        self.script = list(script)
        self.requests: list[tuple[str, dict[str, object]]] = []
        self.headers: list[str] = []
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            connection.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                if self._read(connection):
                    with self._lock:
                        behaviour = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                    behaviour(connection)
        except OSError:
            return  # the client gave up, as many of these tests want it to

    def _read(self, connection: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return False
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        length = next((int(h.split(":")[1]) for h in text.split("\r\n") if h.lower().startswith("content-length")), 0)
        while len(body) < length:
            body += connection.recv(65536)
        with self._lock:
            self.headers.append(text)
            self.requests.append((text.split(" ")[1], json.loads(body) if body else {}))
        return True
