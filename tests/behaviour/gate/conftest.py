"""The gate on each forge: a repository whose base demands the gate's word, and the gate over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviour.gate.stage import AI_CODE, CLAUDE, ENFORCE, STAGES, GateStage
from tests.behaviour.gate.watch import Watch


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GateStage]:
    """Alice has a pull request with AI lines open, on a base that demands the gate's word."""
    made = STAGES[request.param](tmp_path)
    made.commit_as("dave", {".reviewbot.toml": ENFORCE, "old.py": "x = 1\n"}, "first")
    made.send("bob", "main")
    made.work.git("checkout", "-q", "-b", "topic")
    made.push_as("alice", {"new.py": AI_CODE}, f"More\n\n{CLAUDE}")
    made.open_as("alice")
    yield made
    made.close_down()


@pytest.fixture
def watch(stage: GateStage, tmp_path: Path) -> Iterator[Watch]:
    made = Watch(stage, tmp_path / "watch")
    yield made
    made.close()
