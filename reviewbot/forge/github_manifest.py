"""Registering a GitHub App by a manifest: what is asked of GitHub, and what it gives.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

from reviewbot.domain.errors import ForgeRejected, UsageError
from reviewbot.forge.github_app_api import send
from reviewbot.forge.github_errors import from_status, mapped
from reviewbot.forge.github_git import web_root
from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS

MAX_NAME = 34
"""Characters of an App's name, the most that GitHub takes."""

HOUR = 3600.0
"""Seconds for the whole flow, and so for ``code``: GitHub allows no more."""

NO_ADDRESS = "https://reviewbot.invalid"
"""Where no address of the bot is known yet: a name that never leads anywhere (RFC 2606), and the webhook is off."""

_ORGANIZATION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Wish:
    """The App that somebody wants.

    Attributes:
        name: of the App, unique on that GitHub; the person may change it there.
        github_url: the REST API's base. org: whose App it will be; None for the person's own.
        bot_url: where the bot is reached by GitHub, without a path; None where that is not known yet.
    """

    name: str
    github_url: str
    org: str | None = None
    bot_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse what GitHub would refuse.

        Raises:
            UsageError: an organisation, a name or an address is none.
        """
        if self.org is not None and not _ORGANIZATION.fullmatch(self.org):
            raise UsageError(f"{self.org!r} is no organisation of GitHub: give it as its address shows it.")
        if not self.name.strip() or len(self.name) > MAX_NAME:
            raise UsageError(f"An App's name has 1 to {MAX_NAME} characters: give a shorter one with --name.")
        if self.bot_url is not None and not self.bot_url.startswith(("https://", "http://")):
            raise UsageError("The bot's address begins with https://: give with --url where GitHub reaches it.")

    @property
    def register_at(self) -> str:
        """The page of GitHub that the manifest is posted to."""
        place = "settings" if self.org is None else f"organizations/{self.org}/settings"
        return f"{web_root(self.github_url)}{place}/apps/new"


def manifest(wish: Wish, redirect_url: str) -> dict[str, Any]:
    """The manifest of ``wish``; the person is sent back to ``redirect_url``."""
    address = (wish.bot_url or NO_ADDRESS).rstrip("/")
    return {
        "name": wish.name,
        "description": "Reviews pull requests with suggestions that are proven before they are made.",
        "url": wish.bot_url or web_root(wish.github_url),
        "hook_attributes": {"url": f"{address}/webhooks/github", "active": wish.bot_url is not None},
        "redirect_url": redirect_url,
        "public": False,
        "default_permissions": {need.name: need.access for need in PERMISSIONS},
        "default_events": [need.name for need in EVENTS],
    }


@dataclass(frozen=True)
class NewApp:
    """An App that was just made. Its key is told this once; ``webhook_secret`` is None where it has no webhook."""

    id: int
    slug: str
    page: str
    private_key: str = field(repr=False)
    webhook_secret: str | None = field(repr=False)


def convert(session: requests.Session, github_url: str, code: str) -> NewApp:
    """The App that ``code`` was given for. GitHub answers once; a second time it knows the code no more.

    Raises:
        ForgeRejected: the code was used, or is older than an hour. ForgeError: no answer came.
    """
    doing = "asking for the new App's key"
    url = f"{github_url.rstrip('/')}/app-manifests/{quote(code, safe='')}/conversions"
    answer = send(session, "POST", url, doing=doing, timeout=30)
    if answer.status in (404, 422):
        raise ForgeRejected("GitHub does not know this code: it was used already, or is older than an hour.")
    if answer.status != 201:
        raise from_status(doing, answer.status, answer.headers, answer.data, 0.0)
    return mapped(doing, lambda: _read(answer.data))


def _read(data: object) -> NewApp:
    if not isinstance(data, Mapping):
        raise ValueError("no object")
    number, secret = data.get("id"), data.get("webhook_secret")
    if not isinstance(number, int):
        raise ValueError("id")
    slug, page, key = (_text(data, name) for name in ("slug", "html_url", "pem"))
    return NewApp(number, slug, page, key, secret if isinstance(secret, str) and secret else None)


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value
