"""Where the rules lie: inside the installed wheel, or beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

from reviewbot.domain.errors import ConfigError


def rules_dir() -> Path:
    """The folder that holds ``raises/`` and ``semgrep/``.

    Raises:
        ConfigError: the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for place in (package / "_rules", package.parent / "rules"):
        if (place / "raises").is_dir():
            return place
    raise ConfigError("The rules folder is missing from this installation: reinstall reviewbot from its wheel.")
