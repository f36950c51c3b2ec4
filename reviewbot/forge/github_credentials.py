"""As whom the bot acts on GitHub: the owner of a token, or an installation of an App (``github_app``)."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Protocol

from github import Auth, Github

from reviewbot.forge.github_errors import mapped
from reviewbot.forge.github_gate_listings import installed_repositories, own_repositories
from reviewbot.forge.github_transport import PAGE, polite_github
from reviewbot.forge.github_wire import read_login
from reviewbot.forge.kinds import Tally
from reviewbot.forge.manners import Manners

__all__ = ["PAGE", "Credentials", "TokenCredentials", "git_settings"]


class Credentials(Protocol):
    """What a ``GitHub`` acts with. Thread-safe; every failure is a ``ForgeError``."""

    @property
    def base_url(self) -> str:
        """The REST API's base, without a slash at its end."""

    @property
    def login(self) -> str:
        """Who we are."""

    @property
    def calls(self) -> int:
        """How many requests were sent so far."""

    @property
    def app_id(self) -> int | None:
        """The App's id; None for a token's owner, who may write no check runs."""

    def repositories(self) -> tuple[str, ...]:
        """The repositories that are ours to look after: ``owner/name``, without what is archived."""

    def client(self, repository: str) -> Github:
        """A client that may work on ``owner/name``. It never tries anything twice by itself that is not safe twice."""

    def token(self, repository: str) -> str:
        """A token for git, good for some minutes at least."""

    def git_settings(self) -> dict[str, str]:
        """Settings of git that reach this GitHub, besides the token: a certificate bundle."""

    def close(self) -> None:
        """Let the connections go."""


class TokenCredentials:
    """The owner of a personal access token.

    Args:
        base_url: ``https://api.github.com``, or ``https://HOST/api/v3``. token: see GitHub's settings.
        bot_login: whose comments are our own, where the token may not ask (an App's installation token).
        manners: the process's; by default its own.
        ca_bundle: certificates to trust instead of the system's (PEM). timeout: seconds to connect, and between two
            bytes of an answer.
    """

    app_id: int | None = None

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        bot_login: str | None = None,
        manners: Manners | None = None,
        ca_bundle: Path | None = None,
        timeout: int = 20,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._token, self._bot_login, self._ca_bundle = token, bot_login, ca_bundle
        self._tally = Tally()
        self._session = (manners or Manners()).session(ca_bundle, tally=self._tally)
        self._client = polite_github(self._session, Auth.Token(token), self.base_url, timeout=timeout)

    def __repr__(self) -> str:
        """Without the token."""
        return f"TokenCredentials({self.base_url!r})"

    @cached_property
    def login(self) -> str:
        """Who we are. Asked once."""
        if self._bot_login is not None:
            return self._bot_login
        doing = "asking whose token it is; for a GitHub App set the bot's login"
        return mapped(doing, lambda: read_login(self._client.get_user().raw_data))

    @property
    def calls(self) -> int:
        """How many requests were sent so far."""
        return self._tally.calls

    def repositories(self) -> tuple[str, ...]:
        """Those that the token's owner may push to, or that an installation's token opens."""
        installed = (self._bot_login or "").endswith("[bot]")
        return installed_repositories(self._client) if installed else own_repositories(self._client)

    def client(self, repository: str) -> Github:
        """The one client, whatever the repository."""
        return self._client

    def token(self, repository: str) -> str:
        """The token, whatever the repository."""
        return self._token

    def git_settings(self) -> dict[str, str]:
        """The certificate bundle, where one is set."""
        return git_settings(self._ca_bundle)

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()


def git_settings(ca_bundle: Path | None) -> dict[str, str]:
    """Settings of git for a certificate bundle (https://git-scm.com/docs/git-config, ``http.sslCAInfo``)."""
    return {} if ca_bundle is None else {"http.sslCAInfo": str(ca_bundle)}
