"""docker-compose.yml and the Dockerfile: valid by the official schema, made of our own commands and settings."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from reviewbot.cli.entry import run
from reviewbot.doctor.configured import look_at_names
from reviewbot.doctor.finding import State
from reviewbot.model.engines import connect
from reviewbot.settings import load_settings

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "data" / "compose-spec.json").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = [name for name, service in SERVICES.items() if service.get("image", "").startswith("reviewbot:")]


def test_the_compose_specification_accepts_it() -> None:
    Draft7Validator(SCHEMA).validate(COMPOSE)


def test_the_specification_is_in_force() -> None:
    wrong = json.loads(json.dumps(COMPOSE))
    wrong["services"]["server"]["healthchecks"] = {}
    assert not Draft7Validator(SCHEMA).is_valid(wrong)


def test_the_parts_of_the_issue_are_there() -> None:
    assert OURS == ["server", "worker"]
    assert {"redis", "postgres", "vllm"} <= set(SERVICES)


@pytest.mark.parametrize("name", OURS)
def test_its_commands_are_our_commands(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)[-1]) == ["reviewbot"]
    command = SERVICES[name]["command"]
    assert run([*command, "--help"]) == 0
    assert f"reviewbot {' '.join(command)}" in capsys.readouterr().out
    assert run([*command, "--no-such-option"]) == 2


def test_the_image_starts_the_server_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    command = json.loads(re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)[-1])
    assert run([*command, "--help"]) == 0
    assert "reviewbot serve" in capsys.readouterr().out


@pytest.mark.parametrize("name", OURS)
def test_its_settings_are_our_settings(name: str, tmp_path: Path) -> None:
    contents = {
        "database_url": "postgresql://reviewbot:x@postgres:5432/reviewbot",
        "github_token": "t",
        "github_webhook_secret": "s" * 32,
        "gitlab_signing_token": "whsec_" + "c2VjcmV0" * 4,
    }
    environ = {k: str(v) for k, v in SERVICES[name]["environment"].items()} | _image_environment()
    environ = {k: re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", v) for k, v in environ.items()}
    for secret in SERVICES[name]["secrets"]:
        (tmp_path / secret).write_text(contents.get(secret, ""))  # of a forge that is not used: an empty file
    environ = {k: v.replace("/run/secrets", str(tmp_path)) for k, v in environ.items()}
    assert look_at_names(environ).state is State.GOOD
    settings = load_settings(environ)
    assert settings.database == "postgresql+psycopg://reviewbot:x@postgres:5432/reviewbot"
    assert settings.token == "t"
    assert settings.webhook_secrets == ("s" * 32,)
    assert settings.gitlab_secrets == (("whsec_" + "c2VjcmV0" * 4,), ())
    assert settings.gitlab_token is None and settings.github_app_id is None
    assert settings.model_priority is True
    assert settings.host == "0.0.0.0"


def _image_environment() -> dict[str, str]:
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    assert block is not None
    return dict(part.split("=", 1) for part in block[1].replace("\\\n", " ").split() if part.startswith("REVIEWBOT_"))


def test_the_worker_asks_the_model_that_vllm_serves() -> None:
    url = SERVICES["worker"]["environment"]["REVIEWBOT_MODEL"]
    arguments = dict(a.removeprefix("--").partition("=")[::2] for a in SERVICES["vllm"]["command"])
    assert arguments["scheduling-policy"] == "priority"  # without it vLLM refuses REVIEWBOT_MODEL_PRIORITY
    address, _, model = url.partition("#")
    assert address == f"http://vllm:{arguments['port']}/v1"
    assert model == arguments["served-model-name"]
    assert arguments["model"] == "ByteDance-Seed/Seed-Coder-8B-Base"
    completer = connect(url)
    completer.close()


def test_vllm_has_a_gpu_and_no_way_out() -> None:
    (device,) = SERVICES["vllm"]["deploy"]["resources"]["reservations"]["devices"]
    assert device["driver"] == "nvidia" and device["capabilities"] == ["gpu"]
    for name in ("vllm", "redis", "postgres"):
        assert all(COMPOSE["networks"][network].get("internal") for network in SERVICES[name]["networks"]), name
        assert "ports" not in SERVICES[name], name


def test_no_telemetry() -> None:
    environment = SERVICES["vllm"]["environment"]
    assert environment["VLLM_NO_USAGE_STATS"] == environment["DO_NOT_TRACK"] == environment["HF_HUB_OFFLINE"] == "1"
    for name in ("SEMGREP_SEND_METRICS=off", "SEMGREP_ENABLE_VERSION_CHECK=0", "HF_HUB_DISABLE_TELEMETRY=1"):
        assert name in DOCKERFILE


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("worker", "fetch-model")])
def test_every_service_that_can_be_asked_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_the_sandbox_can_run_and_nothing_has_a_privilege() -> None:
    needed = {"no-new-privileges:true", "seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"}
    assert set(SERVICES["worker"]["security_opt"]) == needed
    assert SERVICES["server"]["security_opt"] == ["no-new-privileges:true"]
    for name in OURS:
        assert SERVICES[name]["cap_drop"] == ["ALL"] and SERVICES[name]["read_only"] is True
    assert not any(service.get("privileged") for service in SERVICES.values())
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)[-1] == "reviewbot"


def test_every_image_volume_network_and_secret_is_named_and_used() -> None:
    for service in SERVICES.values():
        assert re.search(r":v?\d", service["image"]), service["image"]
    used = {part.partition(":")[0] for s in SERVICES.values() for part in s.get("volumes", ())}
    assert used == set(COMPOSE["volumes"])
    assert {n for s in SERVICES.values() for n in s["networks"]} == set(COMPOSE["networks"])
    assert {n for s in SERVICES.values() for n in s.get("secrets", ())} == set(COMPOSE["secrets"])
