"""Whether GitLab sent a delivery: by the signing token, or by the secret token of the webhook.

Sources: https://docs.gitlab.com/user/project/integrations/webhooks/ and
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewbot.domain.errors import ConfigError
from reviewbot.forge.github_webhook import SignatureError

TOKEN_HEADER = "X-Gitlab-Token"
ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"

TOLERANCE = 300
"""Seconds that a signature's time may lie off ours, either way: what Standard Webhooks' own libraries take."""

_PREFIX = "whsec_"
_MOST_SIGNATURES = 16


@dataclass(frozen=True)
class Secrets:
    """What proves that GitLab sent a delivery; several of a kind while one is being replaced.

    Attributes:
        signing: signing tokens, ``whsec_`` and base64. tokens: secret tokens of the webhook, sent as they are.
    """

    signing: tuple[str, ...] = field(default=(), repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)


def verify(headers: Mapping[str, str], body: bytes, secrets: Secrets, now: float) -> None:
    """Check that a delivery is GitLab's, before anything of it is looked at.

    Where a signing token is set, a signature must be there and fit, whatever ``X-Gitlab-Token`` says: that is the same
    in every delivery and proves nothing of the body, so whoever has read one delivery could otherwise leave the
    signature out and send any other.

    Args:
        headers: names in lower case. body: exactly the bytes received. now: seconds since 1970.

    Raises:
        ConfigError: there is no secret, or one that is none.
        SignatureError: the delivery is not to be believed.
    """
    if not (secrets.signing or secrets.tokens) or not all((*secrets.signing, *secrets.tokens)):
        raise ConfigError("Set the webhook's signing token or secret token: without one anybody could send deliveries.")
    if secrets.signing:
        _verify_signature(headers, body, [_key(one) for one in secrets.signing], now)
    else:
        _verify_token(headers.get(TOKEN_HEADER.lower()), secrets.tokens)


def _verify_token(sent: str | None, tokens: tuple[str, ...]) -> None:
    if sent is None:
        raise SignatureError(f"The header {TOKEN_HEADER} is missing: set a secret token on GitLab's webhook.")
    given = sent.encode("utf-8", "surrogateescape")
    fits = [hmac.compare_digest(given, token.encode("utf-8")) for token in tokens]
    if not any(fits):
        raise SignatureError(f"{TOKEN_HEADER} does not fit: give GitLab's webhook and reviewbot the same secret token.")


def _verify_signature(headers: Mapping[str, str], body: bytes, keys: list[bytes], now: float) -> None:
    signatures, id_, time = (headers.get(name) for name in (SIGNATURE_HEADER, ID_HEADER, TIMESTAMP_HEADER))
    if signatures is None or id_ is None or time is None:
        raise SignatureError(f"The header {SIGNATURE_HEADER} is missing: set a signing token on GitLab's webhook.")
    sent = [one.encode("utf-8", "surrogateescape") for one in signatures.split(" ")[:_MOST_SIGNATURES]]
    made = [_signature(id_, time, body, key).encode() for key in keys]
    fits = [hmac.compare_digest(one, other) for one in sent for other in made]
    if not any(fits):
        raise SignatureError(f"{SIGNATURE_HEADER} does not fit: give GitLab and reviewbot the same signing token.")
    if not (time.isascii() and time.isdigit() and len(time) < 16 and abs(now - int(time)) <= TOLERANCE):
        raise SignatureError("The delivery is too old or from the future: set the clocks, or send the request again.")


def sign(body: bytes, token: str, id_: str, time: str) -> str:
    """The value of ``webhook-signature`` for ``body``.

    Args:
        token: ``whsec_…``. id_, time: of ``webhook-id`` and ``webhook-timestamp``.

    Raises:
        ConfigError: ``token`` is no signing token.
    """
    return _signature(id_, time, body, _key(token))


def _signature(id_: str, time: str, body: bytes, key: bytes) -> str:
    signed = f"{id_}.{time}.".encode("utf-8", "surrogateescape") + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def _key(token: str) -> bytes:
    try:
        key = base64.b64decode(token.removeprefix(_PREFIX), validate=True) if token.startswith(_PREFIX) else b""
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ConfigError("The signing token is none: copy it from GitLab's webhook, whsec_ and base64.")
    return key
