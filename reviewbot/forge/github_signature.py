"""Whether a delivery is GitHub's: its signature over the raw body, in constant time, with SHA-256 alone.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from reviewbot.domain.errors import ConfigError, ForgeError

SIGNATURE_HEADER = "X-Hub-Signature-256"


class WebhookError(ForgeError):
    """A delivery that is refused. ``status`` is the HTTP status to answer with."""

    status = 400


class SignatureError(WebhookError):
    """The delivery is not signed with one of our secrets: nothing in it may be believed."""

    status = 401


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
