"""Settings: read once, frozen, each mistake named by its variable in one sentence, no secret ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.settings import Settings, load_settings


def test_defaults_are_all_embedded(tmp_path: Path) -> None:
    settings = load_settings({}, state_dir=tmp_path)
    assert settings.database == f"sqlite:///{tmp_path}/reviewbot.sqlite"
    assert (settings.broker_url, settings.model, settings.proof) == (None, "starter", ProofLevel.REGION)
    assert settings.options.max_suggestions == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("PROOF", "tests"),
        ("PROOF", "none"),
        ("MAX_SUGGESTIONS", "-1"),
        ("MIN_CONFIDENCE", "2"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d"),
        ("BROKER_URL", "kafka://u:hunter2@h"),
        ("GITHUB_URL", "ftp://x"),
        ("GITHUB_URL", "https://bot:hunter2@github.example/api/v3"),
        ("GITLAB_URL", "gitlab.example"),
        ("GITLAB_URL", "https://"),
        ("GITLAB_URL", "https://[gitlab"),
        ("GITLAB_URL", "https://bot:hunter2@gitlab.example"),
        ("GITLAB_URL", "https://gitlab.example/?private_token=hunter2"),
        ("LOG_LEVEL", "LOUD"),
        ("LEASE_SECONDS", "0"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({f"REVIEWBOT_{name}": value})
    said = str(caught.value)
    assert said.startswith(f"REVIEWBOT_{name} is wrong: ")
    assert said.endswith(".")
    assert "\n" not in said
    assert "hunter2" not in said


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0ken\n")
    settings = load_settings({"REVIEWBOT_GITHUB_TOKEN_FILE": str(tmp_path / "token")})
    assert settings.token == "t0ken"
    assert "t0ken" not in repr(settings)
    with pytest.raises(ConfigError, match="REVIEWBOT_GITHUB_TOKEN_FILE"):
        load_settings({"REVIEWBOT_GITHUB_TOKEN_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize("environ", [{}, {"REVIEWBOT_GITHUB_WEBHOOK_SECRET": ""}])
def test_no_webhook_secret_is_an_error(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="REVIEWBOT_GITHUB_WEBHOOK_SECRET"):
        _ = load_settings(environ).webhook_secrets


def test_an_empty_secret_file_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("\n")
    with pytest.raises(ConfigError, match="REVIEWBOT_GITHUB_WEBHOOK_SECRET"):
        _ = load_settings({"REVIEWBOT_GITHUB_WEBHOOK_SECRET_FILE": str(tmp_path / "s")}).webhook_secrets


def test_both_secrets_count_while_one_is_rotated() -> None:
    given = {"REVIEWBOT_GITHUB_WEBHOOK_SECRET": "new", "REVIEWBOT_GITHUB_WEBHOOK_SECRET_PREVIOUS": "old"}
    assert load_settings(given).webhook_secrets == ("new", "old")


def test_a_child_process_gets_the_same_settings(tmp_path: Path) -> None:
    given = {"REVIEWBOT_GITHUB_TOKEN": "t", "REVIEWBOT_PROOF": "static", "REVIEWBOT_REVIEW_DRAFTS": "yes"}
    settings = load_settings(given, state_dir=tmp_path, port=0, lease_seconds=1.5)
    assert load_settings(settings.environment()) == settings


def test_settings_are_frozen_and_read_no_environment_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWBOT_PORT", "1234")
    settings = Settings()
    assert settings.port == 8080
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]
    assert load_settings().port == 1234
