"""Deliveries: signed as GitHub signs them, sent one after another by a thread of their own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import threading
import urllib.parse
import uuid
from dataclasses import replace
from typing import Any

from tests.fakes.github.model import App, Delivery, Hook, Repository

TIMEOUT = 10.0
"""Seconds that GitHub waits for an answer."""


Target = tuple[str, int]


def target(of: Repository | App) -> Target:
    """What a hook is of, as its deliveries say."""
    return ("integration" if isinstance(of, App) else "repository", of.id)


class Courier:
    """Sends deliveries and remembers them. `delivered` waits until all are answered."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.losing = False
        self._queue: queue.Queue[Delivery | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def send(self, hook: Hook, event: str, payload: dict[str, Any], target: Target) -> Delivery:
        """Enqueue a delivery."""
        delivery = make(hook, event, json.dumps(payload).encode(), target)
        delivery.lost = self.losing
        self._queue.put(delivery)
        return delivery

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Send the same again, with the same id, as the button of that name does."""
        again = replace(delivery, status=None, answer="", lost=False)
        self._queue.put(again)
        return again

    def delivered(self) -> list[Delivery]:
        """Wait until nothing is left to send; every delivery so far."""
        self._queue.join()
        return self.deliveries

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (delivery := self._queue.get()) is not None:
            if not delivery.lost:
                post(delivery)
            self.deliveries.append(delivery)
            self._queue.task_done()
        self._queue.task_done()


def make(hook: Hook, event: str, body: bytes, target: Target) -> Delivery:
    """A delivery with the headers that GitHub sends."""
    mac = {name: hmac.new(hook.secret.encode(), body, name).hexdigest() for name in ("sha1", "sha256")}
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": f"GitHub-Hookshot/{hashlib.sha256(body).hexdigest()[:7]}",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(hook.id),
        "X-GitHub-Hook-Installation-Target-ID": str(target[1]),
        "X-GitHub-Hook-Installation-Target-Type": target[0],
        "X-Hub-Signature": f"sha1={mac['sha1']}",
        "X-Hub-Signature-256": f"sha256={mac['sha256']}",
    }
    return Delivery(headers["X-GitHub-Delivery"], event, hook.url, headers, body)


def post(delivery: Delivery) -> None:
    """Send it and note the answer; a receiver that is not there is noted as none."""
    to = urllib.parse.urlsplit(delivery.url)
    connection = http.client.HTTPConnection(to.hostname or "", to.port or 80, timeout=TIMEOUT)
    try:
        connection.request("POST", to.path or "/", delivery.body, delivery.headers)
        answer = connection.getresponse()
        delivery.status, delivery.answer = answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        delivery.answer = f"not delivered: {error}"
    finally:
        connection.close()
