"""Who may ask, and how often: tokens, the primary and the secondary rate limit, ETags and pages."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.fakes.github.model import Token

DOCS = "https://docs.github.com/rest"


@dataclass
class Answer:
    """An HTTP answer. `data` is sent as JSON, `body` as it is."""

    status: int
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    kind: str = "application/json; charset=utf-8"

    def payload(self) -> bytes:
        if self.body is not None:
            return self.body
        return b"" if self.status in (204, 304) else json.dumps(self.data).encode()


def problem(status: int, message: str, errors: list[str] | None = None, **headers: str) -> Answer:
    """An error in GitHub's shape."""
    data: dict[str, Any] = {"message": message, "documentation_url": DOCS, "status": str(status)}
    if errors is not None:
        data["errors"] = errors
    return Answer(status, data, {name.replace("_", "-"): value for name, value in headers.items()})


def secret_of(headers: Mapping[str, str]) -> str | None:
    """The token in `Authorization`: `token X`, `Bearer X`, or Basic with the token as the password."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("token", "bearer"):
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


class Limits:
    """Both rate limits. The primary counts requests of a user and hour, the secondary writes of a user and minute.

    GraphQL has a primary limit of its own, counted in points: its `resource` is `graphql`.
    """

    def __init__(self, now: Callable[[], float], hourly: int = 5000, writes_a_minute: int = 80) -> None:
        self.hourly = hourly
        self.writes_a_minute = writes_a_minute
        self._now = now
        self._used: dict[tuple[str, str], tuple[float, int]] = {}
        self._writes: dict[str, deque[float]] = defaultdict(deque)

    def spend(self, token: Token, *, write: bool, resource: str = "core", points: int = 1) -> Answer | None:
        """Count one request; the refusal where there is none left."""
        now, key = self._now(), (token.user.login, resource)
        reset, used = self._used.get(key, (0.0, 0))
        if now >= reset:
            reset, used = now + 3600, 0
        if used >= self.hourly:
            return problem(403, f"API rate limit exceeded for user ID {token.user.id}.")
        self._used[key] = (reset, used + points)
        if write:
            return self._spend_write(token, now)
        return None

    def refund(self, token: Token) -> None:
        """An answer 304 does not count."""
        key = (token.user.login, "core")
        reset, used = self._used[key]
        self._used[key] = (reset, used - 1)

    def _spend_write(self, token: Token, now: float) -> Answer | None:
        recent = self._writes[token.user.login]
        while recent and recent[0] <= now - 60:
            recent.popleft()
        if len(recent) >= self.writes_a_minute:
            wait = str(max(1, int(recent[0] + 60 - now)))
            return problem(
                403, "You have exceeded a secondary rate limit. Please wait a few minutes.", retry_after=wait
            )
        recent.append(now)
        return None

    def headers(self, token: Token, resource: str = "core") -> dict[str, str]:
        reset, used = self._used.get((token.user.login, resource), (self._now() + 3600, 0))
        return {
            "x-ratelimit-limit": str(self.hourly),
            "x-ratelimit-remaining": str(max(0, self.hourly - used)),
            "x-ratelimit-used": str(used),
            "x-ratelimit-reset": str(int(reset) + 1),
            "x-ratelimit-resource": resource,
        }


def page(url: str, query: Mapping[str, str], items: list[Any], show: Callable[[Any], Any]) -> Answer:
    """One page of `items`, with the `Link` header that leads to the others."""
    size = min(max(_int(query.get("per_page"), 30), 1), 100)
    number = max(_int(query.get("page"), 1), 1)
    last = max(1, -(-len(items) // size))
    links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    if number <= 1:
        links.pop("prev"), links.pop("first")
    if number >= last:
        links.pop("next"), links.pop("last")
    told = [f'<{url}?{urlencode({**query, "page": to})}>; rel="{rel}"' for rel, to in links.items()]
    shown = [show(item) for item in items[(number - 1) * size : number * size]]
    return Answer(200, shown, {"link": ", ".join(told)} if told else {})


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default


def etag(payload: bytes) -> str:
    return f'W/"{hashlib.sha256(payload).hexdigest()}"'
