"""A conversation on GitHub, collected to the last page of each of its connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.github_json import Json, get_flag, get_object, get_objects, get_optional, get_text
from reviewbot.forge.github_queries import CONVERSATION, DOWNVOTES, THREAD

Ask = Callable[[str, Mapping[str, object]], Json]
"""A GraphQL query and its variables, to the answer's ``data``."""

_CONNECTIONS = {"threads": "reviewThreads", "comments": "comments", "reviews": "reviews"}


@dataclass(frozen=True)
class Collected:
    """Everything said on a pull request, as GraphQL gives it, oldest first.

    Attributes:
        pull: its own fields. threads: each with all of its comments. comments: of the conversation. reviews: submitted.
        votes: for the node id of a comment, all of its 👎s.
    """

    pull: Json
    threads: tuple[tuple[Json, tuple[Json, ...]], ...]
    comments: tuple[Json, ...]
    reviews: tuple[Json, ...]
    votes: Mapping[str, tuple[Json, ...]]


def collect(ask: Ask, ref: PullRequestRef) -> Collected:
    """Read the conversation on ``ref`` whole: one question, and more only where there are further pages.

    Raises:
        ForgeUnavailable: the pull request changed between two pages, or an answer is not GitHub's.
        ForgeError: ``ask`` failed.
    """
    pulls = list(_pulls(ask, ref))
    if len({(get_text(pull, "headRefOid"), get_text(pull, "baseRefOid")) for pull in pulls}) > 1:
        raise ForgeUnavailable(f"{ref} was pushed to while its conversation was read: trying again later.")
    threads, comments, reviews = (
        [node for pull in pulls if name in pull for node in get_objects(get_object(pull, name), "nodes")]
        for name in _CONNECTIONS.values()
    )
    whole = tuple((thread, tuple(_nodes(ask, THREAD, thread, "comments"))) for thread in threads)
    votable = [*comments, *(comment for _, said in whole for comment in said)]
    votes = {get_text(one, "id"): tuple(_nodes(ask, DOWNVOTES, one, "reactions")) for one in votable}
    return Collected(pulls[0], whole, tuple(comments), tuple(reviews), votes)


def _pulls(ask: Ask, ref: PullRequestRef) -> Iterator[Json]:
    """The pull request, once for each round of pages; after the first only with those connections that have more."""
    owner, _, name = ref.repository.partition("/")
    asked: dict[str, object] = {"owner": owner, "name": name, "number": ref.number}
    after: dict[str, str | None] = dict.fromkeys(_CONNECTIONS)
    while after:
        rest: dict[str, object] = {kind: kind in after for kind in _CONNECTIONS}
        cursors = {f"{kind}After": cursor for kind, cursor in after.items()}
        data = ask(CONVERSATION, {**asked, **rest, **cursors})
        pull = get_object(get_object(data, "repository"), "pullRequest")
        yield pull
        found = {kind: next_page(get_object(pull, _CONNECTIONS[kind]), before) for kind, before in after.items()}
        after = {kind: cursor for kind, cursor in found.items() if cursor is not None}


def _nodes(ask: Ask, query: str, holder: Json, name: str) -> Iterator[Json]:
    """The entries of the connection ``name`` of the node ``holder``: what came with it, then all further pages."""
    connection, cursor = get_object(holder, name), None
    yield from get_objects(connection, "nodes")
    while (cursor := next_page(connection, cursor)) is not None:
        node = get_optional(ask(query, {"id": get_text(holder, "id"), "after": cursor}), "node")
        if node is None:
            raise ForgeUnavailable("A comment was deleted while the conversation was read: trying again later.")
        connection = get_object(node, name)
        yield from get_objects(connection, "nodes")


def next_page(connection: Json, before: str | None) -> str | None:
    """The cursor of the page after this one, which began at ``before``; None at the end.

    Raises:
        ForgeUnavailable: the next page would be this one again.
    """
    info = get_object(connection, "pageInfo")
    if not get_flag(info, "hasNextPage"):
        return None
    cursor = get_text(info, "endCursor")
    if cursor == before:
        raise ForgeUnavailable("GitHub gives the same page again and again: trying again later.")
    return cursor
