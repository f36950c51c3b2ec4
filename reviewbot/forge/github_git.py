"""How git reaches GitHub: the address, and the token in the environment alone."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit


def web_root(api_url: str) -> str:
    """The address under which GitHub serves pages and git, with a slash at its end.

    ``https://api.github.com`` belongs to ``https://github.com/``, ``https://HOST/api/v3`` (Enterprise Server) to
    ``https://HOST/``, and ``https://api.NAME.ghe.com`` to ``https://NAME.ghe.com/``.
    """
    parts = urlsplit(api_url)
    path = parts.path.rstrip("/").removesuffix("/api/v3")
    return urlunsplit((parts.scheme, parts.netloc.removeprefix("api."), path + "/", "", ""))


def git_environment(api_url: str, token: str, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment that lets git read, and as far as ``token`` may write, this GitHub, and no other host.

    The header is bound to the host's address (git-config ``http.<url>.extraHeader``), and given by ``GIT_CONFIG_COUNT``
    so that it stands in no argument and in no file. Helpers that would ask a person or a key ring are off.

    Args:
        settings: more of git's settings, for instance a certificate bundle; none of them can take the token elsewhere.
    """
    credentials = base64.b64encode(f"x-access-token:{token}".encode()).decode("ascii")
    given = {
        **(settings or {}),
        f"http.{web_root(api_url)}.extraHeader": f"Authorization: Basic {credentials}",
        "credential.helper": "",
    }
    numbered = {"GIT_CONFIG_COUNT": str(len(given)), "GIT_TERMINAL_PROMPT": "0"}
    for at, (key, value) in enumerate(given.items()):
        numbered |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
    return numbered
