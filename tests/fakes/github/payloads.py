"""What GitHub delivers: the body of each event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.github.hub import Hub
from tests.fakes.github.model import Pull, User
from tests.fakes.github.shapes_checks import FakeShapes


def payload(
    hub: Hub, shapes: FakeShapes, event: str, action: str, pull: Pull, sender: User, more: Mapping[str, Any]
) -> dict[str, Any]:
    """A delivery's body. `more` is what the event is about: things of the model, and JSON that stays as it is."""
    body: dict[str, Any] = {"action": action}
    body |= _WRITERS[event](hub, shapes, pull, more)
    body |= {name: more[name] for name in ("before", "after", "changes") if name in more}
    body |= {"repository": shapes.repository(pull.repo), "sender": shapes.user(sender)}
    return body


def _pull_request(hub: Hub, shapes: FakeShapes, pull: Pull, more: Mapping[str, Any]) -> dict[str, Any]:
    full = shapes.full_pull(pull, hub.store(pull.repo), hub.base_sha(pull))
    label = {"label": shapes.label(pull, more["label"])} if "label" in more else {}
    asked = {name: shapes.user(more[name]) for name in ("requested_reviewer",) if name in more}
    return {"number": pull.number, "pull_request": full, **label, **asked}


def _issue_comment(hub: Hub, shapes: FakeShapes, pull: Pull, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"issue": shapes.issue(pull), "comment": shapes.issue_comment(pull, more["comment"])}


def _review(hub: Hub, shapes: FakeShapes, pull: Pull, more: Mapping[str, Any]) -> dict[str, Any]:
    review = shapes.review(pull, more["review"])
    return {"review": {**review, "state": review["state"].lower()}, **_short(hub, shapes, pull)}


def _review_comment(hub: Hub, shapes: FakeShapes, pull: Pull, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"comment": shapes.comment(pull, more["comment"], hub.place), **_short(hub, shapes, pull)}


def _thread(hub: Hub, shapes: FakeShapes, pull: Pull, more: Mapping[str, Any]) -> dict[str, Any]:
    comments = [shapes.comment(pull, one, hub.place) for one in pull.comments_of(more["thread"])]
    return {"thread": {"node_id": shapes.thread_id(more["thread"]), "comments": comments}, **_short(hub, shapes, pull)}


def _short(hub: Hub, shapes: FakeShapes, pull: Pull) -> dict[str, Any]:
    return {"pull_request": shapes.pull(pull, hub.base_sha(pull))}


_WRITERS = {
    "pull_request": _pull_request,
    "issue_comment": _issue_comment,
    "pull_request_review": _review,
    "pull_request_review_comment": _review_comment,
    "pull_request_review_thread": _thread,
}
