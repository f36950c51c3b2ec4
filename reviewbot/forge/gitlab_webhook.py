"""GitLab's webhooks, from headers and bytes to an event. Pure: the server only hands over what it received.

Project, group and system hooks send the same bodies (https://docs.gitlab.com/user/project/integrations/webhook_events/
and https://docs.gitlab.com/administration/system_hooks/). A system hook always says ``X-Gitlab-Event: System Hook``, so
it is the body that says what happened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from reviewbot.domain.event import CommentEvent, CommentKind, CommentRef, PullRequestEvent, PullRequestRef
from reviewbot.forge.github_webhook import Ignored, PayloadError, SignatureError, WebhookError
from reviewbot.forge.gitlab_signing import ID_HEADER, Secrets, verify

__all__ = ["Ignored", "PayloadError", "Secrets", "SignatureError", "WebhookError", "parse"]

EVENT_HEADER = "X-Gitlab-Event"
IDEMPOTENCY_HEADER = "Idempotency-Key"
UUID_HEADER = "X-Gitlab-Webhook-UUID"

_DELIVERY = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # GitLab sends a UUID
_PATH = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}(/[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}){1,20}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_LARGEST_IID = 2**31  # GitLab's column
_LARGEST_ID = 2**63

# https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects
_TOKEN_BOT = re.compile(r"(project|group)_\d+_bot(_\w*)?")

# PostgreSQL, GitLab's and ours, takes neither; JSON can spell both.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")

# Whether a command could be in it: true too often rather than too seldom, for the grammar in ``commands`` decides. That
# one ignores case, and ends lines at a lone carriage return as well.
_COMMAND = re.compile(r"(?:\A|[\r\n])[ \t]*/seed\b", re.IGNORECASE | re.ASCII)

_ACTIONS = {"open": "opened", "reopen": "reopened", "close": "closed", "merge": "closed"} | dict.fromkeys(
    ("approved", "unapproved", "approval", "unapproval"), "reviewed"
)
_ALWAYS_CHANGED = {"updated_at", "updated_by_id"}
_NOTE_ACTIONS = {"create": "created", "update": "edited"}

_T = TypeVar("_T")

Event = PullRequestEvent | CommentEvent | Ignored
Payload = Mapping[str, object]


def parse(headers: Mapping[str, str], body: bytes, secrets: Secrets, now: float) -> Event:
    """What a delivery asks for.

    Args:
        headers: of the request, in any case. body: exactly the bytes received.
        secrets: what proves that it is GitLab's. now: seconds since 1970.

    Raises:
        ConfigError: there is no secret, or one that is none.
        SignatureError: it is not proven.
        PayloadError: proven, but malformed.
    """
    given = {name.lower(): value for name, value in headers.items()}
    verify(given, body, secrets, now)
    delivery = _delivery(given, signed=bool(secrets.signing))
    if not given.get(EVENT_HEADER.lower()):
        raise PayloadError(f"The header {EVENT_HEADER} is missing.")
    payload = _object(body)
    kind = payload.get("object_kind")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    return Ignored(delivery, "an event that asks for no review") if read is None else read(delivery, payload)


def _delivery(given: Mapping[str, str], *, signed: bool) -> str:
    """An id that is the delivery's alone, and the same when GitLab or a person sends it again.

    ``Idempotency-Key`` is both, since GitLab 17.4; ``webhook-id`` has the same value and is what was signed. Before
    17.4 ``X-Gitlab-Webhook-UUID`` is at least the delivery's alone. ``X-Gitlab-Event-UUID`` is not: every hook of one
    event has it, and so have the events that one request causes.
    """
    names = (ID_HEADER,) if signed else (IDEMPOTENCY_HEADER, UUID_HEADER)
    delivery = next((given[name.lower()] for name in names if given.get(name.lower())), "")
    if not _DELIVERY.fullmatch(delivery):
        raise PayloadError(f"The header {names[0]} is missing or is not a delivery's id.")
    return delivery


def _object(body: bytes) -> Payload:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise PayloadError("The body is not JSON: use no custom webhook template.") from None
    if not isinstance(payload, dict):
        raise PayloadError("The body is not a JSON object: use no custom webhook template.")
    return payload


def _merge_request(delivery: str, payload: Payload) -> Event:
    attributes = _field(payload, "object_attributes", dict)
    action = _word(attributes, payload)
    if action is None:
        return Ignored(delivery, "an event of a merge request that changes nothing for a review")
    head = ""
    if attributes.get("last_commit") is not None:
        head = _field(_field(attributes, "object_attributes.last_commit", dict), "last_commit.id", str)
        if not _COMMIT.fullmatch(head):
            raise PayloadError("The field last_commit.id is not a commit id.")
    ref = _ref(payload, _field(attributes, "object_attributes.iid", int))
    return PullRequestEvent(delivery, ref, action, head, _is_draft(attributes))


def _word(attributes: Payload, payload: Payload) -> str | None:
    """Our word for what happened; None for what changes nothing. A new head counts before all else.

    GitLab tells of no single thread that is resolved, but of the last one: an update in which nothing changed.
    """
    action = attributes.get("action")
    if action is None:  # GitLab sends none for its own doings, such as a pipeline that ended
        return None
    action = _field(attributes, "object_attributes.action", str)
    if action != "update":
        return _ACTIONS.get(action)
    if attributes.get("oldrev"):
        return "synchronize"
    changes = payload.get("changes") or {}
    if not isinstance(changes, dict):
        raise PayloadError("The field changes is missing or of a wrong type.")
    if _became_ready(changes.get("draft")):
        return "ready_for_review"
    for name, word in (("target_branch", "retargeted"), ("labels", "labeled")):
        if name in changes:
            return word
    return None if set(changes) - _ALWAYS_CHANGED else "answered"


def _became_ready(change: object) -> bool:
    return isinstance(change, dict) and change.get("previous") is True and change.get("current") is False


def _is_draft(attributes: Payload) -> bool:
    if attributes.get("draft") is not None:
        return _field(attributes, "object_attributes.draft", bool)
    return attributes.get("work_in_progress") is True  # of older system hooks


def _note(delivery: str, payload: Payload) -> Event:
    attributes = _field(payload, "object_attributes", dict)
    if attributes.get("noteable_type") != "MergeRequest":
        return Ignored(delivery, "a comment that stands on no merge request")
    if attributes.get("system") is True or _is_token_bot(payload):
        return Ignored(delivery, "a comment that no person wrote")
    body = _field(attributes, "object_attributes.note", str)
    if _NO_TEXT.search(body):
        raise PayloadError("The field object_attributes.note holds characters that no text has.")
    if not _COMMAND.search(body):
        return Ignored(delivery, "a comment without a command")
    action = _NOTE_ACTIONS.get(_field(attributes, "object_attributes.action", str))
    if action is None:
        return Ignored(delivery, "a comment that is neither new nor edited")
    ref = _ref(payload, _field(_field(payload, "merge_request", dict), "merge_request.iid", int))
    comment = CommentRef(_kind(attributes), str(_id(attributes, "object_attributes.id")))
    return CommentEvent(delivery, ref, action, comment, body)


def _kind(attributes: Payload) -> CommentKind:
    """Notes on the diff have a type and a line code."""
    on_diff = attributes.get("type") == "DiffNote" or bool(attributes.get("line_code"))
    return CommentKind.LINE if on_diff else CommentKind.NOTE


def _is_token_bot(payload: Payload) -> bool:
    """Whether the name is one that GitLab gives to the bot of an access token; the forge is asked for sure later."""
    user = payload.get("user")
    name = user.get("username") if isinstance(user, dict) else None
    return isinstance(name, str) and _TOKEN_BOT.fullmatch(name) is not None


def _emoji(delivery: str, payload: Payload) -> Event:
    """A 👎 that was left on a note or taken back answers it."""
    attributes = _field(payload, "object_attributes", dict)
    if attributes.get("name") != "thumbsdown" or attributes.get("awardable_type") != "Note":
        return Ignored(delivery, "an emoji that answers no comment")
    if _is_token_bot(payload):
        return Ignored(delivery, "an emoji that no person left")
    if payload.get("merge_request") is None:
        return Ignored(delivery, "an emoji on a comment that stands on no merge request")
    ref = _ref(payload, _field(_field(payload, "merge_request", dict), "merge_request.iid", int))
    return PullRequestEvent(delivery, ref, "answered", "")


_READERS: Mapping[str, Callable[[str, Payload], Event]] = {
    "merge_request": _merge_request,
    "note": _note,
    "emoji": _emoji,
}
"""By ``object_kind``. A push is none of them: that a merge request has a new head is told by its own event, which also
comes after GitLab has made the diff; and what is on the target branch is read when a review begins."""


def _ref(payload: Payload, iid: int) -> PullRequestRef:
    """The merge request's place. ``project`` is the one that it asks to be merged into."""
    path = _field(_field(payload, "project", dict), "project.path_with_namespace", str)
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise PayloadError("The field project.path_with_namespace is not a project's path.")
    if not 0 < iid < _LARGEST_IID:
        raise PayloadError("The field iid is not a merge request's number.")
    return PullRequestRef("gitlab", path, iid)


def _id(attributes: Payload, path: str) -> int:
    id_ = _field(attributes, path, int)
    if not 0 < id_ < _LARGEST_ID:
        raise PayloadError(f"The field {path} is not an id.")
    return id_


def _field(container: Payload, path: str, kind: type[_T]) -> _T:
    """The last name of ``path`` in ``container``; ``True`` is no number."""
    value = container.get(path.rpartition(".")[2])
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise PayloadError(f"The field {path} is missing or of a wrong type.")
    return value
