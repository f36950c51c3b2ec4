"""GitLab's own examples of its deliveries, ready to be signed and sent again."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path

from reviewbot.forge.gitlab_signing import sign

FILE = Path(__file__).parent.parent / "data" / "gitlab" / "deliveries.jsonl"
NOW = 1_790_000_000
TOKEN = "it's a secret"
SIGNING = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q="


@dataclass(frozen=True)
class Documented:
    """One delivery: its event, the page that shows it, and exactly the bytes of its body."""

    event: str
    source: str
    body: bytes

    @property
    def name(self) -> str:
        return f"{self.event}: {self.source.partition('#')[2]}"


def documented() -> list[Documented]:
    """Every example."""
    found = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [Documented(one["event"], one["source"], json.dumps(one["payload"]).encode()) for one in found]


def headers(event: str, delivery: str | None = None, **more: str) -> dict[str, str]:
    """The headers that every delivery has, without a proof."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "GitLab/19.2.0-ee",
        "Idempotency-Key": delivery or str(uuid.uuid4()),
        "X-Gitlab-Event": event,
        "X-Gitlab-Webhook-UUID": str(uuid.uuid4()),
        "X-Gitlab-Instance": "https://gitlab.example.com",
        "X-Gitlab-Event-UUID": str(uuid.uuid4()),
        **more,
    }


def signed(
    event: str, body: bytes, delivery: str = "d-1", *, token: str = SIGNING, time: int = NOW, **more: str
) -> dict[str, str]:
    """The headers of a hook with a signing token."""
    signature = sign(body, token, delivery, str(time))
    proof = {"webhook-id": delivery, "webhook-timestamp": str(time), "webhook-signature": signature}
    return headers(event, delivery, **proof, **more)
