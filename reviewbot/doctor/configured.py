"""The settings by themselves: names that are none, secrets that are missing, the folder for the state."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from reviewbot.doctor.finding import Finding, advice, bad, good
from reviewbot.settings import PREFIX, Settings

SHORT_SECRET = 16
"""Characters below which a webhook secret can be guessed; GitHub's own advice is a random string of high entropy."""


def look_at_names(environ: Mapping[str, str]) -> Finding:
    """Variables that look like settings and are none: a slip of the pen would otherwise be silent."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known}
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    if not unknown:
        given = sum(name.startswith(PREFIX) for name in environ)
        return good("settings", f"{given} set" if given else "all by default")
    return bad("settings", " ".join(_no_setting(name, known) for name in unknown))


def _no_setting(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.removeprefix(PREFIX), sorted(one.removeprefix(PREFIX) for one in known), 1)
    return f"{name} is no setting{f'; did you mean {PREFIX}{near[0]}?' if near else ': unset it.'}"


def look_at_webhook_secret(settings: Settings) -> Finding:
    """The secret that proves who sent a webhook."""
    secret = settings.github_webhook_secret
    if secret is None:
        return bad("webhook", "Set REVIEWBOT_GITHUB_WEBHOOK_SECRET to the secret that you gave to GitHub's webhook.")
    if len(secret.get_secret_value()) < SHORT_SECRET:
        return advice("webhook", f"The secret is short: use {SHORT_SECRET} random characters or more, here and there.")
    return good("webhook", "a secret is set")


def look_at_state_dir(settings: Settings) -> Finding:
    """The folder of database, broker and mirrors: there or to be made, and to write in."""
    place = settings.state_dir
    nearest = next(folder for folder in (place, *place.parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return bad("state", f"{nearest} is no folder to write in: set REVIEWBOT_STATE_DIR to one.")
    if place.exists() and _open_to_others(place):
        return advice("state", f"Others can read {place}, which holds source code: chmod 700 it.")
    return good("state", f"{place}{'' if place.exists() else ' (made at the first start)'}")


def _open_to_others(place: Path) -> bool:
    return bool(place.stat().st_mode & 0o077)
