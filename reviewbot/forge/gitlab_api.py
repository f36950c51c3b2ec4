"""GitLab's REST and GraphQL APIs, a request a call, through python-gitlab. Nothing is read here but that it is JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from gitlab import Gitlab
from gitlab.utils import EncodedId

from reviewbot import __version__
from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gitlab_errors import mapped, nonsense, refuse
from reviewbot.forge.kinds import Tally
from reviewbot.forge.manners import GITLAB, Manners

PAGE = 100
"""Entries a page, the most that GitLab gives."""

_PASSING = ("timeout", "timed out", "internal server error")


class Api:
    """Requests to one GitLab. Thread-safe; every failure is a ``ForgeError``.

    The token is sent as ``Authorization: Bearer``, which GitLab takes for every kind of token
    (https://docs.gitlab.com/api/rest/authentication/) and which requests never sends on to another host.

    Args:
        base_url: GitLab's address, without ``/api``. token: see ``GitLab``. ca_bundle, timeout, manners: likewise.
    """

    def __init__(
        self, base_url: str, token: str, ca_bundle: Path | None, timeout: int, manners: Manners | None
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._tally = Tally()
        session = (manners or Manners(GITLAB)).session(ca_bundle, tally=self._tally)
        session.hooks["response"].append(refuse)
        self._session = session
        self._client = Gitlab(
            self.base_url,
            oauth_token=token,
            ssl_verify=True if ca_bundle is None else str(ca_bundle),
            timeout=timeout,
            per_page=PAGE,
            user_agent=f"reviewbot/{__version__}",
            retry_transient_errors=False,
            keep_base_url=True,
            session=session,
        )

    @property
    def calls(self) -> int:
        """How many requests were sent so far."""
        return self._tally.calls

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def get(self, doing: str, path: str, **query: str) -> object:
        """The decoded answer to ``GET path``; ``doing`` completes "… while …" in an error."""
        return self._json(doing, mapped(doing, lambda: self._client.http_get(path, query_data=query)))

    def text(self, doing: str, path: str) -> str:
        """The answer to ``GET path`` as text."""
        found = mapped(doing, lambda: self._client.http_get(path, raw=True))
        if not isinstance(found, requests.Response):
            raise nonsense(doing)
        return found.content.decode("utf-8", "replace")

    def pages(self, doing: str, path: str, **query: str) -> list[Any]:
        """Every entry of the list at ``path``, to the last page."""
        return mapped(doing, lambda: list(self._client.http_list(path, query_data=query, get_all=True)))

    def post(self, doing: str, path: str, data: Mapping[str, Any] | None = None) -> object:
        """The decoded answer to ``POST path``; None where it has no content."""
        given = None if data is None else dict(data)
        return self._json(doing, mapped(doing, lambda: self._client.http_post(path, post_data=given)))

    def put(self, doing: str, path: str, data: Mapping[str, Any]) -> object:
        """The decoded answer to ``PUT path``; None where it has no content."""
        return self._json(doing, mapped(doing, lambda: self._client.http_put(path, post_data=dict(data))))

    def delete(self, doing: str, path: str) -> None:
        """``DELETE path``, which GitLab answers with 204."""
        if mapped(doing, lambda: self._client.http_delete(path)).status_code != 204:
            raise nonsense(doing)

    def ask(self, doing: str, document: str, **variables: object) -> Mapping[str, Any]:
        """``data`` of the answer to a GraphQL query. GitLab takes the same tokens for it, with ``api`` or ``read_api``.

        Raises:
            ForgeRejected: GitLab did not understand the query.
        """
        answer = self.post(doing, f"{self.base_url}/api/graphql", {"query": document, "variables": variables})
        if not isinstance(answer, Mapping):
            raise nonsense(doing)
        if answer.get("errors"):
            raise _graphql_error(doing, answer["errors"])
        data = answer.get("data")
        if not isinstance(data, Mapping):
            raise nonsense(doing)
        return data

    @staticmethod
    def _json(doing: str, answer: object) -> object:
        if isinstance(answer, requests.Response):
            if answer.status_code == 204 or (answer.status_code < 300 and not answer.content):
                return None
            raise nonsense(doing)
        return answer


def project_path(repository: str) -> str:
    """Where a project's resources lie; the whole of its path is one part of the address."""
    return f"/projects/{EncodedId(repository)}"


def merge_request_path(ref: PullRequestRef) -> str:
    """Where a merge request's resources lie."""
    return f"{project_path(ref.repository)}/merge_requests/{ref.number}"


def _graphql_error(doing: str, errors: object) -> ForgeError:
    """Errors of a query come with status 200."""
    told = [one.get("message") for one in errors if isinstance(one, Mapping)] if isinstance(errors, list) else []
    words = " ".join("; ".join(str(one) for one in told if one).split())[:300]
    if any(word in words.lower() for word in _PASSING):
        return ForgeUnavailable(f"GitLab could not answer while {doing} ({words}): trying again later.")
    if "not exist or you don't have permission" in words:
        return ForgeDenied(f"GitLab forbids {doing} ({words}): give the token the role and the scope it needs.")
    return ForgeRejected(f"GitLab refused {doing} ({words or 'no reason given'}): it must be 17.0 or newer.")
