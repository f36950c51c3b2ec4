"""What happened to a pull request: so far, that it got another base."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.fakes.github.graphql.connections import connection
from tests.fakes.github.graphql.context import Context, Refused
from tests.fakes.github.graphql.people import actor
from tests.fakes.github.model import Pull
from tests.fakes.github.model_people import BaseChange
from tests.fakes.github.shapes import node_id, when

CHOSEN, AUTOMATIC = "BASE_REF_CHANGED_EVENT", "AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT"


def items(
    context: Context, pull: Pull, info: Any, itemTypes: Collection[str] | None = None, **given: Any
) -> dict[str, Any]:
    """Those of the types that are asked for, oldest first."""
    if itemTypes is None or not {CHOSEN, AUTOMATIC} >= set(itemTypes) or given.get("since") or given.get("skip"):
        raise Refused("NOT_SERVED", "The fake's timeline tells of new bases only")
    kept = [one for one in pull.base_changes if (AUTOMATIC if one.automatic else CHOSEN) in itemTypes]
    return connection(kept, lambda one: _base_change(context, pull, one))(info, **given)


def _base_change(context: Context, pull: Pull, one: BaseChange) -> dict[str, Any]:
    from tests.fakes.github.graphql.pulls import pull_request

    kind = "AutomaticBaseChangeSucceededEvent" if one.automatic else "BaseRefChangedEvent"
    return {
        "__typename": kind,
        "id": node_id(kind, one.id),
        "databaseId": one.id,
        "actor": actor(context, one.user),
        "createdAt": when(one.at),
        "previousRefName": one.old,
        "currentRefName": one.new,
        "oldBase": one.old,
        "newBase": one.new,
        "pullRequest": lambda info: pull_request(context, pull),
    }
