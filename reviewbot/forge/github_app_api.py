"""The endpoints that a GitHub App asks as itself, with a JSON web token signed by its private key.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import jwt
import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from reviewbot import __version__
from reviewbot.domain.errors import ConfigError, ForgeError, ForgeUnavailable
from reviewbot.forge.github_app_wire import (
    AccessToken,
    App,
    Installation,
    read_app,
    read_installation,
    read_installations,
    read_token,
)
from reviewbot.forge.github_errors import from_status, mapped
from reviewbot.forge.github_permissions import asked_of
from reviewbot.forge.github_resources import next_query
from reviewbot.forge.github_wire import repository_path

BACKDATED = 60
"""Seconds before now that a JWT claims to be of: GitHub's advice, for clocks that differ."""

LIFETIME = 540
"""Seconds until a JWT expires. GitHub allows 600 by its own clock."""

_MAX_SKEW = 30.0
"""Seconds between our clock and GitHub's from which a refused JWT is the clock's fault."""

_MOST_PAGES = 50
"""Of installations, 100 each: no firm has more organisations."""


# Where GitHub redirects to from a name that a repository has no more.
_BY_NUMBER = re.compile(r"/repositories/([0-9]{1,18})/installation$")


@dataclass(frozen=True)
class Answer:
    """GitHub's answer to one request; ``headers`` by names in lower case, ``url`` as it was after redirections."""

    status: int
    headers: Mapping[str, str]
    data: object = field(repr=False)
    url: str = ""


class AppApi:
    """Asks as the App itself. Thread-safe. Neither the key nor a token is in any error or ``repr``.

    Args:
        session: of ``Manners``. base_url: the REST API's base. app_id: of the App. private_key: PEM, as GitHub gave it.
        timeout: seconds. now: seconds since 1970.

    Raises:
        ConfigError: the key is none.
    """

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        app_id: int,
        private_key: str,
        *,
        timeout: int = 20,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._session, self._base_url, self._timeout, self._now = session, base_url.rstrip("/"), timeout, now
        self._app_id, self._key = app_id, _read_key(private_key)

    def __repr__(self) -> str:
        """Without the key."""
        return f"AppApi({self._base_url!r}, {self._app_id})"

    def app(self) -> App:
        """The App itself.

        Raises:
            ConfigError: GitHub knows no App with this id and key. ForgeError: it could not be asked.
        """
        doing = "asking for the App"
        answer = self.ask("GET", "/app", doing)
        if answer.status == 404:
            raise self._unknown()
        return mapped(doing, lambda: read_app(self.expect(answer, 200, doing)))

    def installation(self, repository: str) -> Installation | None:
        """Where the App is installed for ``owner/name``; None where it is not.

        Raises:
            ConfigError, ForgeError: as for ``app``.
        """
        doing = f"asking where the App is installed for {repository}"
        answer = self.ask("GET", f"{repository_path(repository)}/installation", doing)
        if answer.status == 404:
            return None
        renamed = _BY_NUMBER.search(answer.url)
        number = int(renamed[1]) if renamed else None
        return mapped(doing, lambda: read_installation(self.expect(answer, 200, doing), number))

    def access_token(self, installation: Installation, repository: str) -> AccessToken | None:
        """A token that opens one repository, with what is needed of what was granted.

        None where the installation is gone, does not hold ``owner/name``, or was granted less by now.

        Raises:
            ConfigError, ForgeError: as for ``app``.
        """
        doing = f"asking for a token for {repository}"
        path = f"/app/installations/{installation.id}/access_tokens"
        answer = self.ask("POST", path, doing, _wish(installation, repository))
        if answer.status in (404, 422):
            return None
        return mapped(doing, lambda: read_token(self.expect(answer, 201, doing)))

    def installations(self) -> tuple[Installation, ...]:
        """Wherever the App is installed and not suspended.

        Raises:
            ConfigError, ForgeError: as for ``app``.
        """
        doing, found, page = "listing the installations", list[Installation](), 1
        while True:
            answer = self.ask("GET", f"/app/installations?per_page=100&page={page}", doing)
            data = self.expect(answer, 200, doing)
            found += mapped(doing, partial(read_installations, data))
            if next_query(answer.headers.get("link", "")) is None or page == _MOST_PAGES:
                return tuple(found)
            page += 1

    def reading_token(self, installation: Installation) -> AccessToken | None:
        """A token that lists the repositories of an installation, and may do nothing else; None where it is gone.

        Raises:
            ConfigError, ForgeError: as for ``app``.
        """
        doing = "asking for a token that lists repositories"
        path = f"/app/installations/{installation.id}/access_tokens"
        answer = self.ask("POST", path, doing, {"permissions": {"metadata": "read"}})
        if answer.status in (403, 404, 422):
            return None
        return mapped(doing, lambda: read_token(self.expect(answer, 201, doing)))

    def ask(self, method: str, path: str, doing: str, body: Mapping[str, Any] | None = None) -> Answer:
        """GitHub's answer, with the App's own JWT.

        Raises:
            ConfigError: GitHub does not accept the JWT. ForgeError: no answer came.
        """
        url = self._base_url + path
        answer = send(self._session, method, url, doing=doing, timeout=self._timeout, body=body, bearer=self._jwt())
        if answer.status == 401:
            raise self._refused(answer)
        return answer

    def expect(self, answer: Answer, status: int, doing: str) -> object:
        """What ``answer`` holds.

        Raises:
            ForgeError: it is of another status.
        """
        if answer.status != status:
            raise from_status(doing, answer.status, answer.headers, answer.data, self._now())
        return answer.data

    def _jwt(self) -> str:
        now = int(self._now())
        claims = {"iat": now - BACKDATED, "exp": now + LIFETIME, "iss": str(self._app_id)}
        return jwt.encode(claims, self._key, algorithm="RS256")

    def _refused(self, answer: Answer) -> ConfigError | ForgeError:
        skew = _skew(answer.headers.get("date"), self._now())
        if abs(skew) > _MAX_SKEW:
            return ForgeUnavailable(
                f"This machine's clock is {skew:+.0f} s off GitHub's, which refuses it: set the clock."
            )
        return self._unknown()

    def _unknown(self) -> ConfigError:
        return ConfigError(
            f"{self._base_url} knows no App {self._app_id} with this key: set REVIEWBOT_GITHUB_APP_ID to the App's id, "
            "and REVIEWBOT_GITHUB_APP_PRIVATE_KEY to a key that the App's page still lists."
        )


