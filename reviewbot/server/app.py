"""The web application: webhooks in, health out. It adapts pure functions to HTTP and decides nothing itself."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response

from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import PullRequestEvent
from reviewbot.logs import bound
from reviewbot.server.answers import Refused, answer
from reviewbot.server.body import is_json, read_body
from reviewbot.server.health import Check, report
from reviewbot.server.inbox import Inbox

LOG = logging.getLogger("reviewbot.server")

Receive = Callable[[Mapping[str, str], bytes], PullRequestEvent | str]
"""From a delivery's headers (names in lower case) and raw body to the event, or to the reason why it is ignored.

Raises ``Refused`` for one that is not to be believed.
"""


@dataclass(frozen=True)
class Web:
    """What the application is made of.

    Attributes:
        inbox: where deliveries go. github: how GitHub's are read. max_body_bytes: of a delivery.
        checks: of ``/readyz``.
    """

    inbox: Inbox
    github: Receive
    max_body_bytes: int
    checks: Mapping[str, Check] = field(default_factory=dict)


def make_web(web: Web) -> FastAPI:
    """The application. It has no interactive documentation: that would load scripts from elsewhere."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with web.inbox:
            yield

    app = FastAPI(title="reviewbot", openapi_url=None, docs_url=None, redoc_url=None, lifespan=life)

    async def github(request: Request) -> Response:
        return await _webhook(request, web)

    app.add_route("/webhooks/github", github, methods=["POST"])  # plain: it has no parameters for FastAPI to resolve

    @app.get("/healthz")
    async def healthz() -> Response:
        return answer(200, status="ok")

    @app.get("/readyz")
    def readyz() -> Response:
        ready, states = report(web.checks)
        return answer(200 if ready else 503, status="ready" if ready else "not ready", **states)

    return app


async def _webhook(request: Request, web: Web) -> Response:
    """Check, store, answer. The delivery's id is bound to every line that is logged on the way."""
    with bound(delivery=request.headers.get("x-github-delivery", "")):
        try:
            return await _accept(request, web)
        except Refused as refused:
            LOG.warning("refused with %d: %s", refused.status, refused.reason)
            return answer(refused.status, error=refused.reason)
        except StoreError as error:
            LOG.error("not stored: %s", error)
            return answer(503, error=str(error))


async def _accept(request: Request, web: Web) -> Response:
    if not is_json(request.headers.get("content-type", "")):
        raise Refused(415, "Set the webhook's content type to application/json.")
    body = await read_body(request, web.max_body_bytes)
    event = web.github(dict(request.headers), body)
    if isinstance(event, str):
        return answer(200, status="ignored", reason=event)
    job = await web.inbox.put(event)
    if job is None:
        return answer(202, status="duplicate")
    LOG.info("accepted %s of %s as job %d", event.action, event.ref, job)
    return answer(202, status="accepted", job=job)
