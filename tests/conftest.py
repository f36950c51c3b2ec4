"""For every test: no settings of the person who runs it, no telemetry."""

from __future__ import annotations

import os

import pytest

SLOW = (
    "tests/faults/",
    "tests/acceptance/",
    "tests/up/",
    "tests/packaging/",
    "tests/behaviour/",
    "tests/server/test_hostile",
)
"""Whole processes, real scanners, long stories: what `make quick` leaves to `make test`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow by where it lies."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own ``REVIEWBOT_…``, git and colour variables must not decide whether a test passes."""
    for name in tuple(os.environ):
        if name.startswith(("REVIEWBOT_", "GIT_")) or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SEMGREP_SEND_METRICS", "off")
    monkeypatch.setenv("SEMGREP_ENABLE_VERSION_CHECK", "0")
