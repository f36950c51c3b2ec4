"""GitHub's GraphQL API: one question, and its errors, which come with the status 200.

Sources: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api and
https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from github import Github

from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRateLimited, ForgeUnavailable
from reviewbot.forge.github_errors import explanation, nonsense, wait_seconds
from reviewbot.forge.github_json import Json, as_object, get_flag, get_object
from reviewbot.forge.github_rest import send

_LIMITED = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_DENIED = frozenset({"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES"})

_RESOLVE = """mutation Resolve($thread: ID!) {
  done: resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
}"""
_UNRESOLVE = """mutation Unresolve($thread: ID!) {
  done: unresolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
}"""


def ask(client: Github, doing: str, query: str, variables: Mapping[str, object]) -> Json:
    """The ``data`` of an answer that is whole: one with errors beside its data is not.

    Sent like any other request rather than by PyGithub's ``graphql_query``, which makes a 400 of every error.

    Raises:
        ForgeError: see ``from_errors`` and ``github_rest.send``.
    """
    body = {"query": query, "variables": dict(variables)}
    answer = send(client, "POST", client.requester.graphql_url, doing, body)
    data = as_object(answer.data)
    if data.get("errors") or _limits(explanation(data)):
        raise from_errors(doing, data, answer.headers, time.time())
    return get_object(data, "data")


def from_errors(doing: str, data: Json, headers: Mapping[str, str], now: float) -> ForgeError:
    """The error for an answer of status 200 that says why it is not whole.

    A rate limit is the reason for whatever else went wrong, and what is denied stays so; the rest may pass.

    Args:
        doing: what was tried. data: the answer. headers: its own, in lower case.
        now: seconds since 1970, to which ``x-ratelimit-reset`` is compared.
    """
    kinds, reason = _kinds(data.get("errors")), explanation(data)
    if kinds & _LIMITED or (_limits(reason) and not kinds & _DENIED):
        wait = wait_seconds(headers, now)
        return ForgeRateLimited(f"GitHub asks to wait {wait:.0f} s while {doing}.", wait)
    if kinds & _DENIED:
        return ForgeDenied(f"GitHub denies {doing} ({reason}): it is gone, or the token needs more rights.")
    return ForgeUnavailable(f"GitHub could not answer while {doing} ({reason}): trying again later.")


def _kinds(errors: object) -> set[object]:
    listed = errors if isinstance(errors, Sequence) else ()
    return {kind for one in listed if isinstance(one, Mapping) and isinstance(kind := one.get("type"), str)}


def _limits(reason: str) -> bool:
    """A secondary limit has no type: "the response status code will be 200 or 403", with a message."""
    return "rate limit" in reason.lower()


def set_resolved(client: Github, doing: str, thread: str, *, resolved: bool) -> None:
    """Resolve the thread with the node id ``thread``, or open it again.

    Raises:
        ForgeError: it was not done.
    """
    data = ask(client, doing, _RESOLVE if resolved else _UNRESOLVE, {"thread": thread})
    if get_flag(get_object(get_object(data, "done"), "thread"), "isResolved") is not resolved:
        raise nonsense(doing)
