"""Rules that a repository has told its own linters to leave out: then their smell is its manner, and we are silent."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from reviewbot.domain.source_file import Tree

_TOML = ("pyproject.toml", "ruff.toml", ".ruff.toml")
_INI = (".flake8", "setup.cfg", "tox.ini", ".pylintrc", "pylintrc")
_MOST_BYTES = 200_000
_SPLIT = re.compile(r"[\s,]+")

Declined = tuple[str, str]
"""A pattern of paths, and a rule's id, a prefix of one, or pylint's name for one."""


def declined(tree: Tree, path: str) -> frozenset[str]:
    """Ids, prefixes of ids and names of rules that the settings at the tree's root leave out for a file.

    Settings that do not parse leave nothing out: the linters do not read them either.
    """
    told = [one for name in (*_TOML, *_INI) for one in _told(name, tree.read(name) or b"")]
    return frozenset(code for pattern, code in told if _matches(path, pattern))


@lru_cache(maxsize=64)
def _told(name: str, data: bytes) -> tuple[Declined, ...]:
    if not data or len(data) > _MOST_BYTES:
        return ()
    try:
        text = data.decode("utf-8")
        return tuple(_in_toml(name, tomllib.loads(text)) if name in _TOML else _in_ini(text))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ConfigError, RecursionError):
        return ()


def _in_toml(name: str, document: Mapping[str, Any]) -> Iterator[Declined]:
    """ruff's settings (https://docs.astral.sh/ruff/settings/#lint_ignore) and pylint's (``tool.pylint``)."""
    tool = _table(document, "tool") if name == "pyproject.toml" else {"ruff": document}
    ruff = _table(tool, "ruff")
    for table in (ruff, _table(ruff, "lint")):
        for key in ("ignore", "extend-ignore"):
            yield from (("*", code) for code in _texts(table.get(key)))
        for key in ("per-file-ignores", "extend-per-file-ignores"):
            for pattern, codes in _table(table, key).items():
                yield from ((str(pattern), code) for code in _texts(codes))
    pylint = _table(tool, "pylint")
    for table in (pylint, *(one for one in pylint.values() if isinstance(one, dict))):
        yield from (("*", code) for code in _texts(table.get("disable")))


def _in_ini(text: str) -> Iterator[Declined]:
    """flake8's settings (https://flake8.pycqa.org/en/latest/user/options.html#cmdoption-flake8-ignore), pylint's."""
    parser = ConfigParser(interpolation=None, strict=False, inline_comment_prefixes=("#",))
    parser.read_string(text)
    for section in parser.sections():
        keys = ("ignore", "extend-ignore") if section == "flake8" else ("disable",)
        for key in keys:
            yield from (("*", code) for code in _texts(parser[section].get(key)))


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _texts(value: object) -> list[str]:
    words = _SPLIT.split(value) if isinstance(value, str) else value if isinstance(value, list) else []
    return [word for word in words if isinstance(word, str) and word]


def _matches(path: str, pattern: str) -> bool:
    last = path.rpartition("/")[2]
    return fnmatchcase(path, pattern) or fnmatchcase(last, pattern) or fnmatchcase(path, f"{pattern}/*")
