"""Fields of a delivery's payload: validated, since whoever knows the secret may still send anything."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.branch_names import BRANCHES, is_branch
from reviewbot.forge.github_json import storable
from reviewbot.forge.github_rights import is_login
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
    """A delivery that is signed; each reader raises ``PayloadError``.

    Attributes:
        delivery: its id. app: the id of our own App, as far as that is known.
    """

    delivery: str
    data: Mapping[str, object]
    app: int | None = None

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

    @property
    def sender(self) -> str:
        """The login of whoever caused it; empty where it names nobody whom GitHub could be asked about."""
        login = "" if self.data.get("sender") is None else self.read("sender.login", str)
        return login if is_login(login) else ""

    @property
    def repository(self) -> PullRequestRef:
        """The repository, with the number 0."""
        name = self.read("repository.full_name", str)
        if not is_repository(name):
            raise PayloadError("The field repository.full_name is not a repository's name.")
        return PullRequestRef("github", name, 0)

    def ref(self, number: str) -> PullRequestRef:
        """The pull request whose number stands at the path ``number``."""
        found = self.number(number)
        return replace(self.repository, number=found)

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

    def maybe_commit(self, path: str) -> str:
        """A commit's id; empty where it is missing, null or all zeros, which stands for no commit."""
        container, _, name = path.rpartition(".")
        holder = self.read(container, dict) if container else self.data
        if holder.get(name) is None:
            return ""
        found = self.commit(path)
        return found if found.strip("0") else ""

    def moment(self, path: str) -> float:
        """A time, in seconds since the epoch."""
        try:
            found = datetime.fromisoformat(self.read(path, str))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise PayloadError(f"The field {path} is not a time with its zone.")
        return found.timestamp()

    def branch(self, path: str) -> str | None:
        """The branch that a full ref names, without ``refs/heads/``; None where it names something else, as a tag."""
        value = self.read(path, str)
        if not value.startswith(BRANCHES):
            return None
        name = value.removeprefix(BRANCHES)
        if not is_branch(name):
            raise PayloadError(f"The field {path} is not a branch's name.")
        return name

    def flag(self, container: str, name: str) -> bool:
        """Whether ``name`` is set in the object ``container``; not where it is missing there."""
        return self.read(f"{container}.{name}", bool) if name in self.read(container, dict) else False

    def words(self, container: str) -> str:
        """The ``body`` of the object ``container``; empty for ``null``."""
        body = self.read(container, dict).get("body")
        return "" if body is None else storable(self.read(f"{container}.body", str))


def decode(delivery: str, body: bytes, app: int | None = None) -> Payload:
    """The payload in ``body``.

    Args:
        app: see ``Payload``.

    Raises:
        PayloadError: it is not a JSON object.
    """
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise PayloadError("The body is not JSON: set the webhook's content type to application/json.") from None
    if not isinstance(payload, dict):
        raise PayloadError("The body is not a JSON object.")
    return Payload(delivery, payload, app)


def _missing(path: str) -> PayloadError:
    return PayloadError(f"The field {path} is missing or of a wrong type.")
