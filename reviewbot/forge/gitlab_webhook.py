"""GitLab's webhooks, from headers and bytes to an event. Pure: the server only hands over what it received.

Project, group and system hooks send the same bodies (https://docs.gitlab.com/user/project/integrations/webhook_events/
and https://docs.gitlab.com/administration/system_hooks/). A system hook always says ``X-Gitlab-Event: System Hook``, so
it is the body that says what happened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from reviewbot.domain.event import Event
from reviewbot.forge.github_webhook import PayloadError, SignatureError, WebhookError
from reviewbot.forge.gitlab_events import read_event
from reviewbot.forge.gitlab_payload import Payload
from reviewbot.forge.gitlab_signing import ID_HEADER, Secrets, verify
from reviewbot.forge.ignored import Ignored

__all__ = ["Ignored", "PayloadError", "Secrets", "SignatureError", "WebhookError", "parse"]

EVENT_HEADER = "X-Gitlab-Event"
IDEMPOTENCY_HEADER = "Idempotency-Key"
UUID_HEADER = "X-Gitlab-Webhook-UUID"

_DELIVERY = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # GitLab sends a UUID


def parse(headers: Mapping[str, str], body: bytes, secrets: Secrets, now: float) -> Event | Ignored:
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
    return read_event(delivery, _object(body))


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
