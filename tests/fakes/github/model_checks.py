"""Check runs, and what a branch demands before a merge. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.github.model import App

GOOD = ("success", "neutral", "skipped")
"""Conclusions with which GitHub merges."""


@dataclass
class CheckRun:
    """A check run. `annotations` are as they were sent."""

    id: int
    app: App
    name: str
    sha: str
    started: float
    status: str = "queued"
    conclusion: str | None = None
    external_id: str | None = None
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    completed: float | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Demand:
    """A required status check of a branch: of the App with this id, or anybody's. `by`: `protection` or `ruleset`."""

    context: str
    app: int | None = None
    by: str = "protection"
