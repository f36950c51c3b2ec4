"""GitHub's failures, mapped into the error tree.

Sources: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import requests
from github import BadAttributeException, GithubException, IncompletableObject

from reviewbot.domain.errors import (
    ForgeDenied,
    ForgeError,
    ForgeRateLimited,
    ForgeRejected,
    ForgeUnavailable,
)
from reviewbot.forge.turns import MustWait

SECONDARY_WAIT = 60.0
"""Seconds to wait where GitHub names no time: "wait for at least one minute before retrying"."""

MAX_WAIT = 3600.0
"""Seconds; the primary limit is counted by the hour, so no longer wait is believed."""

_MAX_REASON = 300

_T = TypeVar("_T")

_NOT_FOUND = "GitHub finds nothing while {doing}: it is gone, or the token may not see it."
_DENIED = {
    401: "GitHub does not accept the token while {doing}: give it a valid one.",
    403: "GitHub forbids {doing} ({reason}): give the token the rights it needs.",
    404: _NOT_FOUND,
    410: _NOT_FOUND,
    451: _NOT_FOUND,
}

# What PyGithub raises by itself when an answer is not what the API promises: broken JSON, a list for an object, a
# missing attribute that it then tries to complete, a redirection to another host.
_NONSENSE = (BadAttributeException, ValueError, TypeError, AttributeError, AssertionError, KeyError, RuntimeError)


def mapped(doing: str, action: Callable[[], _T]) -> _T:
    """What ``action``, a call of PyGithub, gives; whatever it raises becomes a ``ForgeError``.

    The error is raised outside of every handler, so that it holds no cause: the exceptions of ``requests`` hold the
    request, and with it the token.

    Args:
        doing: completes "GitHub could not be reached while …".
    """
    try:
        return action()
    except IncompletableObject:
        failure = nonsense(doing)
    except GithubException as error:
        failure = from_status(doing, error.status, error.headers or {}, error.data, time.time())
    except MustWait as error:
        failure = ForgeRateLimited(f"GitHub is left in peace for {error.seconds:.0f} s before {doing}.", error.seconds)
    except requests.RequestException as error:
        failure = ForgeUnavailable(f"GitHub could not be reached while {doing} ({_kind(error)}): trying again later.")
    except _NONSENSE:
        failure = nonsense(doing)
    raise failure


def nonsense(doing: str) -> ForgeError:
    """The error for an answer that is not what the API promises."""
    return ForgeUnavailable(f"GitHub's answer while {doing} is not its API's: if it stays so, check the API's address.")


def from_status(doing: str, status: int, headers: Mapping[str, str], data: object, now: float) -> ForgeError:
    """The error for an HTTP status.

    Args:
        doing: what was tried. status: GitHub's. headers: its answer's, in lower case. data: the decoded body.
        now: seconds since 1970, to which ``x-ratelimit-reset`` is compared.
    """
    reason = explanation(data)
    if is_limited(status, headers, data):
        wait = wait_seconds(headers, now)
        return ForgeRateLimited(f"GitHub asks to wait {wait:.0f} s while {doing}.", wait)
    if status >= 500 or status == 408:
        return ForgeUnavailable(f"GitHub answered {status} while {doing}: trying again later.")
    if status in _DENIED:
        return ForgeDenied(_DENIED[status].format(doing=doing, reason=reason))
    if status >= 400:
        return ForgeRejected(f"GitHub refused {doing} with {status} ({reason}).")
    return ForgeError(f"GitHub answered {status} while {doing}, which is not expected: check the API's address.")


def is_limited(status: int, headers: Mapping[str, str], data: object) -> bool:
    """Whether a refusal is a rate limit's. Arguments are those of ``from_status``."""
    if status not in (403, 429):
        return False
    limited = status == 429 or "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return limited or "rate limit" in explanation(data).lower()


def wait_seconds(headers: Mapping[str, str], now: float) -> float:
    """Seconds to wait: ``retry-after`` first, else until the primary limit's reset, else a minute.

    Never under a second nor over an hour, whatever the headers say.
    """
    wait = _number(headers.get("retry-after"))
    reset = _number(headers.get("x-ratelimit-reset"))
    if wait is None and reset is not None and headers.get("x-ratelimit-remaining") == "0":
        wait = reset - now
    return min(max(SECONDARY_WAIT if wait is None else wait, 1.0), MAX_WAIT)


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def explanation(data: object) -> str:
    """GitHub's own words about a refusal, in one short line: its ``message`` and its ``errors``."""
    if not isinstance(data, dict):
        return "no reason given"
    errors = data.get("errors")
    parts = [data.get("message"), *(errors if isinstance(errors, list) else [])]
    words = [part.get("message") or part.get("code") if isinstance(part, dict) else part for part in parts]
    text = " ".join("; ".join(str(word) for word in words if word).split())
    return (text[:_MAX_REASON] + "…" if len(text) > _MAX_REASON else text) or "no reason given"


def _kind(error: requests.RequestException) -> str:
    """Why a connection failed, in words that hold no address and no header."""
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    return "the connection failed or was cut"
