"""The transport of ``Manners``: each request of a session goes through ``PoliteAdapter.send``."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from reviewbot.forge.etags import Answer, Answers
from reviewbot.forge.kinds import Kind, Tally, kind_of
from reviewbot.forge.pauses import asked_wait, used_up
from reviewbot.forge.turns import Turns

RETRIES = 2
"""How often a request that changes nothing is sent again."""

_CREDENTIALS = ("Authorization", "PRIVATE-TOKEN", "JOB-TOKEN")

# Whose token it is must be told apart, the token itself must not be kept.
_SALT = secrets.token_bytes(32)

_PASSING = (500, 502, 503, 504)
"""Statuses that a second request may not meet."""

_POOL = 16
"""Connections kept a host; a worker has fewer threads."""

_Send = Callable[[requests.PreparedRequest], requests.Response]


class PoliteAdapter(HTTPAdapter):
    """Sends each request in its turn, conditionally where it may be, and again where it may be."""

    def __init__(self, turns: Turns, answers: Answers, tallies: tuple[Tally, ...], ca_bundle: Path | None) -> None:
        super().__init__(max_retries=0, pool_connections=4, pool_maxsize=_POOL)
        self._turns, self._answers, self._tallies, self._ca_bundle = turns, answers, tallies, ca_bundle

    def send(  # noqa: PLR0917 - the signature is HTTPAdapter's
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """See ``HTTPAdapter``.

        Raises:
            MustWait: it may not be sent yet.
            requests.RequestException: no answer came.
        """
        trusted = verify if self._ca_bundle is None else str(self._ca_bundle)
        kind = kind_of(request.method or "", request.url or "", _body(request))

        def once(one: requests.PreparedRequest) -> requests.Response:
            send = super(PoliteAdapter, self).send
            response = send(one, stream, timeout, trusted, cert, None if proxies is None else dict(proxies))
            if not stream:
                _ = response.content  # now, so that a connection that is cut in the middle is met here
            return response

        if request.method != "GET" or stream or "If-None-Match" in request.headers:
            return self._persist(request, kind, once)
        return self._ask_whether_changed(request, kind, once)

    def _ask_whether_changed(self, request: requests.PreparedRequest, kind: Kind, once: _Send) -> requests.Response:
        key = _key(request)
        known = self._answers.find(key)
        if known is not None:
            request = request.copy()  # a redirection takes over the headers of what was sent first
            request.headers["If-None-Match"] = known.etag
        response = self._persist(request, kind, once)
        if known is not None and response.status_code == 304:
            return self._unchanged(request, known, response)
        self._keep(key, response)
        return response

    def _keep(self, key: str, response: requests.Response) -> None:
        etag = response.headers.get("ETag")
        if response.status_code == 200 and etag and "no-store" not in response.headers.get("Cache-Control", ""):
            self._answers.keep(key, Answer(etag, dict(response.headers), response.content))
        elif response.status_code in (200, 404, 410):
            self._answers.forget(key)

    def _unchanged(
        self, request: requests.PreparedRequest, known: Answer, response: requests.Response
    ) -> requests.Response:
        headers = known.renewed(response.headers)
        body = BytesIO(known.body)
        return self.build_response(request, HTTPResponse(body, headers, 200, reason="OK", preload_content=False))

    def _persist(self, request: requests.PreparedRequest, kind: Kind, once: _Send) -> requests.Response:
        for attempt in range(RETRIES if kind.repeatable else 0):
            try:
                response = self._in_turn(request, kind, once)
            except requests.exceptions.SSLError:
                raise
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
                pass
            else:
                if response.status_code not in _PASSING or "Retry-After" in response.headers:
                    return response
            self._turns.back_off(attempt)
        return self._in_turn(request, kind, once)

    def _in_turn(self, request: requests.PreparedRequest, kind: Kind, once: _Send) -> requests.Response:
        url = request.url or ""
        host, resource, credentials = urlsplit(url).netloc, _resource(url), _credentials(request)
        self._turns.wait(url, kind, host, f"{host} {resource} {credentials}")
        for tally in self._tallies:
            tally.count(kind)
        response = once(request)
        told = response.headers.get("X-RateLimit-Resource", resource)
        may_refuse = response.status_code == 403 or (response.status_code == 200 and resource == "graphql")
        self._heed(response, response.content if may_refuse else b"", host, f"{host} {told} {credentials}")
        return response

    def _heed(self, response: requests.Response, body: bytes, host: str, ours: str) -> None:
        """Remember who is to be left in peace. A limit that is used up is that of the credentials, not of the host."""
        now, status, headers = self._turns.now(), response.status_code, response.headers
        for key, seconds in ((host, asked_wait(status, headers, body, now)), (ours, used_up(headers, now))):
            if seconds is not None:
                self._turns.pauses.begin(key, seconds)


def _body(request: requests.PreparedRequest) -> bytes | str | None:
    return request.body if isinstance(request.body, bytes | str) else None


def _resource(url: str) -> str:
    """What GitHub counts apart, by its names in ``X-RateLimit-Resource``: GraphQL, and nearly all of the rest."""
    return "graphql" if urlsplit(url).path.endswith("/graphql") else "core"


def _credentials(request: requests.PreparedRequest) -> str:
    told = "\n".join(str(request.headers.get(name, "")) for name in _CREDENTIALS)
    return hmac.digest(_SALT, told.encode("utf-8", "surrogateescape"), hashlib.sha256).hex()


def _key(request: requests.PreparedRequest) -> str:
    """What an answer depends on: GitHub's ``Vary`` names ``Accept`` and ``Authorization``."""
    varying = "\n".join(str(request.headers.get(name, "")) for name in ("Accept", "X-GitHub-Api-Version"))
    return f"{_credentials(request)} {varying} {request.url}"
