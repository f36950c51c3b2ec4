"""How a token reaches git: a header in the environment, bound to one address."""

from __future__ import annotations

import base64
from collections.abc import Mapping


def header_environment(root: str, user: str, token: str, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment that lets git read and push below ``root``, and that is of no use on any other host.

    The header is bound to the address (git-config ``http.<url>.extraHeader``), and given by ``GIT_CONFIG_COUNT`` so
    that it stands in no argument and in no file. Helpers that would ask a person or a key ring are off.

    Args:
        root: the address that every repository lies below, with a slash at its end.
        user: the name that the forge wants beside a token. settings: more of git's settings.
    """
    credentials = base64.b64encode(f"{user}:{token}".encode()).decode("ascii")
    given = {
        f"http.{root}.extraHeader": f"Authorization: Basic {credentials}",
        "credential.helper": "",
        **(settings or {}),
    }
    numbered = {"GIT_CONFIG_COUNT": str(len(given)), "GIT_TERMINAL_PROMPT": "0"}
    for at, (key, value) in enumerate(given.items()):
        numbered |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
    return numbered