def _wish(installation: Installation, repository: str) -> dict[str, Any]:
    """What to ask a token for: a repository is known by its name alone, or by its number where it was renamed."""
    permissions = asked_of(installation.permissions)
    if installation.renamed is not None:
        return {"repository_ids": [installation.renamed], "permissions": permissions}
    return {"repositories": [repository.partition("/")[2]], "permissions": permissions}


def send(
    session: requests.Session,
    method: str,
    url: str,
    *,
    doing: str,
    timeout: float,
    body: Mapping[str, Any] | None = None,
    bearer: str | None = None,
) -> Answer:
    """GitHub's answer to one request. PyGithub would log the answer, and with it the token.

    Raises:
        ForgeError: none came, or it is not JSON.
    """
    headers = {"Accept": "application/vnd.github+json", "User-Agent": f"reviewbot/{__version__}"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"

    def ask() -> Answer:
        follow = method == "GET"  # a repository that was renamed; a POST would be made a GET
        response = session.request(method, url, headers=headers, json=body, timeout=timeout, allow_redirects=follow)
        lowered = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, lowered, _data(response), response.url)

    return mapped(doing, ask)


def _data(response: requests.Response) -> object:
    """The decoded body; where GitHub refuses, a page instead of JSON tells no less than the status does."""
    try:
        return json.loads(response.content)
    except ValueError:
        if response.ok:
            raise
        return None


def _skew(date: str | None, now: float) -> float:
    """Seconds that our clock is before GitHub's; 0 where GitHub does not say what it has."""
    try:
        return 0.0 if date is None else now - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return 0.0


def _read_key(text: str) -> RSAPrivateKey:
    key = None
    # What is wrong is said below, outside of any handler: the library's exceptions may quote the key.
    with suppress(ValueError, TypeError, UnsupportedAlgorithm):
        key = load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ConfigError(
            "REVIEWBOT_GITHUB_APP_PRIVATE_KEY is no RSA private key in PEM: give the file that GitHub gave you, "
            "most easily as REVIEWBOT_GITHUB_APP_PRIVATE_KEY_FILE."
        )
    return key
