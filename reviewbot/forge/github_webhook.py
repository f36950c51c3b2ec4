"""GitHub's webhooks, from headers and bytes to an event. Pure: the server only hands over what it received.

The signature is checked before anything else is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reviewbot.domain.event import Event
from reviewbot.forge.github_events import ACTIONS, read_event
from reviewbot.forge.github_payload import MAX_ID, PayloadError, decode
from reviewbot.forge.github_signature import SIGNATURE_HEADER, SignatureError, WebhookError, sign, verify
from reviewbot.forge.ignored import Ignored

__all__ = ["ACTIONS", "Ignored", "PayloadError", "SignatureError", "WebhookError", "parse", "sign", "verify"]

EVENT_HEADER = "X-GitHub-Event"
DELIVERY_HEADER = "X-GitHub-Delivery"
TARGET_TYPE_HEADER = "X-GitHub-Hook-Installation-Target-Type"
TARGET_ID_HEADER = "X-GitHub-Hook-Installation-Target-ID"

_DELIVERY = re.compile(r"[A-Za-z0-9-]{1,100}")  # GitHub sends a UUID


def parse(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], app: int | None = None) -> Event | Ignored:
    """What a delivery asks for.

    Args:
        headers: of the request, in any case. body: exactly the bytes received.
        secrets: any of them may have signed it, so that a secret can be rotated.
        app: our App's id; where it is None, and the delivery is one to an App, that App is taken for ours.

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
    return read_event(event, decode(delivery, body, _told_app(given) if app is None else app))


def _told_app(given: Mapping[str, str]) -> int | None:
    """The App that the delivery says it is sent to: the one whose secret signed it.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
    """
    number = given.get(TARGET_ID_HEADER.lower(), "")
    if given.get(TARGET_TYPE_HEADER.lower()) != "integration" or not re.fullmatch(r"[0-9]{1,16}", number):
        return None
    return int(number) if int(number) < MAX_ID else None
