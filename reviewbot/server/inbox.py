"""The server's inbox: deliveries that come in together are stored in one transaction, off the event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from reviewbot.domain.errors import BrokerError, StoreError
from reviewbot.domain.event import Event
from reviewbot.store.deliveries import Deliveries, Made
from reviewbot.store.job import JobKind

LOG = logging.getLogger("reviewbot.server")
_LARGEST_BATCH = 500
_LONGEST_LINE = 5_000  # deliveries that may wait for the database; more are refused, and the forge can send them again
_LULL = 0.02  # seconds without a new delivery that end a burst
_LONGEST_BURST = 5.0  # seconds after which the broker is told all the same; a review takes longer than that

_FIRST = (JobKind.COMMAND, JobKind.GATE, JobKind.REVIEW)  # people wait for commands, and a verdict is due in a minute

Waiting = tuple[Event, "asyncio.Future[int | None]"]


class Inbox:
    """Stores deliveries in groups, then tells the broker about their jobs. To be used with ``async with``.

    An answer waits for the database and not for the broker: what that was not told, the sweeper finds.

    Args:
        deliveries: where to store. send: tells the broker about jobs of a kind; a ``BrokerError`` of it is logged.
    """

    def __init__(self, deliveries: Deliveries, send: Callable[[Sequence[int], JobKind], None]) -> None:
        self._deliveries, self._send = deliveries, send
        self._line: asyncio.Queue[Waiting | None] = asyncio.Queue(_LONGEST_LINE)
        self._unsent: asyncio.Queue[list[Made] | None] = asyncio.Queue()
        self._last_put = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Inbox:
        self._tasks = [asyncio.create_task(self._store_all()), asyncio.create_task(self._send_all())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Store and send what is still waiting."""
        await self._line.put(None)
        await asyncio.gather(*self._tasks)

    async def put(self, event: Event) -> int | None:
        """Store a delivery; the id of the first of its jobs, or None where it was stored before.

        Raises:
            StoreError: it was not stored.
        """
        if any(task.done() for task in self._tasks):  # a defect of ours ended it; see the log
            raise StoreError("The inbox has stopped: restart the server.")
        stored: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._last_put = asyncio.get_running_loop().time()
        try:
            self._line.put_nowait((event, stored))
        except asyncio.QueueFull:
            raise StoreError("Too many deliveries are waiting for the database: send this one again later.") from None
        return await stored

    async def _store_all(self) -> None:
        try:
            while batch := await self._next_batch():
                made = await self._store(batch)
                if made:
                    self._unsent.put_nowait(made)
        finally:
            self._unsent.put_nowait(None)

    async def _next_batch(self) -> list[Waiting]:
        """Everything that waits by now; empty at the end."""
        batch: list[Waiting] = []
        item = await self._line.get()
        while item is not None:
            batch.append(item)
            if self._line.empty() or len(batch) == _LARGEST_BATCH:
                return batch
            item = self._line.get_nowait()
        if batch:
            await self._line.put(None)
        return batch

    async def _store(self, batch: Sequence[Waiting]) -> list[Made]:
        """Store a batch and answer those who wait for it; the new jobs."""
        try:
            jobs = await asyncio.to_thread(self._deliveries.store, [event for event, _ in batch], time.time())
        except StoreError as error:
            for _, stored in batch:
                _fail(stored, error)
            return []
        for (_, stored), made in zip(batch, jobs, strict=True):
            if not stored.done():
                stored.set_result(made[0][0] if made else None)
        return [one for made in jobs for one in made]

    async def _send_all(self) -> None:
        """Answers come first: in a burst the broker is told afterwards, at most five seconds later, in one go."""
        while (made := await self._unsent.get()) is not None:
            await self._lull()
            made += self._others_unsent()
            for kind in _FIRST:
                await self._tell([id_ for id_, of in made if of is kind], kind)

    async def _tell(self, ids: list[int], kind: JobKind) -> None:
        if not ids:
            return
        try:
            await asyncio.to_thread(self._send, ids, kind)
        except BrokerError as error:
            LOG.warning("%d jobs were stored but not enqueued, the sweeper will: %s", len(ids), error)

    async def _lull(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _LONGEST_BURST
        while loop.time() < min(self._last_put + _LULL, end):
            await asyncio.sleep(_LULL)

    def _others_unsent(self) -> list[Made]:
        others: list[Made] = []
        while not self._unsent.empty():
            more = self._unsent.get_nowait()
            if more is None:
                self._unsent.put_nowait(None)
                break
            others += more
        return others


def _fail(stored: asyncio.Future[int | None], error: StoreError) -> None:
    if not stored.done():
        stored.set_exception(error)
