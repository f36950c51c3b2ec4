"""How an App asks: with its JSON web token, and with the token of an installation."""

from __future__ import annotations

from typing import Any

import httpx
import jwt

from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import App


def signed(hub: FakeGitHub, app: App, **claims: Any) -> str:
    now = int(hub.now())
    return jwt.encode({"iat": now - 60, "exp": now + 540, "iss": str(app.id), **claims}, app.pem, algorithm="RS256")


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['token']}"}
