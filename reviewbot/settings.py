"""The operator's settings: environment variables ``REVIEWBOT_…``, read once, frozen, and handed on as an argument.

Each variable may also be given as ``REVIEWBOT_…_FILE``: a path whose content is the value, as Docker mounts secrets;
an empty file says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.review import ReviewOptions
from reviewbot.domain.suggestion import ProofLevel

PREFIX = "REVIEWBOT_"


def default_state_dir() -> Path:
    """``$XDG_STATE_HOME/reviewbot``, by default below ``~/.local/state`` (XDG Base Directory Specification 0.8)."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "reviewbot"


class Settings(BaseSettings):
    """Everything an operator can set. ``None`` stands for the embedded default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True, hide_input_in_errors=True
    )

    state_dir: Path = Field(default_factory=default_state_dir, description="Database, broker and mirrors lie here.")
    database_url: SecretStr | None = Field(None, description="PostgreSQL by URL; unset is SQLite in the state folder.")
    broker_url: SecretStr | None = Field(None, description="Redis or RabbitMQ by URL; unset is an embedded Valkey.")

    github_url: str = Field("https://api.github.com", description="The REST API's base; of GitHub Enterprise …/api/v3.")
    github_app_id: int | None = Field(None, ge=1, description="Of the GitHub App that the bot acts as.")
    github_app_private_key: SecretStr | None = Field(None, description="The App's private key (PEM).")
    github_token: SecretStr | None = Field(None, description="A fine-grained token, where no App can be installed.")
    github_bot_login: str | None = Field(None, description="NAME[bot], where the token is a GitHub App's.")
    github_webhook_secret: SecretStr | None = Field(None, description="The secret given to GitHub's webhook.")
    github_webhook_secret_previous: SecretStr | None = Field(None, description="Also accepted, while rotating it.")

    gitlab_url: str = Field("https://gitlab.com", description="GitLab's address, without /api.")
    gitlab_token: SecretStr | None = Field(None, description="Of a group, a project or a bot user; scope api.")
    gitlab_webhook_secret: SecretStr | None = Field(None, description="The secret token of GitLab's webhook.")
    gitlab_signing_token: SecretStr | None = Field(None, description="whsec_…, the signing token of GitLab's webhook.")
    ca_bundle: Path | None = Field(None, description="Certificates to trust for the forges (PEM), git included.")

    model: str = Field("starter", description="none, starter, a folder, a .gguf file, or a server's URL with /v1.")
    model_api_key: SecretStr | None = Field(None, description="Of the model server, where it wants one.")
    model_priority: bool = Field(False, description="Commands first: vLLM with --scheduling-policy priority.")
    proof: ProofLevel = Field(ProofLevel.REGION, description="region runs code in the sandbox; static does not.")
    max_suggestions: int = Field(5, ge=0, description="At most so many a review; 0 is no cap.")
    min_confidence: float = Field(0.5, ge=0, le=1, description="Suggestions below are not made.")
    review_drafts: bool = Field(False, description="Whether draft pull requests are reviewed.")
    commands_per_hour: int = Field(30, ge=1, description="Commands that one person may give in an hour.")

    host: str = Field("127.0.0.1", description="The address that the server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Its port; 0 takes a free one and prints it.")
    max_body_bytes: int = Field(
        25 << 20, ge=1024, description="A larger delivery is refused (GitHub's own cap is 25 MB)."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    worker_processes: int = Field(1, ge=1, le=64, description="Reviews at once a worker.")
    review_seconds: int = Field(900, ge=1, description="A review that takes longer is stopped and tried again.")
    max_attempts: int = Field(5, ge=1, description="After so many a job is given up as dead, with the reason.")
    retry_seconds: float = Field(10.0, gt=0, description="Wait before the first retry; it doubles with each.")
    retry_max_seconds: float = Field(900.0, gt=0, description="No wait between retries is longer.")
    lease_seconds: float = Field(60.0, ge=1, description="A worker silent for so long is taken for dead.")
    sweep_seconds: float = Field(5.0, gt=0, description="How often lost jobs are looked for.")
    patrol_seconds: float = Field(45.0, gt=0, description="How often heads without a verdict are looked for.")
    requeue_seconds: float = Field(60.0, gt=0, description="A job not started for so long may be enqueued again.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments alone: ``load_settings`` reads the environment, once and in one place."""
        return (init_settings,)

    @field_validator("proof")
    @classmethod
    def _known_proof(cls, value: ProofLevel) -> ProofLevel:
        if value not in (ProofLevel.STATIC, ProofLevel.REGION):
            raise ValueError("must be region or static")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("github_url", "gitlab_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        """What is posted holds this address: it must be one without a name and a password in it."""
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("must begin with https:// or http:// and a host's name")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError("must be an address alone, without a user, a password or anything behind ? and #")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, value: SecretStr | None) -> SecretStr | None:
        known = ("redis://", "rediss://", "redis+socket://", "amqp://", "amqps://")
        if value and not value.get_secret_value().startswith(known):
            raise ValueError("must begin with redis://, rediss://, redis+socket://, amqp:// or amqps://")
        return value

    @model_validator(mode="after")
    def _absolute_state(self) -> Settings:
        object.__setattr__(self, "state_dir", self.state_dir.expanduser().absolute())
        return self

    @property
    def database(self) -> str:
        """The database's URL for SQLAlchemy; may hold a password."""
        if self.database_url is None:
            return f"sqlite:///{self.state_dir / 'reviewbot.sqlite'}"
        url = self.database_url.get_secret_value()
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def uses_github(self) -> bool:
        """Whether anything says that GitHub is to be served."""
        given = (self.github_token, self.github_app_id, self.github_app_private_key, self.github_webhook_secret)
        return any(value is not None for value in given)

    @property
    def uses_gitlab(self) -> bool:
        """Whether anything says that GitLab is to be served."""
        return any(v is not None for v in (self.gitlab_token, self.gitlab_webhook_secret, self.gitlab_signing_token))

    @property
    def gitlab_secrets(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The signing tokens and the secret tokens that prove a delivery of GitLab's.

        Raises:
            ConfigError: there is none of either; a server without one would obey anybody.
        """
        given = (self.gitlab_signing_token, self.gitlab_webhook_secret)
        signing, tokens = (() if s is None else (s.get_secret_value(),) for s in given)
        if not (signing or tokens) or not all((*signing, *tokens)):
            raise ConfigError(
                "Set REVIEWBOT_GITLAB_SIGNING_TOKEN or REVIEWBOT_GITLAB_WEBHOOK_SECRET to what GitLab's webhook has."
            )
        return signing, tokens

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Secrets that a delivery of GitHub's may be signed with.

        Raises:
            ConfigError: there is none; a server without one would obey anybody.
        """
        given = (self.github_webhook_secret, self.github_webhook_secret_previous)
        secrets = tuple(s.get_secret_value() for s in given if s is not None)
        if self.github_webhook_secret is None or not all(secrets):
            raise ConfigError("Set REVIEWBOT_GITHUB_WEBHOOK_SECRET to the secret that you gave to GitHub's webhook.")
        return secrets

    @property
    def token(self) -> str:
        """GitHub's token.

        Raises:
            ConfigError: there is none.
        """
        if self.github_token is None:
            raise ConfigError("Set REVIEWBOT_GITHUB_TOKEN to a token that may read code and write pull requests.")
        return self.github_token.get_secret_value()

    @property
    def options(self) -> ReviewOptions:
        """What every review is asked for. Half of its time is for looking, so that what was found is still posted."""
        return ReviewOptions(self.max_suggestions, self.min_confidence, self.proof, self.review_seconds / 2)

    def environment(self) -> dict[str, str]:
        """The variables that give a child process these settings."""
        given = self.model_dump(exclude_none=True)
        return {
            PREFIX + name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in given.items()
        }


def load_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """The settings in ``environ`` (by default the process's own); ``overrides`` by field name come first.

    Raises:
        ConfigError: a value is wrong, or a ``…_FILE`` cannot be read; the sentence names the variable.
    """
    values = _read(os.environ if environ is None else environ)
    values.update({name: value for name, value in overrides.items() if value is not None})
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None


def _read(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in Settings.model_fields:
        variable = PREFIX + name.upper()
        if environ.get(variable):
            values[name] = environ[variable]
        elif environ.get(f"{variable}_FILE"):
            content = _content(f"{variable}_FILE", environ[f"{variable}_FILE"])
            if content:  # an empty file says nothing, as an empty variable does: the secret of a forge that is not used
                values[name] = content
    return values


def _content(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{variable} names {path}, which cannot be read as text: {error}") from None


def _sentence(error: ValidationError) -> str:
    """The first thing wrong, by the variable's name, without its value: it may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    variable = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "A setting"
    return f"{variable} is wrong: {first['msg'].removeprefix('Value error, ')}."
