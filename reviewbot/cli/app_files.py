"""Where a new App's key and secret are kept: files that their owner alone may read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reviewbot.domain.errors import ConfigError, UsageError
from reviewbot.forge.github_manifest import NewApp
from reviewbot.settings import PREFIX, Settings

FOLDER = "github-app"
_KEY, _SECRET, _SETTINGS = "private-key.pem", "webhook-secret", "settings.env"


@dataclass(frozen=True)
class AppFiles:
    """The files of one App, in ``folder``."""

    folder: Path

    @classmethod
    def prepare(cls, state_dir: Path, *, force: bool) -> AppFiles:
        """Make the folder, before the App is made: a key is told once, and must find its place.

        Raises:
            UsageError: an App's files are there, and ``force`` is not given. ConfigError: the folder cannot be written.
        """
        files = cls(state_dir / FOLDER)
        there = [name for name in (_KEY, _SECRET, _SETTINGS) if (files.folder / name).exists()]
        if there and not force:
            raise UsageError(
                f"{files.folder} holds the {there[0]} of an App already: use it, or give --force to replace it."
            )
        problem = None
        try:
            state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.folder.mkdir(mode=0o700, exist_ok=True)
            files.folder.chmod(0o700)
            _write(files.folder / ".probe", "")
            (files.folder / ".probe").unlink()
        except OSError as error:
            problem = error.strerror
        if problem:
            raise ConfigError(
                f"{files.folder} cannot be written ({problem}): set REVIEWBOT_STATE_DIR to a folder of yours."
            )
        return files

    def keep(self, app: NewApp, github_url: str) -> dict[str, str]:
        """Write everything; the variables that lead to it.

        Raises:
            ConfigError: it cannot be written; it says how to get another key.
        """
        problem = None
        try:
            return self._keep(app, github_url)
        except OSError as error:
            problem = error.strerror
        raise ConfigError(
            f"The App {app.slug} is made, but its key could not be written to {self.folder} ({problem}): make room, "
            f"and generate another private key and webhook secret on its page, {app.page}."
        )

    def _keep(self, app: NewApp, github_url: str) -> dict[str, str]:
        usual = github_url == Settings.model_fields["github_url"].default
        variables = {} if usual else {f"{PREFIX}GITHUB_URL": github_url}
        variables[f"{PREFIX}GITHUB_APP_ID"] = str(app.id)
        _write(self.folder / _KEY, app.private_key)
        variables[f"{PREFIX}GITHUB_APP_PRIVATE_KEY_FILE"] = str(self.folder / _KEY)
        if app.webhook_secret is not None:
            _write(self.folder / _SECRET, app.webhook_secret)
            variables[f"{PREFIX}GITHUB_WEBHOOK_SECRET_FILE"] = str(self.folder / _SECRET)
        _write(self.folder / _SETTINGS, "".join(f"{name}={value}\n" for name, value in variables.items()))
        return variables


def _write(place: Path, text: str) -> None:
    """Put ``text`` there whole or not at all, for its owner's eyes alone; whoever reads meanwhile sees the old one."""
    draft = place.with_name(f"{place.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
