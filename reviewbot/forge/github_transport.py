"""PyGithub over a session of ours, so that ``Manners`` sees each of its requests.

PyGithub (2.10) makes a ``requests.Session`` of its own in a connection class, and takes no other. Its public way to
another connection class, ``Requester.injectConnectionClasses``, is for the whole process and makes a new connection for
each request, which two threads then take from each other. So the connection classes are set on a subclass of
``Requester``, in whose place ``Github`` would put the plain one: three private names, which ``polite_github`` checks at
once, so that a PyGithub that renames them fails loudly and is never impolite in silence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import IO, Any

import requests
from github import Auth, Github
from github.GithubObject import Opt, is_undefined
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester, RequestsResponse

from reviewbot import __version__

PAGE = 100
"""Entries a page, the most that GitHub gives."""

Renew = Callable[[str], str | None]
"""Given the ``Authorization`` that GitHub did not accept, another one to try once; None where there is none."""


def polite_github(
    session: requests.Session, auth: Auth.Auth, base_url: str, *, timeout: int = 20, renew: Renew | None = None
) -> Github:
    """A client whose every request is sent by ``session``; may be used by many threads.

    Args:
        session: of ``Manners``. base_url: the REST API's. timeout: seconds to connect, and between two bytes.
        renew: asked once for each answer ``401``, which says that nothing was done.

    Raises:
        RuntimeError: this PyGithub is not built as the one that this was written for.
    """
    requester = _requester_class(session, renew)
    client = Github(auth=auth, base_url=base_url, timeout=timeout, **_FIXED)
    polite = requester(**client.requester.kwargs)
    client._Github__requester = polite  # type: ignore[attr-defined]
    if client.requester is not polite or not issubclass(polite._Requester__connectionClass, _Connection):  # type: ignore[attr-defined]
        raise RuntimeError("This version of PyGithub is unknown: install the one that constraints.txt names.")
    return client


# Nothing is tried twice, put off or filled in by PyGithub itself.
_FIXED: dict[str, Any] = {
    "per_page": PAGE,
    "retry": None,
    "seconds_between_requests": None,
    "seconds_between_writes": None,
    "user_agent": f"reviewbot/{__version__}",
    "lazy": True,
}


class _Connection:
    """What PyGithub takes for a connection. It keeps one for all threads: each must see its own request."""

    protocol: str
    session: requests.Session
    renew: Renew | None

    def __init__(self, host: str, port: int | None = None, *, timeout: int | None = None, **_: object) -> None:
        self.host, self._port, self._timeout = host, port, timeout
        self._asked = threading.local()

    def request(
        self, verb: str, url: str, input: str | IO[bytes] | None, headers: dict[str, str], stream: bool = False
    ) -> None:
        """Remember what is to be sent. ``stream`` is not: no answer of an API is that large."""
        self._asked.request = (verb, url, input, headers)

    def getresponse(self) -> RequestsResponse:
        """Send it."""
        response = self._send()
        given = self._asked.request[3]
        if response.status_code == 401 and self.renew is not None and "Authorization" in given:
            other = self.renew(given["Authorization"])
            if other is not None:
                given["Authorization"] = other
                response = self._send()
        return RequestsResponse(response)

    def _send(self) -> requests.Response:
        verb, path, body, headers = self._asked.request
        place = self.host if self._port is None else f"{self.host}:{self._port}"
        url = f"{self.protocol}://{place}{path}"
        return self.session.request(verb, url, headers=headers, data=body, timeout=self._timeout, allow_redirects=False)

    def close(self) -> None:
        """The session is closed by whoever made it."""


def _requester_class(session: requests.Session, renew: Renew | None) -> type[Requester]:
    facts = {"session": session, "renew": staticmethod(renew) if renew else None}
    bases = (_Connection, HTTPSRequestsConnectionClass), (_Connection, HTTPRequestsConnectionClass)
    https = type("PoliteHttps", bases[0], {"protocol": "https", **facts})
    http = type("PoliteHttp", bases[1], {"protocol": "http", **facts})
    names = {"_Requester__httpsConnectionClass": https, "_Requester__httpConnectionClass": http}
    return type("PoliteRequester", (_Requester,), names)


class _Requester(Requester):
    """Stays what it is where PyGithub makes another of it."""

    def withAuth(self, auth: Auth.Auth | None) -> Requester:  # noqa: N802 - PyGithub's name
        """Another one that acts as somebody else."""
        return self._like(auth=auth)

    def withLazy(self, lazy: Opt[bool]) -> Requester:  # noqa: N802 - PyGithub's name
        """Another one whose objects complete themselves, or do not."""
        return self if is_undefined(lazy) or lazy == self.is_lazy else self._like(lazy=lazy)

    def withApiVersion(self, api_version: str | None) -> Requester:  # noqa: N802 - PyGithub's name
        """Another one that names another version of the API."""
        return self if api_version == self.api_version else self._like(api_version=api_version)

    def _like(self, **changed: object) -> Requester:
        return type(self)(**{**self.kwargs, **changed})
