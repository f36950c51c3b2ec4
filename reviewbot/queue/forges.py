"""The forges that the settings name, opened."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from reviewbot.domain.errors import ConfigError
from reviewbot.forge.gate import GateForge
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_app import AppCredentials
from reviewbot.forge.github_credentials import Credentials, TokenCredentials
from reviewbot.forge.github_gate import GitHubGate
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_gate import GitLabGate
from reviewbot.forge.protocol import Forge
from reviewbot.settings import Settings


def open_forges(settings: Settings, stack: ExitStack) -> dict[str, Forge]:
    """Each forge by its name; what must be closed is put on ``stack``. Nothing is asked of them yet.

    Raises:
        ConfigError: a setting is wrong, or there is no forge at all.
    """
    found: dict[str, Forge] = {}
    github = github_credentials(settings)
    if github is not None:
        stack.callback(github.close)
        found["github"] = GitHub(github)
    if settings.gitlab_token is not None:
        gitlab = GitLab(settings.gitlab_url, settings.gitlab_token.get_secret_value(), ca_bundle=settings.ca_bundle)
        stack.callback(gitlab.close)
        found["gitlab"] = gitlab
    if not found:
        raise ConfigError(
            "No forge is set: give REVIEWBOT_GITHUB_APP_ID and its private key, REVIEWBOT_GITHUB_TOKEN, or "
            "REVIEWBOT_GITLAB_TOKEN."
        )
    return found


def gates_over(forges: Mapping[str, Forge]) -> dict[str, GateForge]:
    """What the gate needs of each forge that it works on, over the same connections."""
    found: dict[str, GateForge] = {}
    for name, forge in forges.items():
        if isinstance(forge, GitHub):
            found[name] = GitHubGate(forge.credentials)
        elif isinstance(forge, GitLab):
            found[name] = GitLabGate(forge)
    return found


def github_credentials(settings: Settings) -> Credentials | None:
    """As whom the bot acts on GitHub: the App where one is set, else the token's owner; None for neither.

    Raises:
        ConfigError: the App's key is missing or is none.
    """
    if settings.github_app_id is not None:
        if settings.github_app_private_key is None:
            raise ConfigError("Set REVIEWBOT_GITHUB_APP_PRIVATE_KEY, or …_FILE, to the App's private key.")
        key = settings.github_app_private_key.get_secret_value()
        return AppCredentials(settings.github_url, settings.github_app_id, key, ca_bundle=settings.ca_bundle)
    if settings.github_token is None:
        return None
    token = settings.github_token.get_secret_value()
    return TokenCredentials(
        settings.github_url, token, bot_login=settings.github_bot_login, ca_bundle=settings.ca_bundle
    )
