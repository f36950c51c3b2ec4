"""The README says what is true: its settings are the settings, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from reviewbot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The settings as a Markdown table: name, default, what it is."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        secret = default is None or isinstance(default, SecretStr)
        shown = "–" if secret else f"`{getattr(default, 'value', default)}`"
        if name == "state_dir":
            shown = "`~/.local/state/reviewbot`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def test_the_settings_table_is_the_settings() -> None:
    assert settings_table() in README, f"put this into README.md:\n{settings_table()}"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README))))
def test_every_link_leads_to_a_file(target: str) -> None:
    assert (ROOT / target).is_file()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^\$ make ([a-z-]+)", README, re.MULTILINE))))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_links_and_targets_were_found() -> None:
    assert "docs/architecture.md" in README and "make demo" in README
