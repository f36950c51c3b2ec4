"""Commits, and whose they are: GitHub knows people by the addresses that are tied to their accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.github.gitstore import Bare, GitFailed
from tests.fakes.github.graphql.connections import connection
from tests.fakes.github.graphql.context import Context
from tests.fakes.github.graphql.people import person
from tests.fakes.github.model import Repository
from tests.fakes.github.shapes import node_id, when

_FORM = "%ct%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%(trailers:key=Co-authored-by,valueonly,unfold)%x00%B"
_NAMED = re.compile(r"\s*(.*?)\s*<([^<>]+)>\s*")


@dataclass(frozen=True)
class Actor:
    """Somebody in a commit, as git spells them; `at` in seconds since 1970."""

    name: str
    email: str
    at: int


@dataclass(frozen=True)
class Told:
    """What git tells of a commit. `authors` are git's author and those of the trailers, each address once."""

    committer: Actor
    authors: tuple[Actor, ...]
    message: str


def read(store: Bare, sha: str) -> Told | None:
    """What git tells; None where it has lost the commit."""
    try:
        text = store.git("show", "-s", f"--format={_FORM}", sha).decode("utf-8", "replace")
    except GitFailed:
        return None
    committed, name, email, authored, *committer, trailers, message = text.split("\0")
    first = Actor(name, email, int(authored))
    named = (_NAMED.fullmatch(line) for line in trailers.splitlines())
    others = (Actor(match[1], match[2], first.at) for match in named if match)
    authors = {one.email.casefold(): one for one in (*others, first)}  # git's author, where both are named
    ordered = {email.casefold(): first} | authors
    return Told(Actor(committer[0], committer[1], int(committed)), tuple(ordered.values()), message.rstrip("\n"))


def commit(context: Context, repo: Repository, sha: str) -> dict[str, Any] | None:
    """A commit; None where git has lost it."""
    told = read(context.hub.store(repo), sha)
    if told is None:
        return None
    return {
        "__typename": "Commit",
        "id": node_id("Commit", int(sha, 16)),
        "oid": sha,
        "abbreviatedOid": sha[:7],
        "message": told.message,
        "messageHeadline": told.message.split("\n")[0],
        "committedDate": when(told.committer.at),
        "url": f"{context.shapes.web}/{repo.full_name}/commit/{sha}",
        "author": lambda info: _actor(context, told.authors[0]),
        "authors": connection(told.authors, lambda one: _actor(context, one), numbered=True),
        "committer": lambda info: _actor(context, told.committer),
    }


def find(context: Context, number: int) -> dict[str, Any] | None:
    """The commit with a number in its node id, in a repository that the token sees; None where there is none."""
    sha = f"{number:040x}"
    for repo in context.hub.repositories.values():
        if context.hub.visible(context.token, repo) and (found := commit(context, repo, sha)) is not None:
            return found
    return None


def _actor(context: Context, one: Actor) -> dict[str, Any]:
    user = context.hub.owner_of(one.email)
    return {
        "__typename": "GitActor",
        "name": one.name,
        "email": one.email,
        "date": when(one.at),
        "avatarUrl": lambda info, size=None: f"{context.shapes.web}/avatars/{user.id if user else 0}",
        "user": None if user is None else person(context, user),
    }
