"""docs/github.md says what the manifest asks for, and names settings and options that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewbot.cli.entry import run
from reviewbot.forge.buckets import GITHUB
from reviewbot.forge.github_manifest import Wish, manifest
from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS
from reviewbot.forge.turns import PATIENCE
from reviewbot.settings import PREFIX, Settings

DOC = (Path(__file__).parents[2] / "docs" / "github.md").read_text(encoding="utf-8")
ASKED = manifest(Wish("bot", "https://api.github.com"), "http://127.0.0.1/registered")


def rows(heading: str) -> list[tuple[str, ...]]:
    """The cells of the table under a heading, without its head."""
    section = DOC.split(f"\n### {heading}\n")[1].split("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def test_the_permissions_are_the_manifest_s() -> None:
    table = rows("Permissions")
    assert {name.strip("`"): access for name, access, _ in table} == ASKED["default_permissions"]
    assert table == [(f"`{need.name}`", need.access, need.why) for need in PERMISSIONS]


def test_the_events_are_the_manifest_s() -> None:
    table = rows("Events")
    assert [name.strip("`") for name, _ in table] == ASKED["default_events"]
    assert table == [(f"`{need.name}`", need.why) for need in EVENTS]


def test_the_settings_exist() -> None:
    named = {name.removesuffix("_FILE") for name in re.findall(rf"{PREFIX}[A-Z_]+", DOC)}
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields} and len(named) >= 6


def test_the_options_exist(capsys: pytest.CaptureFixture[str]) -> None:
    commands = {"create-app": ["github", "create-app"], "doctor": ["doctor"]}
    helps = ""
    for command in commands.values():
        run([*command, "--help"])
        helps += capsys.readouterr().out
    assert {option for option in re.findall(r"(?<![-|])--[a-z][a-z-]+", DOC) if option != "--commit"} <= set(
        re.findall(r"--[a-z-]+", helps)
    )


def test_the_limits_are_the_buckets() -> None:
    minute, hour = GITHUB.content
    assert f"{minute.amount} requests that make content in a minute and {hour.amount} in an hour" in DOC
    assert f"{GITHUB.all[0].amount} points in a minute" in DOC and f"up to {PATIENCE:.0f} seconds" in DOC
