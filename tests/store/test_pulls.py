"""Notes on pull requests: each setter leaves the other columns alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.database import Database
from reviewbot.store.pulls import PullNote, Pulls

REF = PullRequestRef("gitlab", "group/sub/r", 7)
FULL = PullNote("a" * 40, "b" * 40, True, "ada", "123", "digest")

SETTERS: list[tuple[Callable[[Pulls], None], dict[str, object]]] = [
    (lambda p: p.set_reviewed(REF, "c" * 40, "d" * 40), {"reviewed_head": "c" * 40, "reviewed_base": "d" * 40}),
    (lambda p: p.set_paused(REF, paused=False, by="bob"), {"paused": False, "paused_by": None}),
    (lambda p: p.set_paused(REF, paused=True, by="bob \0 \ud800"), {"paused": True, "paused_by": "bob \0 \ud800"}),
    (lambda p: p.set_summary(REF, None), {"summary": None}),
    (lambda p: p.set_summary(REF, "9"), {"summary": "9"}),
    (lambda p: p.set_config_told(REF, None), {"config_told": None}),
    (lambda p: p.set_config_told(REF, "x"), {"config_told": "x"}),
]


@pytest.fixture
def pulls(database: Database) -> Pulls:
    return Pulls(database)


def fill(pulls: Pulls) -> None:
    pulls.set_reviewed(REF, "a" * 40, "b" * 40)
    pulls.set_paused(REF, paused=True, by="ada")
    pulls.set_summary(REF, "123")
    pulls.set_config_told(REF, "digest")


def test_an_unknown_pull_request_has_an_empty_note(pulls: Pulls) -> None:
    assert pulls.get(REF) == PullNote()


@pytest.mark.parametrize(("change", "columns"), SETTERS)
@pytest.mark.parametrize("before", [PullNote(), FULL], ids=["first", "later"])
def test_a_setter_changes_its_columns_alone(
    pulls: Pulls, before: PullNote, change: Callable[[Pulls], None], columns: dict[str, object]
) -> None:
    if before == FULL:
        fill(pulls)
    change(pulls)
    assert pulls.get(REF) == replace(before, **columns)  # type: ignore[arg-type]
    assert pulls.get(replace(REF, number=8)) == PullNote()


def test_setters_at_once_lose_nothing(pulls: Pulls) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fill(pulls), range(8)))
    assert pulls.get(REF) == FULL
