"""What happened to a merge request, in our word. Pure.

https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events
"""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.domain.gate import LABEL
from reviewbot.forge.github_webhook import PayloadError
from reviewbot.forge.gitlab_payload import Payload, field

_ACTIONS = {"open": "opened", "reopen": "reopened", "close": "closed", "merge": "closed"} | dict.fromkeys(
    ("approved", "unapproved", "approval", "unapproval"), "reviewed"
)
_ALWAYS_CHANGED = {"updated_at", "updated_by_id"}
_DESCRIBED = {"title", "description"}


def word_of(attributes: Payload, payload: Payload) -> str | None:
    """Our word for what happened; None for what changes nothing. A new head counts before all else.

    Args:
        attributes: ``object_attributes`` of the ``payload``.

    Raises:
        PayloadError: a field is of a wrong type.
    """
    action = attributes.get("action")
    if action is None:  # GitLab sends none for its own doings, such as a pipeline that ended
        return None
    action = field(attributes, "object_attributes.action", str)
    if action != "update":
        return _ACTIONS.get(action)
    if attributes.get("oldrev"):
        return "synchronize"
    changes = payload.get("changes") or {}
    if not isinstance(changes, dict):
        raise PayloadError("The field changes is missing or of a wrong type.")
    return _updated(changes)


def _updated(changes: Payload) -> str | None:
    """What an update is, by what changed.

    GitLab tells of no single thread that is resolved, but of the last one: an update in which nothing changed. A
    reviewer who wants changes, or does no more, is an update of the reviewers.
    """
    if _became_ready(changes.get("draft")):
        return "ready_for_review"
    if "target_branch" in changes:
        return "retargeted"
    gates = "described" if not _DESCRIBED.isdisjoint(changes) else "reviewed" if "reviewers" in changes else None
    if "labels" in changes and _labels(changes) != {LABEL}:
        return "labeled" if gates is None else "edited"
    if gates is not None:
        return gates
    return None if set(changes) - _ALWAYS_CHANGED else "answered"


def _became_ready(change: object) -> bool:
    return isinstance(change, dict) and change.get("previous") is True and change.get("current") is False


def _labels(changes: Payload) -> set[str]:
    """The names of the labels that were put on or taken off."""
    change = field(changes, "changes.labels", dict)
    before, now = ({_title(one) for one in _listed(change, when)} for when in ("previous", "current"))
    return before ^ now


def _listed(change: Payload, when: str) -> list[object]:
    return field(change, f"changes.labels.{when}", list)


def _title(label: object) -> str:
    if not isinstance(label, Mapping):
        raise PayloadError("The field changes.labels is missing or of a wrong type.")
    return field(label, "changes.labels.title", str)
