"""One pull request of three places, and the engines to review it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from reviewbot.domain.review import Review, ReviewOptions
from reviewbot.domain.suggestion import Evidence
from reviewbot.model.protocol import Completer
from reviewbot.pipeline import screening
from reviewbot.resources import rules_dir
from reviewbot.review import Engines, review
from reviewbot.source import Repository
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.sandbox import Sandbox
from reviewbot.verify.screen import Screened
from tests.source.gitrepo import GitRepo

THREE = """import json
import logging

logger = logging.getLogger(__name__)


def first(path: str) -> dict[str, str] | None:
    '''The settings, or None if there are none.'''
    with open(path) as file:
        return json.load(file)


def second(text: str) -> list[str] | None:
    '''The list, or None if it is damaged.'''
    return json.loads(text)


def third(items: list[str]) -> None:
    for item in items:
        logger.info("%s", json.loads(item))
"""

Reviewer = Callable[..., Review]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "r")
    repo.commit({"README": "r\n"})
    repo.commit({"app.py": THREE})
    return repo


@pytest.fixture
def quick_screen(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Scanners that find nothing, at once; the keys they were asked about, a list a run."""
    runs: list[list[str]] = []

    def screen(items: Sequence[Screened], rules: Path) -> Mapping[str, tuple[Evidence, ...]]:
        runs.append([item.key for item in items])
        return {item.key: (Evidence("semgrep", True, "nothing new"),) for item in items}

    monkeypatch.setattr(screening, "screen", screen)
    return runs


def run(
    repo: GitRepo,
    *,
    base: str = "HEAD~1",
    head: str = "HEAD",
    completer: Completer | None = None,
    sandbox: Sandbox | str | None = "real",
    progress: Callable[[str], None] | None = None,
    **options: object,
) -> Review:
    """Review the last commit with everything as it is in earnest but for what the test overrides."""
    source = Repository(repo.path)
    box = Bubblewrap() if sandbox == "real" else sandbox
    engines = Engines(completer, box, rules_dir())  # type: ignore[arg-type]
    wanted = ReviewOptions(**options)  # type: ignore[arg-type]
    change = source.change(base, head)
    return review(change, source.tree(head), source.tree(base), engines, wanted, progress=progress)
