"""Emojis on comments."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.access import Answer, page
from tests.fakes.github.rest.call import Call, Missing, forbidden
from tests.fakes.github.rest.comments import line_comment, note


def list_on_line_comment(call: Call) -> Answer:
    return _listed(call, line_comment(call)[1])


def list_on_note(call: Call) -> Answer:
    return _listed(call, note(call)[1])


def create_on_line_comment(call: Call) -> Answer:
    return _created(call, line_comment(call)[1])


def create_on_note(call: Call) -> Answer:
    return _created(call, note(call)[1])


def delete_on_line_comment(call: Call) -> Answer:
    return _deleted(call, line_comment(call)[1])


def delete_on_note(call: Call) -> Answer:
    return _deleted(call, note(call)[1])


def _listed(call: Call, one: Any) -> Answer:
    content = call.query.get("content")
    kept = [reaction for reaction in one.reactions if content in (None, reaction.content)]
    return page(call.url, call.query, kept, call.shapes.reaction)


def _created(call: Call, one: Any) -> Answer:
    """201 for a new one, 200 for one that stood there."""
    if not call.token.writes:
        return forbidden(call.token)
    reaction, new = call.hub.react(one, call.login, call.body["content"])
    return Answer(201 if new else 200, call.shapes.reaction(reaction))


def _deleted(call: Call, one: Any) -> Answer:
    found = next((reaction for reaction in one.reactions if reaction.id == int(call.names["reaction_id"])), None)
    if found is None:
        raise Missing
    if found.user is not call.token.user:
        return forbidden(call.token)
    one.reactions.remove(found)
    return Answer(204)
