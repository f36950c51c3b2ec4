"""One HTTP exchange with a model server: a true total time-out, a size limit, and errors of our own."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from reviewbot.domain.errors import ConfigError, ModelProtocolError, ModelUnavailable


class NotReached(ModelUnavailable):
    """The request never began to be answered, so that the same request may be made again."""


@dataclass(frozen=True)
class Limits:
    """What a server is given.

    Attributes:
        connect: seconds to connect. total: seconds for one whole answer.
        read: seconds without a byte; as long as ``total``, since nothing is sent before all is generated.
        queue: seconds to wait for one of the ``parallel`` places.
        parallel: requests under way at most.
        max_bytes: an answer may have.
    """

    connect: float = 5.0
    read: float = 120.0
    total: float = 120.0
    queue: float = 120.0
    parallel: int = 16
    max_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Connections to one server, usable from every thread.

    Requests run on an event loop in a thread of its own: only so does a time-out bound a whole exchange, however slowly
    a server drips its header or its body. Proxies and ``.netrc`` of the environment are not used: nothing but the
    address that the operator named is ever connected to.
    """

    def __init__(self, url: str, limits: Limits, api_key: str | None = None) -> None:
        self.url = _checked(url)
        self._limits = limits
        self._places = threading.BoundedSemaphore(limits.parallel)
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "reviewbot"}
        if api_key:
            headers["Authorization"] = f"Bearer {api_key}"
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=None),
            limits=httpx.Limits(max_connections=limits.parallel, keepalive_expiry=4.0),  # llama.cpp keeps them for 5 s
            verify=ssl.create_default_context() if self.url.startswith("https:") else False,
            trust_env=False,
            follow_redirects=False,
        )
        self._lock = threading.Lock()
        self._closed, self._process = False, os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="reviewbot-model", daemon=True)
        self._thread.start()

    def exchange(self, method: str, url: str, body: bytes | None = None) -> Answer:
        """Send one request and read the whole answer, whatever its status.

        Raises:
            NotReached: no connection, or it was closed before the answer's first byte.
            ModelUnavailable: too slow, too busy, cut off in the middle, closed, or opened before a fork.
            ModelProtocolError: the answer is over the size limit, or is no HTTP.
        """
        if not self._places.acquire(timeout=self._limits.queue):
            raise ModelUnavailable(f"The model server at {self.url} is busy; lower the load or raise its parallelism.")
        try:
            if os.getpid() != self._process:  # the event loop's thread did not come along through fork()
                raise ModelUnavailable("The model was opened in another process; open it in each one.")
            with self._lock:
                if self._closed:
                    raise ModelUnavailable(
                        f"The connection to the model server at {self.url} was closed; open it again."
                    )
                future = asyncio.run_coroutine_threadsafe(self._bounded(method, url, body), self._loop)
            try:
                return future.result()
            finally:
                future.cancel()  # Ctrl-C while waiting: the request must not go on; one that is done stays done
        finally:
            self._places.release()

    async def _bounded(self, method: str, url: str, body: bytes | None) -> Answer:
        try:
            async with asyncio.timeout(self._limits.total):
                return await self._exchange(method, url, body)
        except (TimeoutError, httpx.TimeoutException) as exc:
            if isinstance(exc, httpx.ConnectTimeout):
                raise NotReached(f"The model server at {self.url} does not accept connections; start it.") from exc
            raise ModelUnavailable(
                f"The model server at {self.url} did not answer in time ({self._limits.total:g} s at most); "
                "lower its load or raise the time-out."
            ) from exc
        except httpx.ConnectError as exc:
            raise NotReached(f"No model server answers at {self.url}; start it or correct the address.") from exc
        except (httpx.DecodingError, httpx.RemoteProtocolError, httpx.NetworkError) as exc:
            raise _broken(exc, self.url) from exc
        except asyncio.CancelledError as exc:
            raise ModelUnavailable(f"The connection to the model server at {self.url} was closed.") from exc

    async def _exchange(self, method: str, url: str, body: bytes | None) -> Answer:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        async with self._client.stream(method, url, content=body, headers=headers) as response:
            parts: list[bytes] = []
            size = 0
            async for part in response.aiter_raw():
                size += len(part)
                if size > self._limits.max_bytes:
                    most = self._limits.max_bytes
                    raise ModelProtocolError(
                        f"The model server at {self.url} sent more than {most} bytes; correct the address."
                    )
                parts.append(part)
            return Answer(response.status_code, dict(response.headers), b"".join(parts))

    def close(self) -> None:
        """Cut what is under way and let the connections go. May be called twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _shut(self) -> None:
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._client.aclose()


def _broken(exc: httpx.HTTPError, url: str) -> ModelUnavailable | ModelProtocolError:
    if "without sending a response" in str(exc):  # a kept-alive connection that the server had let go
        return NotReached(f"The model server at {url} closed the connection; see its log.")
    if isinstance(exc, httpx.NetworkError) or "incomplete" in str(exc) or "without sending complete" in str(exc):
        return ModelUnavailable(
            f"The model server at {url} cut the connection in the middle of an answer; see its log."
        )
    return ModelProtocolError(f"What answers at {url} does not speak HTTP; correct the address.")


def _checked(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as exc:
        raise ConfigError(f"{url!r} is no address of a model server; write http://host:port/v1.") from exc
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.query or parsed.userinfo:
        raise ConfigError(f"{url!r} is no address of a model server; write http://host:port/v1.")
    return str(parsed.copy_with(fragment=None)).rstrip("/")
