"""Which forges the settings name, and how the deliveries of each are read."""

from __future__ import annotations

from reviewbot.domain.errors import ConfigError
from reviewbot.forge.gitlab_signing import Secrets, sign
from reviewbot.server import github, gitlab
from reviewbot.server.app import Receive
from reviewbot.settings import Settings


def receivers(settings: Settings) -> tuple[Receive | None, Receive | None]:
    """GitHub's reader and GitLab's; None for the one that no setting names.

    Raises:
        ConfigError: no forge is named, or one is named without a secret that proves its deliveries.
    """
    if not (settings.uses_github or settings.uses_gitlab):
        raise ConfigError(
            "No forge is configured: set REVIEWBOT_GITHUB_WEBHOOK_SECRET and REVIEWBOT_GITHUB_TOKEN or an App, or"
            " REVIEWBOT_GITLAB_WEBHOOK_SECRET and REVIEWBOT_GITLAB_TOKEN."
        )
    return (
        github.receiver(settings.webhook_secrets, settings.github_app_id) if settings.uses_github else None,
        gitlab.receiver(_gitlab_secrets(settings)) if settings.uses_gitlab else None,
    )


def _gitlab_secrets(settings: Settings) -> Secrets:
    signing, tokens = settings.gitlab_secrets
    for token in signing:
        sign(b"", token, "", "")  # what is no signing token is said now, not with the first delivery
    return Secrets(signing, tokens)
