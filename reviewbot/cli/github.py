"""``reviewbot github create-app``: walks an operator through the registration of a GitHub App."""

from __future__ import annotations

import os
import secrets
import shlex
import sys
import time
import webbrowser
from dataclasses import dataclass

import requests

from reviewbot.cli.app_files import AppFiles
from reviewbot.cli.app_form import Form, receiving
from reviewbot.cli.output import emit, tell
from reviewbot.domain.errors import ForgeError
from reviewbot.domain.gate import CHECK
from reviewbot.forge.github_manifest import HOUR, NewApp, Wish, convert, manifest
from reviewbot.forge.manners import Manners
from reviewbot.settings import Settings, load_settings

_PATIENCE = 300.0
"""Seconds for which a GitHub that is down is asked for the key again."""

_PAUSES = (2.0, 30.0)
"""Seconds between two tries, at first and at most."""


@dataclass(frozen=True)
class Asked:
    """The command's arguments. ``seconds``: how long a person may take; ``patience``: how long GitHub may be down."""

    org: str | None = None
    url: str | None = None
    github_url: str | None = None
    name: str | None = None
    browser: bool = True
    force: bool = False
    port: int = 0
    seconds: float = HOUR
    patience: float = _PATIENCE


def create_app(asked: Asked) -> None:
    """Have a person register the App on GitHub, keep its key, and say what is next.

    Raises:
        UsageError, ConfigError: an argument is wrong, files stand in the way, or nobody came.
        ForgeError: GitHub did not give the key.
    """
    settings = load_settings(None, github_url=asked.github_url)
    name = asked.name or f"reviewbot-{asked.org or secrets.token_hex(4)}"[:34].rstrip("-")
    wish = Wish(name, settings.github_url, asked.org, asked.url)
    files = AppFiles.prepare(settings.state_dir, force=asked.force)
    with receiving(Form(wish.register_at, lambda back: manifest(wish, back)), asked.port) as reception:
        emit(
            f"Open this address in a browser on this machine, and register the App there:\n\n  {reception.address}\n\n"
        )
        if asked.browser and _has_browser():
            webbrowser.open(reception.address)
        try:
            tell("Waiting for GitHub; Ctrl-C ends it.")
            code = reception.wait(asked.seconds)
        except KeyboardInterrupt:
            tell("Ended: no App was made.")
            raise
        app = _fetch(settings, wish, code, asked.patience)
    emit(_farewell(app, files.keep(app, settings.github_url), wish))


def _has_browser() -> bool:
    """Whether there is a screen: without one, a browser of the terminal would take the terminal over."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _fetch(settings: Settings, wish: Wish, code: str, patience: float) -> NewApp:
    """The App that was made. The code is good for an hour, so a GitHub that is down is asked again for a while."""
    end, pause = time.monotonic() + patience, _PAUSES[0]
    with Manners().session(settings.ca_bundle) as session:
        while True:
            answer = _try(session, settings.github_url, code)
            if isinstance(answer, NewApp):
                return answer
            if not answer.retryable or time.monotonic() + pause > end:
                break
            tell(f"{answer} The App is not lost: its key is asked for again.")
            time.sleep(pause)
            pause = min(pause * 2, _PAUSES[1])
    apps = wish.register_at.removesuffix("/new")
    raise ForgeError(f"{answer} The App may be there without us: delete it at {apps} and start again.")


def _try(session: requests.Session, github_url: str, code: str) -> NewApp | ForgeError:
    try:
        return convert(session, github_url, code)
    except ForgeError as error:
        return error


def _farewell(app: NewApp, variables: dict[str, str], wish: Wish) -> str:
    lines = [f"The App {app.slug} is made. Its key and its secret are kept for you alone. Set:", ""]
    lines += [f"  export {name}={shlex.quote(value)}" for name, value in variables.items()]
    steps = [
        f"Install it on your repositories: {app.page}/installations/new",
        f"For a gate that blocks, demand the status check {CHECK} from this App in each repository's rulesets",
        "Check everything: reviewbot doctor --repository OWNER/NAME",
    ]
    if wish.bot_url is None:
        page = wish.register_at.removesuffix("new") + app.slug
        steps.insert(0, f"Its webhook is off: give it https://YOUR.BOT/webhooks/github and switch it on at {page}")
    lines += ["", "Next:", *(f"  {at}. {step}" for at, step in enumerate(steps, 1)), ""]
    return "\n".join(lines)
