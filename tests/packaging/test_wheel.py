"""The wheel: built, installed away from the checkout, and put to work there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.source.gitrepo import GitRepo

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which ``reviewbot`` is the installed one, and not the checkout's."""
    site = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("REVIEWBOT_", "GIT_"))}
    return {**environ, "PYTHONPATH": str(site)}


def test_the_wheel_carries_every_rule_and_none_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {f"reviewbot/_rules/{p.relative_to(ROOT / 'rules').as_posix()}" for p in (ROOT / "rules").rglob("*.yaml")}
    assert len(rules) > 50
    assert rules <= names
    assert "reviewbot/_rules/raises/schema.json" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_migrations_travel_with_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.startswith("reviewbot/store/migrations/versions/r0")]


def test_installed_elsewhere_it_reviews(elsewhere: dict[str, str], tmp_path: Path) -> None:
    where = "import reviewbot.resources as r; print(r.__file__); print(r.rules_dir())"
    told = subprocess.run([sys.executable, "-c", where], cwd=tmp_path, env=elsewhere, capture_output=True, text=True)
    assert told.stdout.count(elsewhere["PYTHONPATH"]) == 2, told
    repo = GitRepo(tmp_path / "r")
    repo.commit({"app.py": "import json\n"})
    repo.commit({"app.py": "import json\n\ndata = json.load(open('config.json'))\n"})
    command = [sys.executable, "-m", "reviewbot", "review", "--repo", str(repo.path), "--format", "json"]
    done = subprocess.run(
        [*command, "--model", "none"], cwd=tmp_path, env=elsewhere, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    Draft202012Validator(json.loads((ROOT / "docs" / "review.schema.json").read_text())).validate(document)
    (suggestion,) = document["suggestions"]
    assert set(suggestion["exceptions"]) == {"FileNotFoundError", "json.JSONDecodeError"}
    assert {"fault", "semgrep"} <= {e["check"] for e in suggestion["evidence"]}
