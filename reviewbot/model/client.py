"""Requests to a model server that are worth trusting: retried where that can help, cut off by a breaker, validated."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from reviewbot.domain.errors import ModelError, ModelProtocolError, ModelUnavailable
from reviewbot.model.breaker import Breaker
from reviewbot.model.retry import RETRIED_STATUSES, Retries, retry_after
from reviewbot.model.transport import Answer, NotReached, Transport

Shape = TypeVar("Shape", bound=BaseModel)


class Rejected(ModelProtocolError):
    """The server understood that it was asked, and refused.

    Args:
        message: one sentence. status: the HTTP status.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """JSON requests over a transport. The clock, the pause and the dice are handed in, so that tests need not wait."""

    def __init__(
        self,
        transport: Transport,
        retries: Retries,
        breaker: Breaker,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        roll: Callable[[], float] = random.random,
    ) -> None:
        self._transport, self._retries, self._breaker = transport, retries, breaker
        self._clock, self._sleep, self._roll = clock, sleep, roll
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The server's address, as the operator wrote it."""
        return self._transport.url

    def request(self, method: str, path: str, shape: type[Shape], body: Mapping[str, object] | None = None) -> Shape:
        """Ask, and give back the validated answer.

        Args:
            method: of HTTP. path: under the server's address, or from its root where it begins with ``//``.
            shape: what the answer must be. body: sent as JSON.

        Raises:
            ModelUnavailable: down, too slow, too busy, or the circuit is open.
            Rejected: HTTP 4xx or 501.
            ModelProtocolError: the answer does not have the shape.
        """
        self._admit()
        try:
            found = _parse(self._answer(method, self._address(path), body), shape, self.url)
        except Rejected:
            self._settle(Breaker.succeeded)  # it works; it just does not want this request
            raise
        except ModelError:
            self._settle(lambda state: state.failed(self._clock()))
            raise
        self._settle(Breaker.succeeded)
        return found

    def close(self) -> None:
        """Let the connections go."""
        self._transport.close()

    def _admit(self) -> None:
        with self._lock:
            now = self._clock()
            wait = self._breaker.wait(now)
            if wait > 0:
                raise ModelUnavailable(
                    f"The model server at {self.url} keeps failing; it is tried again in {wait:.0f} s."
                )
            self._breaker = self._breaker.admitted(now)

    def _settle(self, step: Callable[[Breaker], Breaker]) -> None:
        with self._lock:
            self._breaker = step(self._breaker)

    def _address(self, path: str) -> str:
        root = self.url.removesuffix("/v1")
        return f"{root}{path[1:]}" if path.startswith("//") else f"{self.url}{path}"

    def _answer(self, method: str, url: str, body: Mapping[str, object] | None) -> Answer:
        content = None if body is None else json.dumps(body).encode("ascii")
        for attempt in range(1, self._retries.attempts + 1):
            failure, asked = ModelUnavailable(f"The model server at {self.url} was not asked."), None
            try:
                answer = self._transport.exchange(method, url, content)
                if answer.status not in RETRIED_STATUSES:
                    return answer
                failure = ModelUnavailable(f"The model server at {self.url} answers {_problem(answer)}; see its log.")
                asked = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
            except NotReached as exc:
                failure = exc
            pause = self._retries.pause(attempt, asked, self._roll())
            if pause is None:
                break
            self._sleep(pause)
        raise failure


def _parse(answer: Answer, shape: type[Shape], url: str) -> Shape:
    if answer.status != 200:
        hint = {401: "; give it its key", 403: "; give it its key", 404: "; does the address end in /v1?"}.get(
            answer.status, ""
        )
        raise Rejected(f"The model server at {url} answers {_problem(answer)}{hint}.", answer.status)
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise ModelProtocolError(
            f"The model server at {url} answers {kind or 'no content type'} and not JSON; correct the address."
        )
    try:
        return shape.model_validate_json(answer.body)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise ModelProtocolError(
            f"The model server at {url} gave no {shape.__name__}: {where}: {first['msg']}."
        ) from exc


def _problem(answer: Answer) -> str:
    """The status with the server's own words, one short line of printable text."""
    text = answer.body[:400].decode("utf-8", "replace")
    words = "".join(c if c.isprintable() else " " for c in text)
    return f"HTTP {answer.status} ({' '.join(words.split())[:200]})" if words.strip() else f"HTTP {answer.status}"
