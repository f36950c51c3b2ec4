"""Who asks for silence: comments of every tool that knows the smell, and a repository's settings."""

from __future__ import annotations

import pytest

from reviewbot.languages.python.mending.declined import declined
from reviewbot.languages.python.mending.silenced import Silenced, named

from .kit import EVERY, Files, found

CODES = ("B904", "W0707", "raise-missing-from")
LINES = {
    "x()  # noqa": True,
    "x()  #NoQA": True,
    "x()  # noqa: B904": True,
    "x()  # noqa:B904": True,
    "x()  # noqa: E501, B904": True,
    "x()  # noqa: E501 B904 why": True,
    "x()  # noqa: B": True,
    "x()  # noqa: B90": True,
    "x()  # noqa: E501": False,
    "x()  # noqa: B9040": False,
    "x()  # nonoqa": False,
    "x()  # type: ignore # noqa: B904": True,
    "x()  # pylint: disable=W0707": True,
    "x()  # pylint: disable=bare-except, raise-missing-from": True,
    "x()  # pylint: disable=all": True,
    "x()  # pylint: disable=raise": False,
    "x()  # reviewbot: ignore": True,
    "x()  # reviewbot: ignored": False,
    "x()": False,
    "": False,
}


@pytest.mark.parametrize("line", LINES)
def test_a_line(line: str) -> None:
    assert Silenced([line]).line(1, CODES) is LINES[line]


FILES = {
    "# ruff: noqa": True,
    "# ruff: noqa: B904": True,
    "# ruff: noqa: E501": False,
    "# flake8: noqa: B9": True,
    "  # ruff: disable[E501, B904]": True,
    "# ruff: disable[E501]": False,
    "# ruff: file-ignore[B904]": True,
    "# pylint: disable=raise-missing-from": True,
    "# pylint: skip-file": True,
    "x()  # pylint: disable=raise-missing-from": False,
    "x()  # noqa": False,
}


@pytest.mark.parametrize("line", FILES)
def test_a_file(line: str) -> None:
    assert Silenced(["import x", line]).file(CODES) is FILES[line]


def test_hostile_comments_take_no_time() -> None:
    line = "# noqa: " + "A1, " * 100_000 + "!" + "# ruff: disable[" * 10_000 + "# pylint: disable=" + "a," * 100_000
    assert not Silenced([line] * 3).line(1, ("Z1",))


NAMED = {
    ("B904",): True, ("B",): True, ("b904",): True, ("ALL",): True, ("raise-missing-from",): True,
    ("B9041",): False, ("E",): False, ("raise",): False, (): False, ("",): False,
}  # fmt: skip


@pytest.mark.parametrize("told", NAMED)
def test_named(told: tuple[str, ...]) -> None:
    assert named(told, CODES) is NAMED[told]


SETTINGS = {
    "ruff": ("pyproject.toml", '[tool.ruff.lint]\nignore = ["B904"]\n', True),
    "ruff, as it was": ("pyproject.toml", '[tool.ruff]\nextend-ignore = ["B9"]\n', True),
    "ruff's own file": (".ruff.toml", '[lint]\nextend-ignore = ["B904"]\n', True),
    "ruff for this file": ("ruff.toml", '[lint.per-file-ignores]\n"app.py" = ["B904"]\n', True),
    "ruff for its folder": ("ruff.toml", '[lint.per-file-ignores]\n"pkg/*" = ["B"]\n', False),
    "another rule": ("pyproject.toml", '[tool.ruff.lint]\nignore = ["E501"]\n', False),
    "selected": ("pyproject.toml", '[tool.ruff.lint]\nselect = ["B904"]\n', False),
    "pylint in toml": ("pyproject.toml", '[tool.pylint."messages control"]\ndisable = ["raise-missing-from"]\n', True),
    "pylint": (".pylintrc", "[MESSAGES CONTROL]\ndisable=\n    C0111,\n    W0707  # why\n", True),
    "flake8": (".flake8", "[flake8]\nextend-ignore =\n    E203,  # black\n    B904,\n", True),
    "flake8 in setup.cfg": ("setup.cfg", "[metadata]\nname = x\n[flake8]\nignore = B904 E203\n", True),
    "another section": ("tox.ini", "[pytest]\nignore = B904\n", False),
    "broken toml": ("pyproject.toml", '[tool.ruff.lint\nignore = ["B904"]\n', False),
    "broken ini": ("setup.cfg", "ignore = B904\n", False),
    "odd types": ("pyproject.toml", '[tool]\nruff = {lint = 3, ignore = {B904 = 1}}\npylint = "B904"\n', False),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name: str) -> None:
    path, text, silent = SETTINGS[name]
    mends = found("try:\n    go()\nexcept KeyError:\n    raise E()\n", "py.mend.lost-cause", EVERY, Files({path: text}))
    assert bool(mends) is not silent


def test_patterns_of_paths() -> None:
    tree = Files({"ruff.toml": 'lint.per-file-ignores = {"tests/*" = ["A1"], "pkg" = ["A2"], "*.py" = ["A3"]}\n'})
    assert declined(tree, "pkg/deep/app.py") == {"A2", "A3"}
    assert declined(tree, "tests/app.txt") == {"A1"}
