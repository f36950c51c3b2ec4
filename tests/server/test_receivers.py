"""Which forges the settings name, and that none is served without a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import HeadEvent
from reviewbot.server.receivers import receivers
from reviewbot.settings import load_settings
from tests.fakes.deliveries import signed
from tests.forge.test_github_gate_events import OURS, PRESSED, TO_APP

GITHUB = {"GITHUB_TOKEN": "t", "GITHUB_WEBHOOK_SECRET": "s"}
SIGNING = "whsec_" + "c2VjcmV0" * 4


def served(given: dict[str, str]) -> tuple[bool, bool]:
    settings = load_settings({f"REVIEWBOT_{name}": value for name, value in given.items()}, state_dir=Path("/nowhere"))
    github, gitlab = receivers(settings)
    return github is not None, gitlab is not None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GITHUB, (True, False)),
        ({"GITHUB_WEBHOOK_SECRET": "s"}, (True, False)),
        ({"GITHUB_APP_ID": "1", "GITHUB_WEBHOOK_SECRET": "s"}, (True, False)),
        ({"GITLAB_TOKEN": "t", "GITLAB_WEBHOOK_SECRET": "s"}, (False, True)),
        ({"GITLAB_SIGNING_TOKEN": SIGNING}, (False, True)),
        ({**GITHUB, "GITLAB_TOKEN": "t", "GITLAB_SIGNING_TOKEN": SIGNING, "GITLAB_WEBHOOK_SECRET": "s"}, (True, True)),
    ],
)
def test_a_forge_is_served_where_a_setting_names_it(given: dict[str, str], expected: tuple[bool, bool]) -> None:
    assert served(given) == expected


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["No forge", "REVIEWBOT_GITHUB_WEBHOOK_SECRET", "REVIEWBOT_GITLAB_WEBHOOK_SECRET"]),
        ({"GITHUB_TOKEN": "t"}, ["REVIEWBOT_GITHUB_WEBHOOK_SECRET"]),
        ({"GITHUB_APP_ID": "1"}, ["REVIEWBOT_GITHUB_WEBHOOK_SECRET"]),
        ({"GITHUB_APP_PRIVATE_KEY": "k"}, ["REVIEWBOT_GITHUB_WEBHOOK_SECRET"]),
        ({"GITLAB_TOKEN": "t"}, ["REVIEWBOT_GITLAB_SIGNING_TOKEN", "REVIEWBOT_GITLAB_WEBHOOK_SECRET"]),
        ({**GITHUB, "GITLAB_TOKEN": "t"}, ["REVIEWBOT_GITLAB_SIGNING_TOKEN"]),
        ({"GITLAB_TOKEN": "t", "GITLAB_WEBHOOK_SECRET": "s", "GITHUB_TOKEN": "t"}, ["REVIEWBOT_GITHUB_WEBHOOK_SECRET"]),
        ({"GITLAB_SIGNING_TOKEN": "hunter2"}, ["whsec_"]),
        ({"GITLAB_SIGNING_TOKEN": "whsec_"}, ["whsec_"]),
        ({"GITLAB_SIGNING_TOKEN": "whsec_&&", "GITLAB_WEBHOOK_SECRET": "s"}, ["whsec_"]),
    ],
)
def test_a_forge_without_a_secret_is_refused_in_one_sentence(given: dict[str, str], named: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        served(given)
    assert all(name in str(caught.value) for name in named)
    assert str(caught.value).endswith(".")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("app", "counts"), [(str(OURS), True), (str(OURS + 1), False), (None, True)])
def test_the_settings_say_whose_check_runs_count(app: str | None, counts: bool) -> None:
    """They go before what the delivery says of itself."""
    given = {"REVIEWBOT_GITHUB_WEBHOOK_SECRET": "s"} | ({} if app is None else {"REVIEWBOT_GITHUB_APP_ID": app})
    read, _ = receivers(load_settings(given, state_dir=Path("/nowhere")))
    assert read is not None
    body = json.dumps(PRESSED).encode()
    assert isinstance(read(signed("check_run", body, "s") | TO_APP, body), HeadEvent) == counts
