"""Wherever a suggestion is placed the forge takes it: our hunks are those that it computes for itself."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.publish.place import place
from reviewbot.source.repository import Repository
from tests.fakes.github import diff
from tests.fakes.github.gitstore import Bare
from tests.publish.builders import suggestion

FILES = 120


def _file(chance: random.Random) -> list[str]:
    words = [
        "x = 1",
        "",
        "    return",
        "}",
        "def f():",
        "--- a",
        "+++ b",
        "@@ -1 +1 @@",
        "diff --git a/x b/x",
        "é",
        "\t",
    ]
    return [chance.choice(words) for _ in range(chance.randrange(60))]


def _changed(chance: random.Random, lines: list[str]) -> list[str]:
    lines = list(lines)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(lines) + 1)
        lines[at : at + chance.randrange(3)] = [f"new {chance.random()}" for _ in range(chance.randrange(3))]
    return lines


def _text(chance: random.Random, lines: list[str]) -> str:
    return chance.choice(["\n", "\r\n"]).join(lines) + chance.choice(["\n", ""])


@pytest.mark.parametrize("seed", range(3))
def test_placed_is_taken_and_unplaced_is_refused(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    before = {f"f{n}.py": _file(chance) for n in range(FILES)}
    after = {name: _changed(chance, lines) for name, lines in before.items()}
    store = Bare(tmp_path / "r.git")
    store.create()
    old = {name: _text(chance, lines) for name, lines in before.items()}
    new = {name: _text(chance, lines) for name, lines in after.items()}
    base = store.commit("main", old, "1", onto=None, when=0, author="a")
    head = store.commit("main", new, "2", onto=base, when=1, author="a")
    change = Repository(store.path).change(base, head)
    shown = {file.path: file for file in diff.files(store, base, head)}
    placed = 0
    for name, file in shown.items():
        for _ in range(30):
            start = chance.randrange(1, 65)
            lines = LineRange(start, start + chance.randrange(4))
            ours = place((suggestion(path=name, lines=lines),), change)
            first = lines.start if len(lines) > 1 else None
            theirs = diff.refusal(file, lines.end, first, "RIGHT", "RIGHT")
            assert bool(ours.placed) == (theirs is None), (name, lines, theirs)
            placed += len(ours.placed)
    assert 300 < placed < 30 * FILES
