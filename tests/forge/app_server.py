"""A GitHub that knows one App: checks its JWTs as GitHub does, and gives out tokens that expire."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS
from tests.forge.scripted import Asked, Say

APP_ID = 7
SLUG = "reviewbot-team"
NEEDED = {need.name: need.access for need in PERMISSIONS}


@cache
def private_key(which: int = 0) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


class AppServer:
    """Call it with a request. What it holds may be changed under way."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.installed = {"team/shop": 11, "team/other": 11}
        self.renamed: dict[str, tuple[int, str]] = {}  # to its number and its name now
        self.granted = dict(NEEDED)
        self.tokens: dict[str, tuple[str, float]] = {}  # to its repository and its end
        self.count: Counter[str] = Counter()
        self.wishes: list[dict] = []
        self.app = {
            "slug": SLUG,
            "html_url": f"https://github.com/apps/{SLUG}",
            "permissions": self.granted,
            "events": [need.name for need in EVENTS],
        }
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Say:
        with self._lock:
            say = self._answer(asked)
            self.count[f"{asked.method} {asked.path} {say.status}"] += 1
        return Say(say.status, say.body, {"Date": formatdate(self.now(), usegmt=True), **say.headers})

    def _answer(self, asked: Asked) -> Say:
        if asked.path == "/app" or "installation" in asked.path:
            refusal = self._refusal(asked)
            return refusal or self._as_app(asked)
        kind, _, token = asked.headers.get("Authorization", "").partition(" ")
        repository, end = self.tokens.get(token, ("", 0.0))
        if kind != "Bearer" or end <= self.now():
            return Say(401, {"message": "Bad credentials"})
        if not f"{asked.path}/".startswith(f"/repos/{repository}/"):
            return Say(404, {"message": "Not Found"})
        return Say(201 if asked.method == "POST" else 200, {"id": 1, "path": asked.path})

    def _refusal(self, asked: Asked) -> Say | None:
        token = asked.headers["Authorization"].removeprefix("Bearer ")
        public = serialization.load_pem_private_key(private_key().encode(), None).public_key()
        try:
            claims = jwt.decode(token, public, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False})
        except jwt.InvalidTokenError:
            return Say(401, {"message": "A JSON web token could not be decoded"})
        if claims["iat"] > self.now() or not self.now() < claims["exp"] <= self.now() + 600:
            return Say(401, {"message": "'Expiration time' claim ('exp') is too far in the future"})
        return None if claims["iss"] == str(APP_ID) else Say(404, {"message": "Integration not found"})

    def _as_app(self, asked: Asked) -> Say:
        if asked.path == "/app":
            return Say(200, self.app)
        if asked.path.endswith("/installation"):
            old = asked.path.removeprefix("/repos/").removesuffix("/installation")
            if old in self.renamed:
                return Say(301, {}, {"Location": f"/repositories/{self.renamed[old][0]}/installation"})
            if asked.path.startswith("/repositories/"):
                return Say(200, {"id": 11, "permissions": self.granted})
            number = self.installed.get(asked.path.removeprefix("/repos/").removesuffix("/installation"))
            return (
                Say(200, {"id": number, "permissions": self.granted}) if number else Say(404, {"message": "Not Found"})
            )
        return self._token(int(asked.path.split("/")[3]), asked.json)

    def _token(self, installation: int, wish: dict) -> Say:
        self.wishes.append(wish)
        names = [name for name, number in self.installed.items() if number == installation]
        if not names:
            return Say(404, {"message": "Not Found"})
        now = dict(self.renamed.values())
        repository = now[wish["repository_ids"][0]] if "repository_ids" in wish else f"team/{wish['repositories'][0]}"
        rights = ("read", "write")
        beyond = [
            name
            for name, access in wish["permissions"].items()
            if access not in rights[: rights.index(self.granted.get(name, "read")) + 1] or name not in self.granted
        ]
        if repository not in names or beyond:
            return Say(422, {"message": "The permissions requested are not granted to this installation."})
        token, end = f"ghs_secret{len(self.tokens):04}", self.now() + 3600
        self.tokens[token] = (repository, end)
        text = datetime.fromtimestamp(end, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Say(201, {"token": token, "expires_at": text})
