"""Failures of programs, network and concurrency, made to happen."""

from __future__ import annotations

import asyncio
import concurrent.futures
import http.client
import http.cookies
import multiprocessing.connection
import queue
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.rules.provoked.row import Row, closed_port, connected


def _refused_socket(_: Path) -> None:
    with socket.socket() as one:
        one.connect(("127.0.0.1", closed_port()))


def _bind_twice(_: Path) -> None:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        one.listen()
        two.bind(one.getsockname())


def _receive_in_vain(_: Path) -> None:
    one, two = connected()
    with one, two:
        one.settimeout(0.01)
        one.recv(1)


def _send_to_nobody(_: Path) -> None:
    one, two = connected()
    with one:
        two.close()
        one.sendall(b"x" * 10)


def _read_all(reader: asyncio.StreamReader, data: bytes) -> asyncio.StreamReader:
    reader.feed_data(data)
    reader.feed_eof()
    return reader


async def _short_read() -> None:
    await _read_all(asyncio.StreamReader(), b"ab").readexactly(3)


async def _no_separator() -> None:
    await _read_all(asyncio.StreamReader(), b"ab").readuntil(b"\n")


async def _too_long() -> None:
    await _read_all(asyncio.StreamReader(limit=1), b"abcd\n").readuntil(b"\n")


async def _never() -> None:
    await asyncio.wait_for(asyncio.Event().wait(), 0.01)


async def _refused_stream() -> None:
    await asyncio.open_connection("127.0.0.1", closed_port())


async def _unfinished() -> None:
    asyncio.get_running_loop().create_future().result()


def _future_in_vain(_: Path) -> None:
    concurrent.futures.Future[int]().result(timeout=0.01)


def _pipe_end(_: Path) -> None:
    one, two = multiprocessing.Pipe()
    two.close()
    with one:
        one.recv()


def _broken_http(_: Path) -> None:
    one, two = connected()
    with one, two:
        two.sendall(b"what\r\n\r\n")
        connection = http.client.HTTPConnection("127.0.0.1")
        connection.sock = one
        connection.request("GET", "/")
        connection.getresponse()


ROWS = [
    # programs, network
    Row(
        "subprocess.run",
        "subprocess.CalledProcessError",
        lambda _: subprocess.run([sys.executable, "-c", "exit(3)"], check=True),
    ),
    Row("subprocess.run", "FileNotFoundError", lambda d: subprocess.run([str(d / "none")])),
    Row(
        "subprocess.run",
        "subprocess.TimeoutExpired",
        lambda _: subprocess.run([sys.executable, "-c", "import time; time.sleep(9)"], timeout=0.05),
    ),
    Row(
        "subprocess.check_output",
        "subprocess.CalledProcessError",
        lambda _: subprocess.check_output([sys.executable, "-c", "exit(3)"]),
    ),
    Row("subprocess.Popen", "FileNotFoundError", lambda d: subprocess.Popen([str(d / "none")])),
    Row("socket.socket.connect", "OSError", _refused_socket, "ConnectionRefusedError"),
    Row("socket.socket.bind", "OSError", _bind_twice),
    Row("socket.socket.recv", "OSError", _receive_in_vain, "TimeoutError"),
    Row("socket.socket.sendall", "OSError", _send_to_nobody, "BrokenPipeError"),
    Row(
        "socket.create_connection",
        "OSError",
        lambda _: socket.create_connection(("127.0.0.1", closed_port())),
        "ConnectionRefusedError",
    ),
    Row("socket.getservbyname", "OSError", lambda _: socket.getservbyname("no-such-service")),
    Row("socket.inet_aton", "OSError", lambda _: socket.inet_aton("x")),
    Row(
        "urllib.request.urlopen",
        "urllib.error.URLError",
        lambda _: urllib.request.urlopen(f"http://127.0.0.1:{closed_port()}/"),
    ),
    Row("urllib.parse.urlsplit", "ValueError", lambda _: urllib.parse.urlsplit("http://[x/")),
    Row("urllib.request.Request", "ValueError", lambda _: urllib.request.Request("what")),
    Row("http.client.HTTPConnection", "http.client.InvalidURL", lambda _: http.client.HTTPConnection("a:b")),
    Row(
        "http.client.HTTPConnection.request",
        "OSError",
        lambda _: http.client.HTTPConnection("127.0.0.1", closed_port()).request("GET", "/"),
        "ConnectionRefusedError",
    ),
    Row(
        "http.client.HTTPConnection.getresponse",
        "http.client.HTTPException",
        _broken_http,
        "http.client.BadStatusLine",
    ),
    Row("smtplib.SMTP", "OSError", lambda _: smtplib.SMTP("127.0.0.1", closed_port()), "ConnectionRefusedError"),
    Row(
        "ssl.SSLContext.load_verify_locations",
        "FileNotFoundError",
        lambda d: ssl.create_default_context().load_verify_locations(d / "none"),
    ),
    Row("ssl.SSLContext.set_ciphers", "ssl.SSLError", lambda _: ssl.create_default_context().set_ciphers("x")),
    # concurrency
    Row("queue.Queue.get_nowait", "queue.Empty", lambda _: queue.Queue[int]().get_nowait()),
    Row("queue.Queue.get", "queue.Empty", lambda _: queue.Queue[int]().get(timeout=0.01)),
    Row("asyncio.wait_for", "TimeoutError", lambda _: asyncio.run(_never())),
    Row("asyncio.open_connection", "OSError", lambda _: asyncio.run(_refused_stream()), "ConnectionRefusedError"),
    Row("asyncio.StreamReader.readexactly", "asyncio.IncompleteReadError", lambda _: asyncio.run(_short_read())),
    Row("asyncio.StreamReader.readuntil", "asyncio.IncompleteReadError", lambda _: asyncio.run(_no_separator())),
    Row("asyncio.StreamReader.readuntil", "asyncio.LimitOverrunError", lambda _: asyncio.run(_too_long())),
    Row("asyncio.Future.result", "asyncio.InvalidStateError", lambda _: asyncio.run(_unfinished())),
    Row("asyncio.Queue.get_nowait", "asyncio.QueueEmpty", lambda _: asyncio.Queue[int]().get_nowait()),
    Row("asyncio.get_running_loop", "RuntimeError", lambda _: asyncio.get_running_loop()),
    Row("concurrent.futures.Future.result", "TimeoutError", _future_in_vain),
    Row("multiprocessing.connection.Connection.recv", "EOFError", _pipe_end),
    Row("threading.Barrier.wait", "threading.BrokenBarrierError", lambda _: threading.Barrier(2).wait(0.01)),
]
