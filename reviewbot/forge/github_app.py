"""The bot as a GitHub App: for each repository a token of its own, for an hour, with no more rights than it needs.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from github import Auth, Github

from reviewbot.domain.errors import ForgeDenied
from reviewbot.forge.github_app_api import AppApi
from reviewbot.forge.github_app_wire import AccessToken, App, Installation, login_of
from reviewbot.forge.github_credentials import git_settings
from reviewbot.forge.github_gate_listings import installed_repositories
from reviewbot.forge.github_git import web_root
from reviewbot.forge.github_permissions import missing
from reviewbot.forge.github_transport import polite_github
from reviewbot.forge.kinds import Tally
from reviewbot.forge.manners import Manners

MARGIN = 300.0
"""Seconds before a token expires from which it is not given out any more: a fetch of git may take minutes."""


class AppCredentials:
    """The installations of a GitHub App. Thread-safe; no key and no token is in any ``repr``, error or log.

    Args:
        base_url: ``https://api.github.com``, or ``https://HOST/api/v3``. app_id: the App's. private_key: PEM.
        manners: the process's; by default its own. ca_bundle: certificates to trust instead of the system's (PEM).
        timeout: seconds to connect, and between two bytes of an answer. now: seconds since 1970.

    Raises:
        ConfigError: the key is none. Later also from every method: GitHub knows no such App, or not this key.
    """

    def __init__(
        self,
        base_url: str,
        app_id: int,
        private_key: str,
        *,
        manners: Manners | None = None,
        ca_bundle: Path | None = None,
        timeout: int = 20,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.base_url, self._timeout, self._now = base_url.rstrip("/"), timeout, now
        self.app_id: int | None = app_id
        self._ca_bundle, self._tally = ca_bundle, Tally()
        self._session = (manners or Manners()).session(ca_bundle, tally=self._tally)
        self._api = AppApi(self._session, self.base_url, app_id, private_key, timeout=timeout, now=now)
        self._lock = threading.Lock()
        self._doors: dict[str, _Door] = {}
        self._listing: dict[int, AccessToken] = {}
        self._slug: str | None = None  # as an installation told it, which saves a request

    def __repr__(self) -> str:
        """Without the key."""
        return f"AppCredentials({self.base_url!r}, {self.app_id})"

    @cached_property
    def app(self) -> App:
        """The App itself. Asked once."""
        return self._api.app()

    @property
    def login(self) -> str:
        """``SLUG[bot]``. Asked only where no installation has told it yet."""
        return self.app.login if self._slug is None else login_of(self._slug)

    @property
    def calls(self) -> int:
        """How many requests were sent so far, those for tokens included."""
        return self._tally.calls

    def repositories(self) -> tuple[str, ...]:
        """Those of every installation: two requests for each, or one, while its token is good."""
        return tuple(dict.fromkeys(name for one in self._api.installations() for name in self._held_by(one)))

    def client(self, repository: str) -> Github:
        """A client whose token opens ``repository`` alone, and is renewed by itself."""
        return self._door(repository).client

    def token(self, repository: str) -> str:
        """A token that opens ``repository`` alone, for five minutes at least.

        Raises:
            ForgeDenied: the App is not installed there.
        """
        return self._door(repository).token()

    def git_settings(self) -> dict[str, str]:
        """The certificate bundle, where one is set."""
        return git_settings(self._ca_bundle)

    def close(self) -> None:
        """Let the connections go. The tokens expire by themselves."""
        self._session.close()

    def _held_by(self, installation: Installation) -> tuple[str, ...]:
        """What an installation holds; nothing where it is gone by now."""
        with self._lock:
            known = self._listing.get(installation.id)
            if known is None or known.expires - MARGIN <= self._now():
                known = self._api.reading_token(installation)
                if known is None:
                    return ()
                self._listing[installation.id] = known
        auth = Auth.Token(known.token)
        return installed_repositories(polite_github(self._session, auth, self.base_url, timeout=self._timeout))

    def _door(self, repository: str) -> _Door:
        key = repository.casefold()
        with self._lock:
            if key not in self._doors:
                self._doors[key] = _Door(repository, self._ask_for_token, self._now)
                auth = _InstallationAuth(self._doors[key].token)
                self._doors[key].client = polite_github(
                    self._session, auth, self.base_url, timeout=self._timeout, renew=self._doors[key].renew
                )
            return self._doors[key]

    def _ask_for_token(self, repository: str, known: Installation | None) -> tuple[Installation, AccessToken]:
        """A new token; an installation that does not give one (it was removed, or its rights were cut) is forgotten."""
        token = None if known is None else self._api.access_token(known, repository)
        if known is None or token is None:
            known = self._api.installation(repository)
            token = None if known is None else self._api.access_token(known, repository)
        if known is None or token is None:
            raise self._not_installed(repository)
        self._slug = known.slug or self._slug
        return known, token

    def _not_installed(self, repository: str) -> ForgeDenied:
        slug, page = (self.app.slug, self.app.page) if self._slug is None else (self._slug, self._page(self._slug))
        return ForgeDenied(
            f"The GitHub App {slug} is not installed on {repository}: an owner installs it at "
            f"{page}/installations/new, and gives it that repository."
        )

    def _page(self, slug: str) -> str:
        """The App's page, as GitHub tells it as well: an owner's settings are most often not there, which is not worth
        a request."""
        return f"{web_root(self.base_url)}{'github-apps' if self.base_url.endswith('/api/v3') else 'apps'}/{slug}"


_Ask = Callable[[str, Installation | None], tuple[Installation, AccessToken]]


class _Door:
    """The way into one repository: its client, and its token, asked for by one thread at a time."""

    client: Github

    def __init__(self, repository: str, ask: _Ask, now: Callable[[], float]) -> None:
        self._repository, self._ask, self._now = repository, ask, now
        self._lock = threading.Lock()
        self._installation: Installation | None = None
        self._current: AccessToken | None = None

    def token(self) -> str:
        with self._lock:
            if self._current is None or self._current.expires - MARGIN <= self._now():
                known, self._installation, self._current = self._installation, None, None
                # One that lacks a right is looked up anew: an owner may have granted it by now.
                known = None if known is None or missing(known.permissions) else known
                self._installation, self._current = self._ask(self._repository, known)
            return self._current.token

    def renew(self, authorization: str) -> str:
        """Another ``Authorization`` than the one that GitHub did not accept; whoever comes second finds it made."""
        with self._lock:
            if self._current is not None and authorization == f"Bearer {self._current.token}":
                self._current = None
        return f"Bearer {self.token()}"


class _InstallationAuth(Auth.Auth):
    """What PyGithub signs each request with: the token of that moment."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask

    @property
    def token_type(self) -> str:
        return "Bearer"

    @property
    def token(self) -> str:
        return self._ask()
