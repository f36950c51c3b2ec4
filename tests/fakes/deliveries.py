"""Real deliveries of every event that GitHub sends, ready to be signed and sent again.

From `@octokit/webhooks-examples` (MIT, Copyright (c) 2018 Octokit contributors); `trim_webhooks.py` makes the file.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path

from reviewbot.forge.github_webhook import sign

FILE = Path(__file__).parent.parent / "data" / "github" / "deliveries.jsonl"


@dataclass(frozen=True)
class Recorded:
    """One delivery: its event and exactly the bytes of its body."""

    event: str
    body: bytes

    @property
    def action(self) -> str:
        return str(json.loads(self.body).get("action", ""))

    @property
    def name(self) -> str:
        return f"{self.event}.{self.action}" if self.action else self.event

    def headers(self, secret: str, delivery: str | None = None) -> dict[str, str]:
        """The headers that GitHub sends with it, signed with `secret`."""
        return signed(self.event, self.body, secret, delivery)


def signed(event: str, body: bytes, secret: str, delivery: str | None = None) -> dict[str, str]:
    """GitHub's headers for any body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/044aadd",
        "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": "292430182",
        "X-Hub-Signature-256": sign(body, secret),
    }


def recorded() -> list[Recorded]:
    """Every recorded delivery."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [Recorded(one["event"], json.dumps(one["payload"], ensure_ascii=False).encode()) for one in found]
