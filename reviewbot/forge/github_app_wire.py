"""A GitHub App, its installations and their tokens, read from GitHub's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class App:
    """An App: ``slug`` is in its address and its login, ``page`` is for people."""

    slug: str
    page: str
    permissions: Mapping[str, str] = field(default_factory=dict)
    events: tuple[str, ...] = ()

    @property
    def login(self) -> str:
        """Whose comments the App's are."""
        return login_of(self.slug)


def login_of(slug: str) -> str:
    """Whose comments those of the App ``slug`` are."""
    return f"{slug}[bot]"


@dataclass(frozen=True)
class Installation:
    """Where an App was installed, and what it was granted there.

    ``renamed``: the repository's number, where it was asked for by a name that it has no more. ``slug``: the App's; an
    old Enterprise Server does not tell it.
    """

    id: int
    permissions: Mapping[str, str]
    renamed: int | None = None
    slug: str | None = None


@dataclass(frozen=True)
class AccessToken:
    """A token of an installation; ``expires`` in seconds since 1970."""

    token: str = field(repr=False)
    expires: float


def read_app(data: object) -> App:
    """An App, from ``GET /app``. Raises ``ValueError`` where a field is missing or wrong."""
    fields = _object(data)
    events = fields.get("events")
    if not isinstance(events, list) or not all(isinstance(event, str) for event in events):
        raise ValueError("events")
    return App(_text(fields, "slug"), _text(fields, "html_url"), _permissions(fields), tuple(events))


def read_installation(data: object, renamed: int | None = None) -> Installation:
    """An installation. Raises ``ValueError`` where a field is missing or wrong."""
    fields = _object(data)
    number = fields.get("id")
    if not isinstance(number, int):
        raise ValueError("id")
    slug = fields.get("app_slug")
    return Installation(number, _permissions(fields), renamed, slug if isinstance(slug, str) and slug else None)


def read_installations(data: object) -> list[Installation]:
    """Those of ``GET /app/installations`` that are not suspended. Raises ``ValueError`` as ``read_installation``."""
    if not isinstance(data, list):
        raise ValueError("installations")
    return [read_installation(one) for one in data if _object(one).get("suspended_at") is None]


def read_token(data: object) -> AccessToken:
    """A token. Raises ``ValueError`` where a field is missing or wrong."""
    fields = _object(data)
    return AccessToken(_text(fields, "token"), datetime.fromisoformat(_text(fields, "expires_at")).timestamp())


def _object(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise ValueError("no object")
    return data


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _permissions(fields: Mapping[str, object]) -> dict[str, str]:
    found = _object(fields.get("permissions"))
    return {str(name): str(access) for name, access in found.items()}
