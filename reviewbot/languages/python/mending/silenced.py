"""Comments that ask to be left alone: reviewbot's own, and those of the linters that know the same smell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_OURS = re.compile(r"#\s*reviewbot:\s*ignore\b")
# https://docs.astral.sh/ruff/linter/#error-suppression and flake8's "Selecting and Ignoring Violations"
_NOQA = re.compile(r"#\s*noqa\b(?:\s*:\s*(?P<codes>[A-Z]+\d*(?:[\s,]+[A-Z]+\d+)*))?", re.IGNORECASE)
_WHOLE_FILE = re.compile(
    r"#\s*(?:ruff|flake8)\s*:\s*noqa\b(?:\s*:\s*(?P<codes>[A-Z]+\d*(?:[\s,]+[A-Z]+\d+)*))?", re.IGNORECASE
)
_RANGE = re.compile(r"#\s*ruff\s*:\s*(?:disable|ignore|file-ignore)\s*\[(?P<codes>[^\]\n]{0,200})\]", re.IGNORECASE)
# https://pylint.readthedocs.io/en/stable/user_guide/messages/message_control.html
_PYLINT = re.compile(r"#\s*pylint\s*:\s*(?:disable|disable-next|skip-file)\b(?:\s*=\s*(?P<names>[\w\s,-]{1,300}))?")


_PREFIX = re.compile(r"[A-Z]+\d*")


class Silenced:
    """Answers for one file. What might be such a comment is taken for one: silence beats a guess.

    Args:
        lines: the file's, without their ends.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        marked = [line for line in lines if "#" in line and ("noqa" in line or ":" in line)]
        own_line = [line for line in marked if line.lstrip().startswith("#")]
        self._everywhere = [
            *(found["codes"] for line in marked if (found := _WHOLE_FILE.search(line))),
            *(found["codes"] for line in marked if (found := _RANGE.search(line))),
            *(found["names"] for line in own_line if (found := _PYLINT.search(line))),
        ]
        self._files: dict[tuple[str, ...], bool] = {}

    def file(self, codes: Iterable[str]) -> bool:
        """Whether the whole file, or some range in it, is kept from ``codes``: rules' ids and pylint's names."""
        codes = tuple(codes)
        if codes not in self._files:
            self._files[codes] = any(_names(told, codes) for told in self._everywhere)
        return self._files[codes]

    def line(self, number: int, codes: Iterable[str]) -> bool:
        """Whether line ``number``, from 1, is kept from ``codes``."""
        text = self._lines[number - 1]
        if "#" not in text:
            return False
        codes = tuple(codes)
        noqa, pylint = _NOQA.search(text), _PYLINT.search(text)
        silent = noqa is not None and _names(noqa["codes"], codes)
        return silent or _OURS.search(text) is not None or (pylint is not None and _names(pylint["names"], codes))


def named(told: Iterable[str], codes: Sequence[str]) -> bool:
    """Whether one of ``codes`` is told: a rule's id by itself or by its beginning, a name in full, or all of them."""
    listed = {one.upper() for one in told}
    if "ALL" in listed or listed & {code.upper() for code in codes}:
        return True
    prefixes = tuple(one for one in listed if _PREFIX.fullmatch(one))
    return any(code.upper().startswith(prefixes) for code in codes if prefixes and _PREFIX.fullmatch(code.upper()))


def _names(told: str | None, codes: Sequence[str]) -> bool:
    """Whether the list of a comment names one of ``codes``; no list is all."""
    return told is None or named(re.split(r"[\s,]+", told.strip()), codes)
