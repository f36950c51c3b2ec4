from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviour.bot import Bot
from tests.behaviour.hub_stage import GitHubStage, GitLabStage
from tests.behaviour.local_stage import LocalStage
from tests.behaviour.stage import TOPIC, Stage

STAGES = {"github": GitHubStage, "gitlab": GitLabStage, "local": LocalStage}


@pytest.fixture(params=sorted(STAGES))
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Each forge in turn, with ``main`` pushed and ``topic`` begun."""
    made = STAGES[request.param](tmp_path)
    made.commit({"README.md": "# shop\n"}, "first")
    made.publish("main")
    made.work.git("checkout", "-q", "-b", TOPIC)
    yield made
    made.close_down()


@pytest.fixture
def bot(stage: Stage, tmp_path: Path) -> Iterator[Bot]:
    made = Bot(stage, tmp_path / "bot")
    yield made
    made.close()


@pytest.fixture
def fresh_bot(stage: Stage, tmp_path: Path) -> Iterator[Bot]:
    """The same bot after its database was lost."""
    made = Bot(stage, tmp_path / "other")
    yield made
    made.close()
