"""Who may ask, how often, and in which pages: tokens, rate limits, errors in GitLab's shape."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from tests.fakes.github.access import Answer
from tests.fakes.github.access import secret_of as _authorization
from tests.fakes.github.faults import Fault
from tests.fakes.gitlab.model import Token

RETRY_LATER = b"Retry later\n"
NOTES_A_MINUTE = 300
"""Notes a user may create a minute (https://docs.gitlab.com/administration/settings/rate_limit_on_notes_creation/)."""
WORDS = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method Not Allowed"}


def problem(status: int, detail: str | None = None, **headers: str) -> Answer:
    """An error in GitLab's shape: `{"message": "404 Project Not Found"}`."""
    words = f"{status} {detail or WORDS.get(status, 'Error')}"
    return Answer(status, {"message": words}, {name.replace("_", "-"): value for name, value in headers.items()})


def not_found(what: str | None = None) -> Answer:
    return problem(404, f"{what} Not Found" if what else None)


def bad_request(reason: str) -> Answer:
    """400 with a reason."""
    return problem(400, f"Bad request - {reason}")


def invalid(error: str) -> Answer:
    """What the parameter check says: `{"error": "body is missing"}`."""
    return Answer(400, {"error": error})


def status(code: int, message: str = "", *, effect: bool = False, **headers: str) -> Fault:
    """A fault that answers with a status."""
    return Fault(problem(code, message or f"injected {code}", **headers), effect)


def secret_of(headers: Mapping[str, str]) -> str | None:
    """The token in `PRIVATE-TOKEN` or `Authorization` (https://docs.gitlab.com/api/rest/authentication/)."""
    return headers.get("private-token") or _authorization(headers)


class Limits:
    """The rate limit of authenticated API requests, and that of new notes; both count a user and a minute.

    https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
    """

    def __init__(self, now: Callable[[], float], a_minute: int = 2000, notes_a_minute: int = NOTES_A_MINUTE) -> None:
        self.a_minute = a_minute
        self.notes_a_minute = notes_a_minute
        self._now = now
        self._requests: dict[str, deque[float]] = defaultdict(deque)
        self._notes: dict[str, deque[float]] = defaultdict(deque)

    def spend(self, token: Token) -> Answer | None:
        """Count one request; the refusal where there is none left."""
        recent = self._recent(self._requests, token)
        recent.append(self._now())
        if len(recent) <= self.a_minute:
            return None
        wait = str(self._reset(recent))
        return Answer(429, body=RETRY_LATER, headers={"Retry-After": wait}, kind="text/plain")

    def spend_note(self, token: Token) -> Answer | None:
        """Count one new note; the refusal where there is none left."""
        recent = self._recent(self._notes, token)
        recent.append(self._now())
        if len(recent) <= self.notes_a_minute:
            return None
        words = "This endpoint has been requested too many times. Try again later."
        return Answer(429, {"message": {"error": words}}, {"Retry-After": str(self._reset(recent))})

    def headers(self, token: Token) -> dict[str, str]:
        recent = self._recent(self._requests, token)
        return {
            "RateLimit-Limit": str(self.a_minute),
            "RateLimit-Name": "throttle_authenticated_api",
            "RateLimit-Observed": str(len(recent)),
            "RateLimit-Remaining": str(max(0, self.a_minute - len(recent))),
            "RateLimit-Reset": str(int(self._now()) + self._reset(recent)),
        }

    def _recent(self, kept: dict[str, deque[float]], token: Token) -> deque[float]:
        recent = kept[token.user.login]
        while recent and recent[0] <= self._now() - 60:
            recent.popleft()
        return recent

    def _reset(self, recent: deque[float]) -> int:
        return max(1, int(recent[0] + 60 - self._now())) if recent else 60


def page(url: str, query: Mapping[str, str], items: list[Any], show: Callable[[Any], Any]) -> Answer:
    """One page of `items` (https://docs.gitlab.com/api/rest/#offset-based-pagination); at most 100 a page."""
    size = min(max(_int(query.get("per_page"), 20), 1), 100)
    number = max(_int(query.get("page"), 1), 1)
    last = max(1, -(-len(items) // size))
    following, before = (number + 1 if number < last else None), (number - 1 if number > 1 else None)
    rels = {"prev": before, "next": following, "first": 1, "last": last}
    query = {**query, "per_page": str(size)}
    links = [f'<{url}?{urlencode({**query, "page": to})}>; rel="{rel}"' for rel, to in rels.items() if to]
    headers = {
        "Link": ", ".join(links),
        "X-Next-Page": str(following or ""),
        "X-Page": str(number),
        "X-Per-Page": str(size),
        "X-Prev-Page": str(before or ""),
        "X-Total": str(len(items)),
        "X-Total-Pages": str(last),
    }
    return Answer(200, [show(item) for item in items[(number - 1) * size : number * size]], headers)


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default
