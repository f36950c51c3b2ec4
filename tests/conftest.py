"""For every test: no settings of the person who runs it, no telemetry."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own ``REVIEWBOT_…``, git and colour variables must not decide whether a test passes."""
    for name in tuple(os.environ):
        if name.startswith(("REVIEWBOT_", "GIT_")) or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SEMGREP_SEND_METRICS", "off")
    monkeypatch.setenv("SEMGREP_ENABLE_VERSION_CHECK", "0")
