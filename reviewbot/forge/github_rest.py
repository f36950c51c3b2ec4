"""One request to GitHub's REST API, and what came back."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from github import Github
from github.Requester import Requester

from reviewbot.forge.github_errors import from_status, is_limited, mapped, nonsense

_REPEAT = (307, 308)


@dataclass(frozen=True)
class Answer:
    """What GitHub answered. ``headers`` are in lower case; ``data`` is the decoded body, None where there is none."""

    status: int
    headers: Mapping[str, str]
    data: object


def send(
    client: Github, verb: str, path: str, doing: str, body: object = None, *, allow: Collection[int] = ()
) -> Answer:
    """Send one request.

    Args:
        path: below the API's base. doing: completes "GitHub could not be reached while …".
        allow: statuses besides 2xx that are an answer too, unless they tell of a rate limit.

    Raises:
        ForgeError: every other status, a connection that failed, or an answer that is no JSON.
    """
    status, headers, text = mapped(doing, lambda: _exchange(client.requester, verb, path, body))
    good = 200 <= status < 300
    data = _decoded(text, strict=good, doing=doing)
    if good or (status in allow and not is_limited(status, headers, data)):
        return Answer(status, headers, data)
    raise from_status(doing, status, headers, data, time.time())


def _exchange(requester: Requester, verb: str, path: str, body: object) -> tuple[int, Mapping[str, str], str]:
    """Send it, and once more where GitHub says that the repository was renamed.

    GitHub answers 301 to reading and 307 to writing; PyGithub follows the first and takes the second for a success.
    The request was not performed, so that it may be repeated as it is, on this GitHub alone
    (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects).
    """
    status, headers, text = requester.requestJson(verb, path, input=body)
    if status in _REPEAT and "location" in headers:
        return requester.requestJson(verb, _same_api(requester.base_url, headers["location"]), input=body)
    return status, headers, text


def _same_api(base_url: str, location: str) -> str:
    """``location``, which has to lie in the API that was asked: the token goes nowhere else.

    Raises:
        ValueError: it lies elsewhere. Nobody sees this one; ``mapped`` says what is wrong.
    """
    base, to = urlsplit(base_url), urlsplit(location)
    if (to.scheme, to.netloc) != (base.scheme, base.netloc) or not to.path.startswith(f"{base.path.rstrip('/')}/"):
        raise ValueError("a redirection to another place")
    return location


def _decoded(text: str, *, strict: bool, doing: str) -> object:
    """The JSON in ``text``; of a refusal only where it holds any: proxies answer with pages."""
    if not text and not strict:
        return None
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        if not strict:
            return None
    raise nonsense(doing)
