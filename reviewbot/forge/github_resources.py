"""What belongs to one repository, by REST: single answers, and lists to their last page."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from github import Github
from requests.utils import parse_header_links

from reviewbot.forge.github_errors import explanation, from_status, nonsense
from reviewbot.forge.github_rest import Answer, send
from reviewbot.forge.github_wire import repository_path

MOST_PAGES = 100
"""Pages of a list: 10,000 entries of 100 each. A longer one is not read by halves."""

_NO_COMMIT = "no commit found"
_ABSENT = (404, 422)


class Resources:
    """The API's paths below ``/repos/{owner}/{repo}``. Every failure is a ``ForgeError``.

    Args:
        repository: ``owner/name``.

    Raises:
        ForgeRejected: that is no repository's name.
    """

    def __init__(self, client: Github, repository: str) -> None:
        self._client, self._path = client, repository_path(repository)

    def get(self, path: str, doing: str, *, allow: Collection[int] = ()) -> Answer:
        """The answer to ``GET``. ``allow``: as for ``github_rest.send``."""
        return self.send("GET", path, doing, allow=allow)

    def send(self, verb: str, path: str, doing: str, body: object = None, *, allow: Collection[int] = ()) -> Answer:
        """The answer to one request. See ``github_rest.send``."""
        return send(self._client, verb, self._path + path, doing, body, allow=allow)

    def of_commit(self, verb: str, path: str, doing: str, body: object = None) -> Answer | None:
        """The answer to a request about a commit; None where the repository does not have it any more.

        GitHub says so with 422, at some places with 404, and the words "No commit found for SHA".
        """
        answer = self.send(verb, path, doing, body, allow=_ABSENT)
        if answer.status not in _ABSENT:
            return answer
        if _NO_COMMIT in explanation(answer.data).lower():
            return None
        raise from_status(doing, answer.status, answer.headers, answer.data, time.time())

    def pages(self, path: str, doing: str) -> Iterator[Answer]:
        """Each page of a list. ``path`` has a query."""
        return pages(self._client, self._path + path, doing)


def pages(client: Github, path: str, doing: str) -> Iterator[Answer]:
    """Each page of a list, by the header ``Link``, of which the query alone is followed: the token goes nowhere else.

    https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api

    Args:
        path: below the API's base, with a query. doing: as for ``github_rest.send``.

    Raises:
        ForgeError: a page could not be read, the same one comes again, or there are more than ``MOST_PAGES``.
    """
    where, _, query = path.partition("?")
    seen: set[str] = set()
    while query not in seen and len(seen) < MOST_PAGES:
        seen.add(query)
        answer = send(client, "GET", f"{where}?{query}", doing)
        yield answer
        following = next_query(answer.headers.get("link", ""))
        if following is None:
            return
        query = following
    raise nonsense(doing)


def next_query(link: str) -> str | None:
    """The query of the next page in a header ``Link``; None where there is no next page."""
    found = [one for one in parse_header_links(link) if one.get("rel") == "next"] if link else []
    return urlsplit(str(found[0]["url"])).query if found else None
