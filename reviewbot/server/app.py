"""The web application: webhooks in, health out. It adapts pure functions to HTTP and decides nothing itself."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response

from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import Event
from reviewbot.logs import bound
from reviewbot.server.answers import Refused, answer
from reviewbot.server.body import is_json, read_body
from reviewbot.server.health import Check, report
from reviewbot.server.inbox import Inbox
from reviewbot.server.openapi import openapi_document

LOG = logging.getLogger("reviewbot.server")

Receive = Callable[[Mapping[str, str], bytes], Event | str]
"""From a delivery's headers (names in lower case) and raw body to the event, or to the reason why it is ignored.

Raises ``Refused`` for one that is not to be believed.
"""

_DELIVERY_HEADERS = {
    "GitHub": ("x-github-delivery",),
    "GitLab": ("webhook-id", "idempotency-key", "x-gitlab-webhook-uuid"),
}

_LOGGED = 100  # characters of a delivery's name; the forges' own are shorter


@dataclass(frozen=True)
class Web:
    """What the application is made of.

    Attributes:
        inbox: where deliveries go. github, gitlab: how theirs are read; None for a forge that is not served here.
        max_body_bytes: of a delivery. checks: of ``/readyz``.
    """

    inbox: Inbox
    github: Receive | None
    gitlab: Receive | None
    max_body_bytes: int
    checks: Mapping[str, Check] = field(default_factory=dict)


def make_web(web: Web) -> FastAPI:
    """The application. It serves no documentation, whose pages load scripts from elsewhere; ``openapi()`` gives it."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with web.inbox:
            yield

    app = FastAPI(title="reviewbot", openapi_url=None, docs_url=None, redoc_url=None, lifespan=life)

    for forge, receive in (("GitHub", web.github), ("GitLab", web.gitlab)):  # plain routes: they have no parameters
        app.add_route(f"/webhooks/{forge.lower()}", _endpoint(forge, receive, web), methods=["POST"])
    app.openapi = openapi_document  # type: ignore[method-assign]

    @app.get("/healthz")
    async def healthz() -> Response:
        return answer(200, status="ok")

    @app.get("/readyz")
    def readyz() -> Response:
        ready, states = report(web.checks)
        return answer(200 if ready else 503, status="ready" if ready else "not ready", **states)

    return app


def _endpoint(forge: str, receive: Receive | None, web: Web) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await _webhook(request, web, forge, receive)

    return endpoint


async def _webhook(request: Request, web: Web, forge: str, receive: Receive | None) -> Response:
    """Check, store, answer. The delivery's id is bound to every line that is logged on the way."""
    given = (request.headers[name] for name in _DELIVERY_HEADERS[forge] if name in request.headers)
    with bound(delivery=next(given, "")[:_LOGGED]):  # nobody has proven anything yet
        try:
            if receive is None:
                raise Refused(404, f"{forge} is not configured on this server: see its settings, or the address here.")
            return await _accept(request, web, receive)
        except Refused as refused:
            LOG.warning("refused with %d: %s", refused.status, refused.reason)
            return answer(refused.status, error=refused.reason)
        except StoreError as error:
            LOG.error("not stored: %s", error)
            return answer(503, error=str(error))


async def _accept(request: Request, web: Web, receive: Receive) -> Response:
    if not is_json(request.headers.get("content-type", "")):
        raise Refused(415, "Set the webhook's content type to application/json.")
    body = await read_body(request, web.max_body_bytes)
    event = receive(dict(request.headers), body)
    if isinstance(event, str):
        return answer(200, status="ignored", reason=event)
    job = await web.inbox.put(event)
    if job is None:
        return answer(202, status="duplicate")
    LOG.info("accepted %s of %s as job %d", event.action, event.ref, job)
    return answer(202, status="accepted", job=job)
