"""Failures of asyncio and of connections between processes, made to happen."""

from __future__ import annotations

import asyncio
import multiprocessing.connection
import os
import select
import selectors
from pathlib import Path

from tests.rules.provoked.row import Row, closed_port, taken_port
from tests.rules.provoked.servers import resetting


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


async def _line_too_long() -> None:
    await _read_all(asyncio.StreamReader(limit=1), b"abcd\n").readline()


async def _never() -> None:
    await asyncio.wait_for(asyncio.Event().wait(), 0.01)


async def _refused() -> None:
    await asyncio.open_connection("127.0.0.1", closed_port())


async def _no_socket(folder: Path) -> None:
    await asyncio.open_unix_connection(folder / "none")


async def _serve_twice() -> None:
    with taken_port() as port:
        await asyncio.start_server(lambda *_: None, "127.0.0.1", port)


async def _unfinished_future() -> None:
    asyncio.get_running_loop().create_future().result()


async def _unfinished_task() -> None:
    task = asyncio.create_task(asyncio.sleep(9))
    task.result()


async def _full_queue() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
    queue.put_nowait(1)
    queue.put_nowait(2)


async def _read_after_reset() -> None:
    with resetting() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        await reader.read()


async def _lost() -> asyncio.StreamWriter:
    """The writer of a connection that was reset."""
    with resetting() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        while reader.exception() is None:
            await asyncio.sleep(0.001)
    return writer


async def _drain_after_reset() -> None:
    writer = await _lost()
    writer.write(b"x")
    await writer.drain()


async def _wait_after_reset() -> None:
    writer = await _lost()
    await writer.wait_closed()


def _half_closed(read: bool) -> multiprocessing.connection.Connection:
    """The reading or the writing end of a pipe whose other end was closed."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    (writer if read else reader).close()
    return reader if read else writer


def _receive(_: Path) -> None:
    with _half_closed(read=True) as end:
        end.recv()


def _receive_bytes(_: Path) -> None:
    with _half_closed(read=True) as end:
        end.recv_bytes()


def _send(_: Path) -> None:
    with _half_closed(read=False) as end:
        end.send("x")


def _listen_twice(_: Path) -> None:
    with taken_port() as port:
        multiprocessing.connection.Listener(("127.0.0.1", port))


def _register_twice(_: Path) -> None:
    with selectors.DefaultSelector() as selector:
        reader, writer = os.pipe()
        try:
            selector.register(reader, selectors.EVENT_READ)
            selector.register(reader, selectors.EVENT_READ)
        finally:
            os.close(reader)
            os.close(writer)


def _unregister(_: Path) -> None:
    with selectors.DefaultSelector() as selector:
        selector.unregister(0)


def _select_closed(_: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)
    select.select([reader], [], [], 0)


ROWS = [
    Row("asyncio.wait_for", "TimeoutError", lambda _: asyncio.run(_never())),
    Row("asyncio.open_connection", "OSError", lambda _: asyncio.run(_refused())),
    Row("asyncio.open_unix_connection", "OSError", lambda d: asyncio.run(_no_socket(d))),
    Row("asyncio.start_server", "OSError", lambda _: asyncio.run(_serve_twice())),
    Row("asyncio.StreamReader.readexactly", "asyncio.IncompleteReadError", lambda _: asyncio.run(_short_read())),
    Row("asyncio.StreamReader.readuntil", "asyncio.IncompleteReadError", lambda _: asyncio.run(_no_separator())),
    Row("asyncio.StreamReader.readuntil", "asyncio.LimitOverrunError", lambda _: asyncio.run(_too_long())),
    Row("asyncio.StreamReader.readline", "ValueError", lambda _: asyncio.run(_line_too_long())),
    Row("asyncio.StreamReader.read", "ConnectionError", lambda _: asyncio.run(_read_after_reset())),
    Row("asyncio.StreamWriter.drain", "ConnectionError", lambda _: asyncio.run(_drain_after_reset())),
    Row("asyncio.StreamWriter.wait_closed", "ConnectionError", lambda _: asyncio.run(_wait_after_reset())),
    Row("asyncio.Future.result", "asyncio.InvalidStateError", lambda _: asyncio.run(_unfinished_future())),
    Row("asyncio.Task.result", "asyncio.InvalidStateError", lambda _: asyncio.run(_unfinished_task())),
    Row("asyncio.Queue.get_nowait", "asyncio.QueueEmpty", lambda _: asyncio.Queue[int]().get_nowait()),
    Row("asyncio.Queue.put_nowait", "asyncio.QueueFull", lambda _: asyncio.run(_full_queue())),
    Row("asyncio.get_running_loop", "RuntimeError", lambda _: asyncio.get_running_loop()),
    # between processes
    Row("multiprocessing.connection.Connection.recv", "EOFError", _receive),
    Row("multiprocessing.connection.Connection.recv_bytes", "EOFError", _receive_bytes),
    Row("multiprocessing.connection.Connection.send", "OSError", _send),
    Row(
        "multiprocessing.connection.Client",
        "OSError",
        lambda _: multiprocessing.connection.Client(("127.0.0.1", closed_port())),
    ),
    Row("multiprocessing.connection.Listener", "OSError", _listen_twice),
    Row("select.select", "OSError", _select_closed),
    Row("select.select", "ValueError", lambda _: select.select([-1], [], [], 0)),
    Row("selectors.DefaultSelector.register", "KeyError", _register_twice),
    Row("selectors.DefaultSelector.unregister", "KeyError", _unregister),
]
