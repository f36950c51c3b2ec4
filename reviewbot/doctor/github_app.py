"""The GitHub App: whether its id and key are right, and whether it may do what is needed. Asks, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from reviewbot.doctor.finding import Finding, advice, bad, good
from reviewbot.domain.errors import ConfigError, ReviewbotError
from reviewbot.forge.github_app import AppCredentials
from reviewbot.forge.github_app_wire import App
from reviewbot.forge.github_permissions import missing, surplus, unheard
from reviewbot.settings import Settings

_CHECK = "app"
_TIMEOUT = 10


def uses_app(settings: Settings) -> bool:
    """Whether the settings name an App, or half of one."""
    return settings.github_app_id is not None or settings.github_app_private_key is not None


def look_at_app(settings: Settings) -> Finding:
    """The App that is set, by ``GET /app``."""
    try:
        with closing(_credentials(settings)) as credentials:
            return judge_app(credentials.app)
    except ReviewbotError as error:
        return bad(_CHECK, str(error))


def token_for(settings: Settings, repository: str) -> str:
    """A token of the App for ``owner/name``.

    Raises:
        ConfigError: the App's settings are wrong. ForgeError: GitHub gives none; the sentence says why.
    """
    with closing(_credentials(settings)) as credentials:
        return credentials.token(repository)


def judge_app(app: App) -> Finding:
    """What is wrong with what an App may do and is told. What works as it is, if less well, is advice."""
    lacks = missing(app.permissions)
    if untold := unheard(app.events):
        return bad(_CHECK, f"{app.slug} is not sent {', '.join(untold)}: subscribe it to them on {app.page}.")
    if lacks == {"contents": "write"} and app.permissions.get("contents") == "read":
        words = "only reads contents: GitHub will not let it resolve threads, and /seed fix --commit is refused."
        return advice(_CHECK, f"{app.slug} {words}")
    if lacks:
        return bad(
            _CHECK, f"{app.slug} lacks {_listed(lacks)}: grant it on {app.page}, and accept it where it is installed."
        )
    if beyond := surplus(app.permissions):
        return advice(_CHECK, f"{app.slug} may do more than it needs: take {_listed(beyond)} from it.")
    return good(_CHECK, f"{app.login}, with the permissions and events that it needs")


def _listed(permissions: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {access}" for name, access in sorted(permissions.items()))


def _credentials(settings: Settings) -> AppCredentials:
    if settings.github_app_id is None:
        raise ConfigError("Set REVIEWBOT_GITHUB_APP_ID to the id of the App whose private key is set.")
    if settings.github_app_private_key is None:
        raise ConfigError("Set REVIEWBOT_GITHUB_APP_PRIVATE_KEY_FILE to the private key of the App whose id is set.")
    key = settings.github_app_private_key.get_secret_value()
    return AppCredentials(
        settings.github_url, settings.github_app_id, key, ca_bundle=settings.ca_bundle, timeout=_TIMEOUT
    )
