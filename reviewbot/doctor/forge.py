"""GitHub: the token or the App, what it may do, and where. Asks, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from reviewbot.doctor.finding import Finding, advice, bad, good
from reviewbot.doctor.github_app import look_at_app, token_for, uses_app
from reviewbot.domain.errors import ReviewbotError
from reviewbot.forge.manners import Manners, check_certificates
from reviewbot.settings import Settings

_SECONDS = 10.0
_NEEDED = "Contents, Pull requests and Commit statuses: read and write"


@dataclass(frozen=True)
class Reply:
    """An answer of GitHub; ``status`` is None where there was none, with the reason in ``problem``."""

    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def look_at_certificates(settings: Settings) -> Finding:
    """The certificates that the forges are trusted by."""
    try:
        check_certificates(settings.ca_bundle)
    except ReviewbotError as error:
        return bad("ca", str(error))
    return good("ca", "the system's" if settings.ca_bundle is None else f"those in {settings.ca_bundle}")


def look_at_github(settings: Settings) -> Finding:
    """As whom the bot acts on GitHub: the App that is set, else the token."""
    if uses_app(settings):
        return look_at_app(settings)
    if settings.github_token is None and settings.gitlab_token is not None:
        return good("token", "none for GitHub: the bot works on GitLab alone")
    return look_at_token(settings)


def look_at_token(settings: Settings) -> Finding:
    """The token that is set, tried on ``GET /user``."""
    if settings.github_token is None:
        return bad(
            "token",
            f"Set REVIEWBOT_GITHUB_TOKEN to a fine-grained token with {_NEEDED}, or, which is better, register an App "
            "with 'reviewbot github create-app'.",
        )
    return judge_token(settings.github_url, ask(settings, "/user", settings.token))


def judge_token(url: str, reply: Reply) -> Finding:
    """What GitHub's answer to ``GET /user`` says of the token. An App's token may not ask who it is, and is fine."""
    if reply.status is None:
        return bad("token", f"{url} cannot be reached ({reply.problem}): check REVIEWBOT_GITHUB_URL and the network.")
    if reply.status == 401:
        return bad("token", "GitHub does not know the token: it has expired or was revoked; make a new one.")
    if reply.status == 403 and "Resource not accessible by integration" in str(reply.data.get("message")):
        return good("token", "an App's installation token")
    if reply.status != 200 or not isinstance(reply.data.get("login"), str):
        return bad("token", f"{url} answers {reply.status}, not as GitHub's API does: check REVIEWBOT_GITHUB_URL.")
    return judge_scopes(reply.data["login"], reply.headers.get("x-oauth-scopes", ""))


def judge_scopes(login: str, header: str) -> Finding:
    """What a token may do, by ``X-OAuth-Scopes``: only classic tokens have it (GitHub, "Scopes for OAuth apps")."""
    scopes = {scope.strip() for scope in header.split(",")} - {""}
    if not scopes:
        return good("token", f"of {login}; a fine-grained token does not say what it may: it needs {_NEEDED}")
    if "repo" in scopes:
        return good("token", f"of {login}, a classic one with scope repo")
    if "public_repo" in scopes:
        return advice("token", f"The token of {login} reaches public repositories alone: scope repo for private ones.")
    return bad("token", f"The token of {login} lacks the scope repo: make one with it, or a fine-grained one.")


def look_at_repository(settings: Settings, name: str) -> Finding:
    """Whether the App or the token sees a repository and its pull requests."""
    try:
        token = token_for(settings, name) if uses_app(settings) else settings.token
    except ReviewbotError as error:
        return bad("repository", str(error))
    found = ask(settings, f"/repos/{name}", token)
    pulls = ask(settings, f"/repos/{name}/pulls?per_page=1", token) if found.status == 200 else found
    return judge_repository(name, found, pulls)


def judge_repository(name: str, found: Reply, pulls: Reply) -> Finding:
    """What GitHub's answers say of one repository.

    Args:
        name: ``owner/name``. found: to ``GET /repos/NAME``. pulls: to the list of its pull requests.
    """
    check = "repository"
    if found.status is None:
        return bad(check, f"GitHub cannot be reached ({found.problem}): check REVIEWBOT_GITHUB_URL and the network.")
    if found.status != 200:
        return bad(check, f"The token does not see {name} ({found.status}): give it access, or mend the name.")
    if pulls.status != 200:
        return bad(check, f"The token may not read the pull requests of {name} ({pulls.status}): it needs {_NEEDED}.")
    if found.data.get("archived"):
        return bad(check, f"{name} is archived: nothing can be posted there.")
    return good(check, f"{name} and its pull requests can be read")


def ask(settings: Settings, path: str, token: str) -> Reply:
    """GitHub's answer to ``GET path``. Redirects are not followed: the token goes nowhere but where it was meant to."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    try:
        with Manners().session(settings.ca_bundle) as session:
            url = settings.github_url + path
            reply = session.get(url, headers=headers, timeout=_SECONDS, allow_redirects=False)
    except ReviewbotError as error:
        return Reply(None, problem=str(error))
    except requests.RequestException as error:
        return Reply(None, problem=type(error).__name__)
    try:
        data = reply.json()
    except ValueError:
        data = {}
    return Reply(reply.status_code, reply.headers, data if isinstance(data, dict) else {})
