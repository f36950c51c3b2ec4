"""GitHub's webhooks, from headers and bytes to an event. Pure: the server only hands over what it received.

The signature is checked before anything else is looked at, over the raw body, in constant time, with SHA-256 alone
(https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reviewbot.domain.errors import ConfigError, ForgeError
from reviewbot.domain.event import PullRequestEvent, PullRequestRef

SIGNATURE_HEADER = "X-Hub-Signature-256"
EVENT_HEADER = "X-GitHub-Event"
DELIVERY_HEADER = "X-GitHub-Delivery"

ACTIONS = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})
"""Actions of ``pull_request`` that give a head to review."""

_DELIVERY = re.compile(r"[A-Za-z0-9-]{1,100}")  # GitHub sends a UUID
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_MAX_NUMBER = 2**53

_T = TypeVar("_T")


class WebhookError(ForgeError):
    """A delivery that is refused. ``status`` is the HTTP status to answer with."""

    status = 400


class SignatureError(WebhookError):
    """The delivery is not signed with one of our secrets: nothing in it may be believed."""

    status = 401


class PayloadError(WebhookError):
    """The delivery is signed, but is not what GitHub sends."""


@dataclass(frozen=True)
class Ignored:
    """A good delivery that asks for no review; ``reason`` is half a sentence for the log and the answer."""

    delivery: str
    reason: str


def parse(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> PullRequestEvent | Ignored:
    """What a delivery asks for.

    Args:
        headers: of the request, in any case. body: exactly the bytes received.
        secrets: any of them may have signed it, so that a secret can be rotated.

    Raises:
        ConfigError: there is no secret, or an empty one: anybody could sign.
        SignatureError: the signature is missing or wrong.
        PayloadError: signed, but malformed.
    """
    given = {name.lower(): value for name, value in headers.items()}
    verify(given.get(SIGNATURE_HEADER.lower()), body, secrets)
    delivery = given.get(DELIVERY_HEADER.lower(), "")
    if not _DELIVERY.fullmatch(delivery):
        raise PayloadError(f"The header {DELIVERY_HEADER} is missing or is not a delivery's id.")
    event = given.get(EVENT_HEADER.lower(), "")
    if not event:
        raise PayloadError(f"The header {EVENT_HEADER} is missing.")
    payload = _object(body)
    if event != "pull_request":
        return Ignored(delivery, "a ping: the webhook works" if event == "ping" else "an event that asks for no review")
    return _pull_request(delivery, payload)


def verify(signature: str | None, body: bytes, secrets: Sequence[str]) -> None:
    """Check ``signature`` (``sha256=`` and 64 hexadecimal digits) of ``body`` against each of ``secrets``.

    Every secret is tried, whichever fits, so the time taken tells nothing.

    Raises:
        ConfigError: there is no secret, or an empty one.
        SignatureError: none of them made this signature.
    """
    if not secrets or not all(secrets):
        raise ConfigError("Set the webhook's secret: without one anybody could send deliveries.")
    if signature is None:
        raise SignatureError(f"The header {SIGNATURE_HEADER} is missing: set a secret on GitHub's webhook.")
    sent = signature.encode("utf-8", "replace")
    fits = [hmac.compare_digest(sent, sign(body, secret).encode()) for secret in secrets]
    if not any(fits):
        raise SignatureError(f"{SIGNATURE_HEADER} does not fit: give GitHub's webhook and reviewbot the same secret.")


def sign(body: bytes, secret: str) -> str:
    """The value of ``X-Hub-Signature-256`` for ``body``."""
    return "sha256=" + hmac.new(secret.encode("utf-8"), body, hashlib.sha256).hexdigest()


def _object(body: bytes) -> Mapping[str, object]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise PayloadError("The body is not JSON: set the webhook's content type to application/json.") from None
    if not isinstance(payload, dict):
        raise PayloadError("The body is not a JSON object.")
    return payload


def _pull_request(delivery: str, payload: Mapping[str, object]) -> PullRequestEvent | Ignored:
    action = _field(payload, "action", str)
    if action not in ACTIONS:
        return Ignored(delivery, "an action on a pull request that gives no new head")
    pull = _field(payload, "pull_request", dict)
    number = _field(pull, "pull_request.number", int)
    name = _field(_field(payload, "repository", dict), "repository.full_name", str)
    head = _field(_field(pull, "pull_request.head", dict), "pull_request.head.sha", str)
    if not 0 < number < _MAX_NUMBER:
        raise PayloadError("The field pull_request.number is not a pull request's number.")
    if not _NAME.fullmatch(name) or {".", ".."} & set(name.split("/")):
        raise PayloadError("The field repository.full_name is not a repository's name.")
    if not _COMMIT.fullmatch(head):
        raise PayloadError("The field pull_request.head.sha is not a commit id.")
    return PullRequestEvent(
        delivery=delivery,
        ref=PullRequestRef("github", name, number),
        action=action,
        head=head,
        draft=_field(pull, "pull_request.draft", bool) if "draft" in pull else False,
        installation=_installation(payload),
    )


def _installation(payload: Mapping[str, object]) -> int | None:
    if payload.get("installation") is None:
        return None
    return _field(_field(payload, "installation", dict), "installation.id", int)


def _field(container: Mapping[str, object], path: str, kind: type[_T]) -> _T:
    """The last name of ``path`` in ``container``; ``True`` is no number."""
    value = container.get(path.rpartition(".")[2])
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise PayloadError(f"The field {path} is missing or of a wrong type.")
    return value
