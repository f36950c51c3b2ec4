"""GitHub Apps on the fake: their JSON web tokens, installations, manifests and deliveries."""

from __future__ import annotations

import hmac
import json
import time
from typing import Any

import httpx
import jwt
import pytest

from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import Pull
from tests.forge.fake_app import bearer, signed

PULL = "/repos/team/shop/pulls/1"


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


@pytest.mark.parametrize(
    ("claims", "status", "words"),
    [
        ({}, 200, ""),
        ({"exp": 700}, 401, "too far in the future"),
        ({"exp": -1}, 401, "('exp') must be"),
        ({"iat": 90}, 401, "('iat') must be"),
        ({"iss": "4711"}, 404, "Integration not found"),
    ],
)
def test_an_apps_token(hub: FakeGitHub, claims: dict[str, Any], status: int, words: str):
    """Times are seconds from now."""
    claims = {name: int(time.time()) + one if isinstance(one, int) else one for name, one in claims.items()}
    answer = httpx.get(f"{hub.api}/app", headers={"Authorization": f"Bearer {signed(hub, hub.app(), **claims)}"})
    assert answer.status_code == status and words in answer.text


def test_an_app_of_another_key(hub: FakeGitHub):
    app, other = hub.app(), hub.app("other")
    forged = jwt.encode(
        {"iat": int(hub.now()), "exp": int(hub.now()) + 60, "iss": app.client_id}, other.pem, algorithm="RS256"
    )
    for token in (forged, "nonsense", hub.token("ann")):
        answer = httpx.get(f"{hub.api}/app", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (401, 404)
    assert httpx.get(f"{hub.api}/user", headers={"Authorization": f"Bearer {signed(hub, app)}"}).status_code == 401


def test_an_installation_opens_its_repositories_for_an_hour(hub: FakeGitHub):
    app = hub.app(permissions={"pull_requests": "write", "contents": "read", "metadata": "read"})
    hub.repository("team/other")
    installation = hub.install(app, "team", "shop")
    at = f"{hub.api}/app/installations/{installation.id}/access_tokens"
    asking = {"Authorization": f"Bearer {signed(hub, app)}"}
    for body, status in (
        ({"repositories": ["other"]}, 422),
        ({"permissions": {"contents": "write"}}, 422),
        ({"repositories": ["shop"], "permissions": {"contents": "read"}}, 201),
    ):
        answer = httpx.post(at, json=body, headers=asking)
        assert answer.status_code == status, answer.text
    assert httpx.get(f"{hub.api}{PULL}", headers=bearer(answer)).status_code == 403
    answer = httpx.post(at, headers=asking)
    assert httpx.get(f"{hub.api}{PULL}", headers=bearer(answer)).status_code == 200
    assert httpx.get(f"{hub.api}/repos/team/other", headers=bearer(answer)).status_code == 404
    assert httpx.get(f"{hub.api}/repos/team/other/installation", headers=asking).status_code == 404
    hub.elapsed += 3601
    assert httpx.get(f"{hub.api}{PULL}", headers=bearer(answer)).status_code == 401
    answer = httpx.post(at, headers={"Authorization": f"Bearer {signed(hub, app)}"})
    hub.uninstall(installation)
    assert httpx.get(f"{hub.api}{PULL}", headers=bearer(answer)).status_code == 401


MANIFEST: dict[str, Any] = {
    "name": "Seed bot",
    "url": "https://bot.example",
    "redirect_url": "http://127.0.0.1:9/registered?x=1",
    "hook_attributes": {"url": "http://127.0.0.1:9/webhooks/github"},
    "default_permissions": {"pull_requests": "write", "contents": "read"},
    "default_events": ["pull_request", "pull_request_review_thread"],
}


def test_an_app_is_made_of_its_manifest_once(hub: FakeGitHub):
    at = f"{hub.web}/organizations/team/settings/apps/new?state=s%20t"
    sent = httpx.post(at, data={"manifest": json.dumps(MANIFEST)})
    back = httpx.URL(sent.headers["location"])
    assert sent.status_code == 302 and (back.path, back.params["x"], back.params["state"]) == (
        "/registered",
        "1",
        "s t",
    )
    convert = f"{hub.api}/app-manifests/{back.params['code']}/conversions"
    made = httpx.post(convert)
    assert made.status_code == 201 and httpx.post(convert).status_code == 404
    shown = made.json()
    assert (shown["slug"], shown["owner"]["login"], shown["html_url"]) == (
        "seed-bot",
        "team",
        f"{hub.web}/apps/seed-bot",
    )
    claims = {"iat": int(hub.now()), "exp": int(hub.now()) + 60, "iss": shown["client_id"]}
    token = jwt.encode(claims, shown["pem"], algorithm="RS256")
    answer = httpx.get(f"{hub.api}/app", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["id"] == shown["id"]
    late = hub.take_manifest(MANIFEST, "ann")
    hub.elapsed += 3601
    assert httpx.post(f"{hub.api}/app-manifests/{late}/conversions").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": None}, "&quot;url&quot; must be a valid URL"),
        ({"redirect_url": "ftp://x"}, "&quot;redirect_url&quot; must be"),
        ({"hook_attributes": {}}, "hook_attributes.url"),
        ({"default_permissions": {"contents": "all"}}, "contents: all"),
        (
            {"default_permissions": {"contents": "read"}},
            "Default events unsupported: pull_request, pull_request_review",
        ),
        ({"name": "x" * 35}, "too long"),
    ],
)
def test_a_wrong_manifest(hub: FakeGitHub, change: dict[str, Any], words: str):
    given = {"manifest": json.dumps({**MANIFEST, **change})}
    sent = httpx.post(f"{hub.web}/settings/apps/new", data=given)
    assert sent.status_code == 200 and words in sent.text


def test_an_app_hears_what_it_subscribed_to_where_it_is_installed(hub: FakeGitHub, pull: Pull):
    app = hub.app(events=("pull_request",), hook="http://127.0.0.1:9/nobody")
    hub.edit(pull, "Not yet")
    installation = hub.install(app, "team", "shop")
    hub.comment(pull, "ann", "not subscribed")
    hub.edit(pull, "Now")
    (sent,) = hub.delivered()
    assert json.loads(sent.body)["installation"]["id"] == installation.id
    assert sent.headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    mac = hmac.new(app.webhook_secret.encode(), sent.body, "sha256").hexdigest()
    assert sent.headers["X-Hub-Signature-256"] == f"sha256={mac}"
