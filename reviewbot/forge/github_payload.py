"""Fields of a delivery's payload: validated, since whoever knows the secret may still send anything."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.github_json import storable
from reviewbot.forge.github_signature import WebhookError
from reviewbot.forge.github_wire import is_repository

MAX_ID = 2**53
"""Numbers of pull requests, comments and installations are below: JSON has any number, the database 64 bits."""

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")

_T = TypeVar("_T")


class PayloadError(WebhookError):
    """The delivery is signed, but is not what GitHub sends."""


@dataclass(frozen=True)
class Payload:
    """A delivery that is signed. ``delivery`` is its id; each reader raises ``PayloadError``."""

    delivery: str
    data: Mapping[str, object]

    @property
    def action(self) -> str:
        """What happened, in GitHub's word."""
        return self.read("action", str)

    @property
    def installation(self) -> int | None:
        """The App's installation that sent it; None for a plain webhook."""
        return None if self.data.get("installation") is None else self.number("installation.id")

    @property
    def from_bot(self) -> bool:
        """Whether a bot caused it."""
        return self.read("sender.type", str) == "Bot"

    def ref(self, number: str) -> PullRequestRef:
        """The pull request whose number stands at the path ``number``."""
        found = self.number(number)
        name = self.read("repository.full_name", str)
        if not is_repository(name):
            raise PayloadError("The field repository.full_name is not a repository's name.")
        return PullRequestRef("github", name, found)

    def read(self, path: str, kind: type[_T]) -> _T:
        """The value at ``path``; ``True`` is no number."""
        value: object = self.data
        for at, name in enumerate(parts := path.split(".")):
            if not isinstance(value, Mapping):
                raise _missing(".".join(parts[:at]))
            value = value.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _missing(path)
        return value

    def number(self, path: str) -> int:
        """A number that GitHub gave to something."""
        value = self.read(path, int)
        if not 0 < value < MAX_ID:
            raise PayloadError(f"The field {path} is not a number that GitHub gives.")
        return value

    def commit(self, path: str) -> str:
        """A commit's id."""
        value = self.read(path, str)
        if not _COMMIT.fullmatch(value):
            raise PayloadError(f"The field {path} is not a commit id.")
        return value

    def flag(self, container: str, name: str) -> bool:
        """Whether ``name`` is set in the object ``container``; not where it is missing there."""
        return self.read(f"{container}.{name}", bool) if name in self.read(container, dict) else False

    def words(self, container: str) -> str:
        """The ``body`` of the object ``container``; empty for ``null``."""
        body = self.read(container, dict).get("body")
        return "" if body is None else storable(self.read(f"{container}.body", str))


def decode(delivery: str, body: bytes) -> Payload:
    """The payload in ``body``.

    Raises:
        PayloadError: it is not a JSON object.
    """
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise PayloadError("The body is not JSON: set the webhook's content type to application/json.") from None
    if not isinstance(payload, dict):
        raise PayloadError("The body is not a JSON object.")
    return Payload(delivery, payload)


def _missing(path: str) -> PayloadError:
    return PayloadError(f"The field {path} is missing or of a wrong type.")
