"""Servers on the loopback interface that answer one client as told, so that its failure is a real one."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PATIENCE = 5.0
"""Seconds after which a server gives up, so that a client that never comes stops nothing."""


def _answer(server: socket.socket, replies: tuple[bytes, ...]) -> None:
    with contextlib.suppress(OSError):
        client, _ = server.accept()
        with client, client.makefile("rb") as lines:
            client.settimeout(PATIENCE)
            client.sendall(replies[0])
            for reply in replies[1:]:
                line = lines.readline()
                if not line:
                    return
                client.sendall(reply.replace(b"TAG", line.partition(b" ")[0]))
            lines.readline()  # what was not read when a connection is closed would reset it


@contextmanager
def talking(*replies: bytes) -> Iterator[int]:
    """The port of a server that greets with the first reply, answers each line with the next, and hangs up at one more.

    ``TAG`` in a reply becomes the first word of the line that it answers, as IMAP wants it.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        thread = threading.Thread(target=_answer, args=(server, replies))
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            thread.join()


def _reset(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client, _ = server.accept()
        client.settimeout(PATIENCE)
        client.recv(1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()


@contextmanager
def resetting() -> Iterator[int]:
    """The port of a server that resets the connection at the first byte that it gets."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        thread = threading.Thread(target=_reset, args=(server,))
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            thread.join()


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate that is good, and a private key that is another's."""
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    own, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    signed = (
        x509.CertificateBuilder(name, name, own.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(own, hashes.SHA256())
    )
    written = folder / "certificate.pem", folder / "key.pem"
    written[0].write_bytes(signed.public_bytes(Encoding.PEM))
    written[1].write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return written


class _Answers(http.server.BaseHTTPRequestHandler):
    """Gives every request the answer of its server."""

    server: _Answering

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.body)

    do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


class _Answering(http.server.HTTPServer):
    """An HTTP server that gives one answer, whatever it is asked."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.status, self.body = status, body


@contextmanager
def answering(status: int, body: bytes = b"{}") -> Iterator[str]:
    """The URL of an HTTP server on the loopback interface that always gives that answer."""
    with _Answering(status, body) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
