"""Failures of sockets and name look-ups, made to happen."""

from __future__ import annotations

import http.server
import socket
import socketserver
from pathlib import Path

from tests.rules.provoked.row import Row, closed_port, connected, taken_port, with_handle, written

TOO_LONG = b"a" * 64 + b".example"
"""A name that no resolver asks for: one of its labels is longer than 63 bytes (RFC 1035, 2.3.4)."""


def _connect(_: Path) -> None:
    with socket.socket() as one:
        one.connect(("127.0.0.1", closed_port()))


def _bind_twice(_: Path) -> None:
    with taken_port() as port, socket.socket() as one:
        one.bind(("127.0.0.1", port))


def _listen_twice(_: Path) -> None:
    with socket.socket() as one, socket.socket() as two:
        for each in (one, two):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
        two.bind(one.getsockname())
        one.listen()
        two.listen()


def _accept_in_vain(_: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.01)
        server.accept()


def _receive_in_vain(_: Path) -> None:
    one, two = connected()
    with one, two:
        one.settimeout(0.01)
        one.recv(1)


def _receive_into_in_vain(_: Path) -> None:
    one, two = connected()
    with one, two:
        one.settimeout(0.01)
        one.recv_into(bytearray(1))


def _receive_from_in_vain(_: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(0.01)
        one.recvfrom(1)


def _lonely() -> socket.socket:
    """A connection whose other end was closed."""
    one, two = connected()
    two.close()
    return one


def _send(_: Path) -> None:
    with _lonely() as one:
        one.send(b"x")


def _send_all(_: Path) -> None:
    with _lonely() as one:
        one.sendall(b"x")


def _send_file(folder: Path) -> None:
    with _lonely() as one:
        with_handle(written(folder, "x"), one.sendfile)


def _send_to(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", str(folder / "none"))


def _shut_down(_: Path) -> None:
    with socket.socket() as one:
        one.shutdown(socket.SHUT_RDWR)


def _peer(_: Path) -> None:
    with socket.socket() as one:
        one.getpeername()


def _option(_: Path) -> None:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, 9999, 1)


def _create_server(_: Path) -> None:
    with taken_port() as port:
        socket.create_server(("127.0.0.1", port))


def _http_server(_: Path) -> None:
    with taken_port() as port:
        http.server.HTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler)


def _threading_http_server(_: Path) -> None:
    with taken_port() as port:
        http.server.ThreadingHTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler)


def _tcp_server(_: Path) -> None:
    with taken_port() as port:
        socketserver.TCPServer(("127.0.0.1", port), socketserver.BaseRequestHandler)


def _threading_tcp_server(_: Path) -> None:
    with taken_port() as port:
        socketserver.ThreadingTCPServer(("127.0.0.1", port), socketserver.BaseRequestHandler)


def _udp_server(_: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        socketserver.UDPServer(one.getsockname(), socketserver.BaseRequestHandler)


ROWS = [
    Row("socket.socket", "OSError", lambda _: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 255)),
    Row("socket.socket.connect", "OSError", _connect),
    Row("socket.socket.bind", "OSError", _bind_twice),
    Row("socket.socket.listen", "OSError", _listen_twice),
    Row("socket.socket.accept", "OSError", _accept_in_vain),
    Row("socket.socket.recv", "OSError", _receive_in_vain),
    Row("socket.socket.recv_into", "OSError", _receive_into_in_vain),
    Row("socket.socket.recvfrom", "OSError", _receive_from_in_vain),
    Row("socket.socket.send", "OSError", _send),
    Row("socket.socket.sendall", "OSError", _send_all),
    Row("socket.socket.sendfile", "OSError", _send_file),
    Row("socket.socket.sendto", "OSError", _send_to),
    Row("socket.socket.shutdown", "OSError", _shut_down),
    Row("socket.socket.getpeername", "OSError", _peer),
    Row("socket.socket.setsockopt", "OSError", _option),
    Row("socket.create_server", "OSError", _create_server),
    Row("socket.create_connection", "OSError", lambda _: socket.create_connection(("127.0.0.1", closed_port()))),
    # names
    Row("socket.getaddrinfo", "socket.gaierror", lambda _: socket.getaddrinfo(TOO_LONG, 80)),
    Row("socket.gethostbyname", "socket.gaierror", lambda _: socket.gethostbyname(TOO_LONG)),
    Row("socket.getaddrinfo", "UnicodeError", lambda _: socket.getaddrinfo("www..example", 80)),
    Row("socket.gethostbyname", "UnicodeError", lambda _: socket.gethostbyname("www..example")),
    Row("socket.gethostbyname_ex", "socket.gaierror", lambda _: socket.gethostbyname_ex(TOO_LONG)),
    Row("socket.gethostbyaddr", "OSError", lambda _: socket.gethostbyaddr(TOO_LONG)),
    Row("socket.getservbyname", "OSError", lambda _: socket.getservbyname("no-such-service")),
    Row("socket.getservbyport", "OSError", lambda _: socket.getservbyport(64_999)),
    Row("socket.inet_aton", "OSError", lambda _: socket.inet_aton("x")),
    Row("socket.inet_pton", "OSError", lambda _: socket.inet_pton(socket.AF_INET6, "1.2.3.4")),
    Row("socket.inet_ntop", "ValueError", lambda _: socket.inet_ntop(socket.AF_INET, b"1")),
    Row("socket.if_nametoindex", "OSError", lambda _: socket.if_nametoindex("none0")),
    # servers
    Row("http.server.HTTPServer", "OSError", _http_server),
    Row("http.server.ThreadingHTTPServer", "OSError", _threading_http_server),
    Row("socketserver.TCPServer", "OSError", _tcp_server),
    Row("socketserver.ThreadingTCPServer", "OSError", _threading_tcp_server),
    Row("socketserver.UDPServer", "OSError", _udp_server),
]
