"""Deliveries: with the token and the signature that GitLab sends, one after another by a thread of their own.

https://docs.gitlab.com/user/project/integrations/webhooks/ (headers, signing token, auto-disabled webhooks).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import queue
import threading
import urllib.parse
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.fakes.gitlab.model import Hook

TIMEOUT = 10.0
"""Seconds that GitLab.com waits for an answer (https://docs.gitlab.com/user/gitlab_com/#webhooks)."""
FAILURES = 4
"""Failures in a row after which a hook is disabled for a while."""
MANY_FAILURES = 40
"""Failures in a row after which it stays disabled."""
FIRST_BACKOFF, MAX_BACKOFF = 60.0, 86_400.0
"""Seconds that a failing hook is left alone; doubled with each failure more."""
NAMES = {"merge_request": "Merge Request", "note": "Note", "push": "Push", "emoji": "Emoji"}


@dataclass
class Delivery:
    """A webhook that was sent, and the status that came back (None: no answer). A `lost` one was not sent."""

    id: str
    event: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    answer: str = ""
    lost: bool = False


class Courier:
    """Sends deliveries and remembers them. `delivered` waits until all are answered."""

    def __init__(self, instance: str, now: Callable[[], float], timeout: float = TIMEOUT) -> None:
        self.deliveries: list[Delivery] = []
        self.losing = False
        self.timeout = timeout
        self._instance, self._now = instance, now
        self._queue: queue.Queue[tuple[Hook, Delivery] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="gitlab-courier", daemon=True)
        self._thread.start()

    def send(self, hook: Hook, event: str, payload: dict[str, Any]) -> None:
        """Enqueue a delivery, where the hook wants such events."""
        if event in hook.events:
            delivery = make(hook, event, json.dumps(payload).encode(), self._instance, self._now())
            delivery.lost = self.losing
            self._queue.put((hook, delivery))

    def redeliver(self, hook: Hook, delivery: Delivery) -> None:
        """Send the same again, with the same `Idempotency-Key`, as the button "Resend Request" does."""
        headers = delivery.headers | {"X-Gitlab-Event-UUID": str(uuid.uuid4())}
        self._queue.put((hook, replace(delivery, headers=headers, status=None, answer="", lost=False)))

    def delivered(self) -> list[Delivery]:
        """Wait until nothing is left to send; every delivery so far."""
        self._queue.join()
        return self.deliveries

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            hook, delivery = work
            if delivery.lost:
                self.deliveries.append(delivery)
            elif enabled(hook, self._now()):
                post(delivery, self.timeout)
                self.deliveries.append(delivery)
                count(hook, ok=delivery.status is not None and delivery.status < 400, now=self._now())
            self._queue.task_done()
        self._queue.task_done()


def enabled(hook: Hook, now: float) -> bool:
    """Whether GitLab still delivers to the hook."""
    return not hook.disabled and (hook.disabled_until is None or hook.disabled_until < now)


def count(hook: Hook, *, ok: bool, now: float) -> None:
    """Note how a delivery went: four failures in a row disable the hook for a minute, each more for twice as long."""
    if ok:
        hook.failures, hook.disabled_until = 0, None
        return
    hook.failures += 1
    if hook.failures >= FAILURES:
        hook.disabled_until = now + min(FIRST_BACKOFF * 2 ** (hook.failures - FAILURES), MAX_BACKOFF)
    hook.disabled = hook.failures >= MANY_FAILURES


def make(hook: Hook, event: str, body: bytes, instance: str, now: float) -> Delivery:
    """A delivery with the headers that GitLab sends."""
    key = str(uuid.uuid4())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitLab/18.5.1-ee",
        "Idempotency-Key": key,
        "X-Gitlab-Event": f"{NAMES[event]} Hook",
        "X-Gitlab-Webhook-UUID": hook.uuid,
        "X-Gitlab-Instance": instance,
        "X-Gitlab-Event-UUID": str(uuid.uuid4()),
    }
    if hook.secret:
        headers["X-Gitlab-Token"] = hook.secret
    if hook.signing:
        headers |= signed(hook.signing, key, int(now), body)
    return Delivery(key, event, hook.url, headers, body)


def signed(signing: str, key: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers of Standard Webhooks: the HMAC of id, time and body, by the key behind `whsec_`."""
    secret = base64.b64decode(signing.removeprefix("whsec_"))
    mac = hmac.new(secret, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def post(delivery: Delivery, timeout: float) -> None:
    """Send it and note the answer; a receiver that is not there, or too slow, is noted as none."""
    to = urllib.parse.urlsplit(delivery.url)
    connection = http.client.HTTPConnection(to.hostname or "", to.port or 80, timeout=timeout)
    try:
        connection.request("POST", to.path or "/", delivery.body, delivery.headers)
        answer = connection.getresponse()
        delivery.status, delivery.answer = answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        delivery.answer = f"not delivered: {error}"
    finally:
        connection.close()
