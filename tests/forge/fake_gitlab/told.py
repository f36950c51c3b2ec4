"""Deliveries, as the tests of the fake GitLab look at them: recorded, and sent nowhere."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.gitlab import FakeGitLab

NOWHERE = "http://127.0.0.1:9/"


def listen(hub: FakeGitLab) -> None:
    """Record every delivery from now on."""
    hub.hook("team/shop", NOWHERE, "")
    hub.losing(True)


def told(hub: FakeGitLab, event: str = "Merge Request") -> list[dict[str, Any]]:
    """The payloads of a kind, oldest first."""
    return [json.loads(one.body) for one in hub.delivered() if one.headers["X-Gitlab-Event"] == f"{event} Hook"]


def actions(hub: FakeGitLab) -> list[str]:
    """What merge request events said."""
    return [one["object_attributes"]["action"] for one in told(hub)]
