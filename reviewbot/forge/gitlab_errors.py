"""GitLab's failures, mapped into the error tree.

Sources: https://docs.gitlab.com/api/rest/troubleshooting/ and
https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import requests
from gitlab.exceptions import GitlabError

from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRateLimited, ForgeRejected, ForgeUnavailable
from reviewbot.forge.turns import MustWait

DEFAULT_WAIT = 60.0
"""Seconds to wait where GitLab names no time: its limits are counted by the minute."""

MAX_WAIT = 3600.0
"""Seconds; no longer wait is believed."""

_MAX_REASON = 300

_T = TypeVar("_T")

_DENIED = {
    401: "GitLab does not accept the token while {doing}: give it a valid one.",
    403: "GitLab forbids {doing} ({reason}): give the token the role and the scope it needs.",
}

# What python-gitlab raises by itself when an answer is not what the API promises.
_NONSENSE = (GitlabError, ValueError, TypeError, AttributeError, AssertionError, KeyError, RuntimeError)


class Answered(requests.RequestException):
    """GitLab answered with an error, or would send a writing request elsewhere. Holds no request, so no token.

    python-gitlab's own exceptions drop the headers, and with them how long to wait.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(f"status {status}")
        self.status, self.headers, self.body = status, headers, body


class Missing(ForgeDenied):
    """404 or 410: it is not there, or the token may not see it; GitLab does not tell which."""


def refuse(answer: requests.Response, *_: object, **__: object) -> None:
    """A hook for the session's answers.

    Raises:
        Answered: it is an error, or a redirection of a request that is no ``GET``: requests would make it one.
    """
    method = answer.request.method or ""
    if answer.status_code >= 400 or (answer.is_redirect and method != "GET"):
        raise Answered(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)


def mapped(doing: str, action: Callable[[], _T]) -> _T:
    """What ``action``, a call of python-gitlab, gives; whatever it raises becomes a ``ForgeError``.

    The error is raised outside of every handler, so that it holds no cause: the exceptions of ``requests`` hold the
    request, and with it the token.

    Args:
        doing: completes "GitLab could not be reached while …".
    """
    failure: ForgeError
    try:
        return action()
    except Answered as answer:
        failure = from_status(doing, answer.status, answer.headers, answer.body, time.time())
    except MustWait as error:
        failure = _limited(doing, error.seconds)
    except requests.RequestException as error:
        failure = ForgeUnavailable(f"GitLab could not be reached while {doing} ({_kind(error)}): trying again later.")
    except _NONSENSE:
        failure = nonsense(doing)
    raise failure


def nonsense(doing: str) -> ForgeUnavailable:
    """The error for an answer that is not GitLab's API's."""
    return ForgeUnavailable(f"GitLab's answer while {doing} is not its API's: if it stays so, check GitLab's address.")


def from_status(doing: str, status: int, headers: Mapping[str, str], body: bytes, now: float) -> ForgeError:
    """The error for an HTTP status.

    Args:
        doing: what was tried. status: GitLab's. headers: its answer's, in lower case. body: its answer's.
        now: seconds since 1970, to which ``ratelimit-reset`` is compared.
    """
    reason = explanation(body)
    if status == 429:
        return _limited(doing, wait_seconds(headers, now))
    if status >= 500 or status == 408:
        return ForgeUnavailable(f"GitLab answered {status} while {doing}: trying again later.")
    if status in (404, 410):
        return Missing(f"GitLab finds nothing while {doing} ({reason}): it is gone, or the token may not see it.")
    if status in _DENIED:
        return ForgeDenied(_DENIED[status].format(doing=doing, reason=reason))
    if status >= 400:
        return ForgeRejected(f"GitLab refused {doing} with {status} ({reason}).")
    return ForgeError(f"GitLab answered {status} while {doing}, which is not expected: check GitLab's address.")


def _limited(doing: str, seconds: float) -> ForgeRateLimited:
    return ForgeRateLimited(f"GitLab asks to wait {seconds:.0f} s while {doing}.", seconds)


def wait_seconds(headers: Mapping[str, str], now: float) -> float:
    """Seconds to wait: ``retry-after`` first, else until ``ratelimit-reset``, else a minute.

    Never under a second nor over an hour, whatever the headers say.
    """
    wait = _number(headers.get("retry-after"))
    reset = _number(headers.get("ratelimit-reset"))
    if wait is None and reset is not None:
        wait = reset - now
    return min(max(DEFAULT_WAIT if wait is None else wait, 1.0), MAX_WAIT)


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None


def explanation(body: bytes) -> str:
    """GitLab's own words about a refusal, in one short line: ``message``, a text, a list or an object, or ``error``."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "no reason given"
    if not isinstance(data, dict):
        return "no reason given"
    text = " ".join(_words(data.get("message") or data.get("error")).split())
    return (text[:_MAX_REASON] + "…" if len(text) > _MAX_REASON else text) or "no reason given"


def _words(told: object) -> str:
    if isinstance(told, Mapping):
        return "; ".join(f"{name} {_words(said)}" for name, said in told.items())
    if isinstance(told, list):
        return ", ".join(str(one) for one in told)
    return str(told) if told else ""


def _kind(error: requests.RequestException) -> str:
    """Why a connection failed, in words that hold no address and no header."""
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    return "the connection failed or was cut"
