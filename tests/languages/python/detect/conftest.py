import shutil
from pathlib import Path

import pytest

from reviewbot.languages.python.reading.knowledge import Knowledge, load
from reviewbot.resources import rules_dir

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rules folder that holds the small knowledge of these tests, under the real schema."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "raises").mkdir()
    shutil.copy(rules_dir() / "raises" / "schema.json", folder / "raises" / "schema.json")
    shutil.copy(HERE / "knowledge.yaml", folder / "raises" / "knowledge.yaml")
    return folder


@pytest.fixture(scope="session")
def knowledge(rules: Path) -> Knowledge:
    return load(rules)


@pytest.fixture(scope="session")
def shipped() -> Knowledge:
    return load(rules_dir())
