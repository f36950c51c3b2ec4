"""Sequences of events in any order: the gate is never green for an unreviewed line, and comes to rest where it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from tests.gate.random.ground import replace_git
from tests.gate.random.hub import GITHUB, GITLAB
from tests.gate.random.parts import Wrong
from tests.gate.random.sequence import Script, make, play, shortest
from tests.gate.random.stores import quick_memory, stored_memory

pytestmark = pytest.mark.usefixtures("no_git")

ALWAYS = 200
MOST = 10_000
CHUNK = 500
CHUNKS = [range(start, start + CHUNK) for start in range(0, MOST, CHUNK)]


@pytest.fixture
def no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_git(monkeypatch)


def fault_of(script: Script) -> str | None:
    try:
        play(script, quick_memory())
    except Wrong as error:
        return str(error)
    return None


def play_all(seeds: range) -> None:
    """Half of them on each forge."""
    for seed in seeds:
        script = make(GITLAB if seed % 2 else GITHUB, seed)
        if fault_of(script) is not None:
            short = shortest(script, lambda one: fault_of(one) is not None)
            pytest.fail(f"--seed {seed}, in short:\n" + "\n".join(map(str, short.steps)) + f"\n{fault_of(short)}")


def test_always(request: pytest.FixtureRequest):
    one = request.config.getoption("--seed", default=None)
    play_all(range(ALWAYS) if one is None else range(one, one + 1))


@pytest.mark.parametrize("seed", range(6))
def test_the_real_stores_remember_the_same(seed: int, tmp_path: Path):
    """The sequences' own are dictionaries, for the sake of speed."""
    database = Database(f"sqlite:///{tmp_path / 'gate.sqlite'}")
    migrate(database)
    script = make(GITLAB if seed % 2 else GITHUB, seed, most=10)
    assert play(script, stored_memory(database)).trace == play(script, quick_memory()).trace
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"from-{seeds.start}")
def test_all(seeds: range):
    play_all(seeds)
