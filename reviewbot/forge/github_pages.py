"""A conversation on GitHub, collected to the last page of each of its connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.github_json import Json, get_flag, get_object, get_objects, get_optional, get_text
from reviewbot.forge.github_queries import CONVERSATION, DOWNVOTES, THREAD

Ask = Callable[[str, Mapping[str, object]], Json]
"""A GraphQL query and its variables, to the answer's ``data``."""

_CONNECTIONS = {"threads": "reviewThreads", "comments": "comments", "reviews": "reviews"}


@dataclass(frozen=True)
class Question:
    """What is asked about a pull request, to the last page of each of its connections.

    Attributes:
        query: it asks for the connections, each where the variable of its name is true, from the cursor ``…After`` on.
        more: connections of the pull request beside those of what is said, by the names of their variables.
        still: fields of the pull request that have to be the same on all pages.
    """

    query: str
    more: Mapping[str, str] = field(default_factory=dict)
    still: tuple[str, ...] = ("headRefOid", "baseRefOid")

    @property
    def connections(self) -> Mapping[str, str]:
        """All of them."""
        return {**_CONNECTIONS, **self.more}


TALK = Question(CONVERSATION)
"""What is said on it, and no more."""


@dataclass(frozen=True)
class Collected:
    """Everything said on a pull request, as GraphQL gives it, oldest first.

    Attributes:
        pull: its own fields. threads: each with all of its comments. comments: of the conversation. reviews: submitted.
        votes: for the node id of a comment, all of its 👎s. more: of each of the question's further connections.
    """

    pull: Json
    threads: tuple[tuple[Json, tuple[Json, ...]], ...]
    comments: tuple[Json, ...]
    reviews: tuple[Json, ...]
    votes: Mapping[str, tuple[Json, ...]]
    more: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)


def collect(ask: Ask, ref: PullRequestRef, question: Question = TALK) -> Collected:
    """Read the conversation on ``ref`` whole: one question, and more only where there are further pages.

    Raises:
        ForgeUnavailable: the pull request changed between two pages, or an answer is not GitHub's.
        ForgeError: ``ask`` failed.
    """
    pulls = list(_pulls(ask, ref, question))
    if len({tuple(get_text(pull, name) for name in question.still) for pull in pulls}) > 1:
        raise ForgeUnavailable(f"{ref} was pushed to, or changed, while it was read: trying again later.")
    found = {kind: _joined(pulls, name) for kind, name in question.connections.items()}
    threads = tuple((one, tuple(all_nodes(ask, THREAD, one, "comments"))) for one in found["threads"])
    votable = [*found["comments"], *(comment for _, said in threads for comment in said)]
    votes = {get_text(one, "id"): tuple(all_nodes(ask, DOWNVOTES, one, "reactions")) for one in votable}
    more = {kind: found[kind] for kind in question.more}
    return Collected(pulls[0], threads, found["comments"], found["reviews"], votes, more)


def _joined(pulls: Sequence[Json], name: str) -> tuple[Json, ...]:
    """The entries of the connection ``name``, of all pages."""
    return tuple(node for pull in pulls if name in pull for node in get_objects(get_object(pull, name), "nodes"))


def _pulls(ask: Ask, ref: PullRequestRef, question: Question) -> Iterator[Json]:
    """The pull request, once for each round of pages; after the first only with those connections that have more."""
    owner, _, name = ref.repository.partition("/")
    asked: dict[str, object] = {"owner": owner, "name": name, "number": ref.number}
    connections = question.connections
    after: dict[str, str | None] = dict.fromkeys(connections)
    while after:
        rest: dict[str, object] = {kind: kind in after for kind in connections}
        cursors = {f"{kind}After": cursor for kind, cursor in after.items()}
        data = ask(question.query, {**asked, **rest, **cursors})
        pull = get_object(get_object(data, "repository"), "pullRequest")
        yield pull
        found = {kind: next_page(get_object(pull, connections[kind]), before) for kind, before in after.items()}
        after = {kind: cursor for kind, cursor in found.items() if cursor is not None}


def all_nodes(ask: Ask, query: str, holder: Json, name: str) -> Iterator[Json]:
    """The entries of the connection ``name`` of the node ``holder``: what came with it, then all further pages.

    Args:
        query: for the page of the node ``$id`` after the cursor ``$after``.
    """
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
