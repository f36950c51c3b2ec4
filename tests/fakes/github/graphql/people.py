"""Accounts and reactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.github.graphql.connections import Resolver, connection
from tests.fakes.github.graphql.context import Context
from tests.fakes.github.model import Reaction, User
from tests.fakes.github.shapes import node_id, when

CONTENTS = {
    "+1": "THUMBS_UP",
    "-1": "THUMBS_DOWN",
    "laugh": "LAUGH",
    "hooray": "HOORAY",
    "confused": "CONFUSED",
    "heart": "HEART",
    "rocket": "ROCKET",
    "eyes": "EYES",
}
"""REST's spelling to GraphQL's."""


def actor(context: Context, user: User) -> dict[str, Any] | None:
    """An account where the type says what it is: an App's login has no `[bot]` here. None for one that was deleted."""
    if user.deleted:
        return None
    return {**_account(context, user, user.login.removesuffix("[bot]")), "__typename": user.kind}


def person(context: Context, user: User) -> dict[str, Any]:
    """An account in a field of the type `User`: an App is told by the `[bot]` of its login there."""
    return {**_account(context, user, user.login), "__typename": "User"}


def _account(context: Context, user: User, login: str) -> dict[str, Any]:
    path = f"apps/{login}" if user.kind == "Bot" else user.login
    return {
        "id": node_id(user.kind, user.id),
        "databaseId": user.id,
        "login": login,
        "name": None,
        "url": f"{context.shapes.web}/{path}",
        "resourcePath": f"/{path}",
        "avatarUrl": lambda info, size=None: f"{context.shapes.web}/avatars/{user.id}",
    }


def reactable(context: Context, kind: str, one: Any, subject: Any) -> dict[str, Any]:
    """The fields of whatever takes reactions; `subject` makes its node."""
    return {
        "id": node_id(kind, one.id),
        "databaseId": one.id,
        "viewerCanReact": True,
        "reactions": _reactions(context, one.reactions, subject),
        "reactionGroups": lambda info: groups(context, one, subject),
    }


def _reactions(context: Context, reactions: list[Reaction], subject: Any) -> Resolver:
    def resolve(
        info: Any, content: str | None = None, orderBy: Mapping[str, str] | None = None, **given: Any
    ) -> dict[str, Any]:
        kept = [one for one in reactions if content in (None, CONTENTS[one.content])]
        return connection(kept, lambda one: reaction(context, one, subject))(info, **given)

    return resolve


def reaction(context: Context, one: Reaction, subject: Any) -> dict[str, Any]:
    return {
        "__typename": "Reaction",
        "id": node_id("Reaction", one.id),
        "databaseId": one.id,
        "content": CONTENTS[one.content],
        "createdAt": when(one.created),
        "user": person(context, one.user),
        "reactable": lambda info: subject(),
    }


def groups(context: Context, one: Any, subject: Any) -> list[dict[str, Any]]:
    """One group of each content, the empty ones too, as GitHub has it."""
    return [_group(context, one, rest, content, subject) for rest, content in CONTENTS.items()]


def _group(context: Context, one: Any, rest: str, content: str, subject: Any) -> dict[str, Any]:
    mine = [reaction for reaction in one.reactions if reaction.content == rest]
    return {
        "content": content,
        "createdAt": when(mine[0].created) if mine else None,
        "subject": lambda info: subject(),
        "viewerHasReacted": any(reaction.user is context.token.user for reaction in mine),
        "reactors": connection(mine, lambda reaction: actor(context, reaction.user)),
    }
