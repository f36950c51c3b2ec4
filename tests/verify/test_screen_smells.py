"""Edits that take a smell away: ruff must see it go, and what is left of it may keep its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.verify.bandit import Bandit
from reviewbot.verify.ruff import Ruff
from reviewbot.verify.screen import Screened, screen

BARE = "def f(x):\n    try:\n        x()\n    except:\n        pass\n"
WIDE = BARE.replace("except:", "except Exception:")
CAUSE = "def f(x):\n    try:\n        x()\n    except KeyError as e:\n        raise ValueError(e)\n"
ALIKE = ("E722", "BLE001")
CASES: dict[str, tuple[Screened, set[str]]] = {
    "gone, with what is left of it": (
        Screened("a", SourceFile("a.py", BARE), SourceFile("a.py", WIDE), LineRange(4, 4), "E722", ALIKE),
        set(),
    ),
    "what is left is new where nobody allows it": (
        Screened("a", SourceFile("a.py", BARE), SourceFile("a.py", WIDE), LineRange(4, 4), "E722"),
        {"ruff"},
    ),
    "it is new on other lines": (
        Screened("a", SourceFile("a.py", BARE), SourceFile("a.py", WIDE), LineRange(1, 1), "E722", ALIKE),
        {"ruff", "bandit"},
    ),
    "never there": (
        Screened("a", SourceFile("a.py", CAUSE), SourceFile("a.py", CAUSE), LineRange(5, 5), "E722"),
        {"ruff"},
    ),
    "still there": (
        Screened("a", SourceFile("a.py", CAUSE), SourceFile("a.py", CAUSE + "\n"), LineRange(5, 5), "B904"),
        {"ruff"},
    ),
    "gone": (
        Screened(
            "a",
            SourceFile("a.py", CAUSE),
            SourceFile("a.py", CAUSE.replace("(e)\n", "(e) from e\n")),
            LineRange(5, 5),
            "B904",
        ),
        set(),
    ),
    "another one comes in its place": (
        Screened(
            "a",
            SourceFile("a.py", CAUSE),
            SourceFile("a.py", CAUSE.replace("(e)\n", "(e, undefined) from e\n")),
            LineRange(5, 5),
            "B904",
        ),
        {"ruff"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_screened(name: str, tmp_path: Path) -> None:
    item, failing = CASES[name]
    found = screen([item], tmp_path, [Ruff(), Bandit()])
    assert {one.check for one in found["a"] if not one.ok} == failing
