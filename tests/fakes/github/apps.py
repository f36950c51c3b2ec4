"""GitHub Apps: made by hand or from a manifest, installed on an account, told by their JSON web tokens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.github.model import App, Installation, Repository, Token
from tests.fakes.github.reviewing import Reviewing

HOUR = 3600
LONGEST = 600
"""Seconds ahead that a JWT may expire: GitHub allows ten minutes."""
MINE = {"metadata": "read", "contents": "write", "pull_requests": "write", "statuses": "write", "checks": "write"}


class BadJwt(Exception):
    """GitHub does not accept it; the message is its own, and so is the status."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.status = status


class Apps(Reviewing):
    """Adds Apps. A manifest's code is good once and for an hour, an installation's token for an hour."""

    def app(
        self,
        slug: str = "reviewbot",
        *,
        owner: str = "team",
        permissions: Mapping[str, str] | None = None,
        events: tuple[str, ...] = ("pull_request",),
        hook: str | None = None,
    ) -> App:
        """A new App; its bot is `slug[bot]`."""
        with self.lock:
            number = self.id()
            secret = secrets.token_hex(20)
            granted = dict(MINE if permissions is None else permissions)
            client = (f"Iv23li{number:014d}", secrets.token_hex(20))
            made = App(number, slug, slug, self.user(owner, "Organization"), _pem(number), secret, *client, granted)
            made.events, made.hook, made.created = list(events), hook, self.now()
            made.bot = self.user(f"{slug}[bot]", "Bot")
            self.apps[number] = made
            return made

    def install(self, app: App, account: str, *names: str) -> Installation:
        """Install an App on an account: for the repositories `names`, or for all, those to come too."""
        with self.lock:
            chosen = frozenset(f"{account}/{name}" for name in names) or None
            number = self.id()
            made = Installation(number, app, self.user(account, "Organization"), chosen, dict(app.permissions))
            made.created = self.now()
            self.installations[number] = made
            return made

    def uninstall(self, installation: Installation) -> None:
        """Take it away; its tokens are void at once."""
        with self.lock:
            del self.installations[installation.id]
            for secret in [one.secret for one in self.tokens.values() if one.of is installation]:
                del self.tokens[secret]

    def installations_of(self, app: App) -> list[Installation]:
        return [one for one in self.installations.values() if one.app is app]

    def repositories_of(self, installation: Installation) -> set[str]:
        """Full names of what it holds."""
        mine = {name for name, repo in self.repositories.items() if repo.owner is installation.account}
        return mine if installation.repositories is None else mine & installation.repositories

    def installation_token(self, of: Installation, names: frozenset[str], permissions: dict[str, str]) -> Token:
        """A token for an hour."""
        with self.lock:
            login = of.app.bot.login
            secret = self.token(login, seconds=HOUR, installation=True, repositories=names)
            token = self.tokens[secret]
            token.permissions, token.of = permissions, of
            return token

    def installations_on(self, repo: Repository) -> list[Installation]:
        """Those that hold a repository."""
        return [one for one in self.installations.values() if repo.full_name in self.repositories_of(one)]

    def signed_by(self, token: str) -> App:
        """The App that a JSON web token is of.

        Raises:
            BadJwt: GitHub would not accept it.
        """
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            raise BadJwt("A JSON web token could not be decoded") from None
        issuer = str(claims.get("iss", ""))
        app = next((one for one in self.apps.values() if issuer in (str(one.id), one.client_id)), None)
        if app is None:
            raise BadJwt("Integration not found", 404)
        self._check_times(claims)
        off = dict.fromkeys(("verify_exp", "verify_iat", "verify_nbf", "verify_iss", "verify_aud"), False)
        key = serialization.load_pem_private_key(app.pem.encode(), None).public_key()
        try:
            jwt.decode(token, key, algorithms=["RS256"], options=off)  # type: ignore[arg-type]
        except jwt.InvalidTokenError:
            raise BadJwt("A JSON web token could not be decoded") from None
        return app

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now, issued, expires = self.now(), claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or issued > now + 1:
            told = "must be an Integer representing the time that the assertion was issued"
            raise BadJwt(f"'Issued at' claim ('iat') {told}")
        if not isinstance(expires, int | float) or expires <= now:
            told = "must be a numeric value representing the future time at which the assertion expires"
            raise BadJwt(f"'Expiration time' claim ('exp') {told}")
        if expires > now + LONGEST:
            raise BadJwt("'Expiration time' claim ('exp') is too far in the future")

    # The manifest flow

    def take_manifest(self, manifest: Mapping[str, Any], owner: str) -> str:
        """What the page does when a person presses "Create GitHub App": the code."""
        with self.lock:
            code = secrets.token_hex(20)
            self.manifests[code] = (dict(manifest), owner, self.now() + HOUR)
            return code

    def convert_manifest(self, code: str) -> App | None:
        """The App of a manifest; None where the code is unknown, used, or too old."""
        with self.lock:
            manifest, owner, until = self.manifests.pop(code, ({}, "", 0.0))
            if self.now() >= until:
                return None
            slug = "-".join(str(manifest.get("name", "app")).lower().split())
            granted = {"metadata": "read", **manifest.get("default_permissions", {})}
            hook = manifest.get("hook_attributes", {}).get("url")
            events = tuple(manifest.get("default_events", ()))
            made = self.app(slug, owner=owner, permissions=granted, events=events, hook=hook)
            made.name = str(manifest.get("name", slug))
            return made


@cache
def _pem(number: int) -> str:
    """A private key of its own for each App, as GitHub gives it out."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return key.private_bytes(serialization.Encoding.PEM, *form).decode()
